"""Finds the ticket that a mail answers, when Odoo does not know the message."""

import re

from odoo import api, models
from odoo.tools import email_split

from ..helpdesk_ticket.mail_reference import NOTE

#: How mail programs begin the subject of a forwarded mail.
FORWARDED = re.compile(r"\s*(fwd?|wg|tr|rv|enc|i|ส่งต่อ)\s*:", re.IGNORECASE)


class MailThread(models.AbstractModel):
    _name = "mail.thread"
    _inherit = ["mail.thread"]

    @api.model
    def message_route(
        self, message, message_dict, model=None, thread_id=None, custom_values=None
    ):
        if not message_dict.get("is_bounce") and not message_dict.get("parent_id"):
            ticket, kind = self._find_answered_ticket(message_dict)
            if ticket:
                self._routing_reset_bounce(message, message_dict)
                if kind == NOTE:
                    message_dict["is_internal"] = True
                return self._get_follow_up_routes(message, message_dict, ticket)
        return super().message_route(
            message, message_dict, model, thread_id, custom_values
        )

    @api.model
    def _find_answered_ticket(self, message_dict):
        """Return the answered ticket, with sudo, and ``COMMENT`` or ``NOTE``."""
        Ticket = self.env["helpdesk.ticket"]
        headers = f"{message_dict['references']} {message_dict['in_reply_to']}"
        ticket, kind = Ticket._find_by_references(headers)
        if not ticket and not FORWARDED.match(message_dict.get("subject") or ""):
            # a forwarded mail starts a new conversation, although it quotes the marker
            ticket, kind = Ticket._find_by_marker(message_dict.get("body"))
        return ticket, kind

    @api.model
    def _get_follow_up_routes(self, message, message_dict, ticket):
        """Return the routes of a mail to a ticket, like Odoo's ``message_route``."""
        addresses = email_split(message_dict["recipients"])
        recipients = [address.lower() for address in addresses]
        aliases = self.env["mail.alias"].search(
            [
                ("alias_model_id.model", "=", ticket._name),
                ("alias_full_name", "in", recipients),
            ],
            limit=1,
        )
        user = self._mail_find_user_for_gateway(
            message_dict["email_from"], alias=aliases
        )
        route = self._routing_check_route(
            message,
            message_dict,
            (ticket._name, ticket.id, None, user.id or self.env.uid, aliases),
            raise_exception=False,
        )
        return [route] if route else []
