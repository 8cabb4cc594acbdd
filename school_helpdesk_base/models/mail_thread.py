"""Which mails may open a ticket or move one: decided where the gateway has its routes.

A machine's mail opens none and changes none; it is kept as a quiet note on the ticket
it answers, or noted in the log. What a person writes beyond the ceiling is kept on the
newest of his tickets.
"""

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize

_logger = logging.getLogger(__name__)

#: Values of Precedence that machines send; lists (``list``) carry people's words.
AUTOMATIC_PRECEDENCES = ("bulk", "junk", "auto_reply", "auto-reply")
#: Headers that only machines set, whatever their value.
AUTOMATIC_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Auto-Reply")
AUTOMATIC_SENDERS = ("mailer-daemon", "postmaster")


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        is_ticket = [route[0] == "helpdesk.ticket" for route in routes or ()]
        if not any(is_ticket):
            return super()._message_route_process(message, message_dict, routes)
        is_automatic = self._is_automatic_email(message, message_dict)
        if is_automatic:
            # kept on its ticket as the desk's, sent on to nobody
            self = self.with_context(helpdesk_automatic_mail=True)
            message_dict["is_internal"] = True
        routes = [
            self._get_ticket_route(route, message_dict, is_automatic)
            if to_ticket
            else route
            for route, to_ticket in zip(routes, is_ticket, strict=True)
        ]
        return super()._message_route_process(
            message, message_dict, list(filter(None, routes))
        )

    @api.model
    def _get_ticket_route(self, route, message_dict, is_automatic):
        """Return the way a mail takes to a ticket, or None where it takes none."""
        model, thread_id, custom_values, user_id, alias = route
        sender = email_normalize(message_dict.get("email_from")) or ""
        reason = None
        # sudo: mail.alias.domain - the desk's own addresses, whoever runs the gateway
        if self.env["mail.alias.domain"].sudo()._find_aliases([sender]):
            reason = "it comes from an address of the desk"
        elif is_automatic and not thread_id:
            reason = "a machine sent it"
        if reason:
            _logger.info(
                "No ticket for mail %s from %s: %s",
                message_dict.get("message_id"),
                sender,
                reason,
            )
            return None
        if not thread_id and (
            ticket := self._get_flooded_ticket(sender, custom_values)
        ):
            _logger.info(
                "Mail %s from %s goes to ticket %s: too many in an hour",
                message_dict.get("message_id"),
                sender,
                ticket.id,
            )
            return (model, ticket.id, custom_values, user_id, alias)
        return route

    @api.model
    def _get_flooded_ticket(self, sender, custom_values):
        """Return the newest ticket of a sender who has had his share of this hour."""
        # sudo: helpdesk.ticket, helpdesk.ticket.team - tickets are counted for the
        # gateway, whoever runs it
        Ticket = self.env["helpdesk.ticket"].sudo().with_context(active_test=False)
        team = Ticket.team_id.browse((custom_values or {}).get("team_id"))
        ceiling = (team.company_id or self.env.company).helpdesk_mail_ceiling
        hour = fields.Datetime.now() - timedelta(hours=1)
        tickets = Ticket.search(
            Domain(Ticket._detect_loop_sender_domain(sender))
            & Domain("create_date", ">=", hour),
            order="id desc",
            limit=ceiling,
        )
        return tickets[:1] if ceiling and len(tickets) >= ceiling else tickets.browse()

    @api.model
    def _is_automatic_email(self, message, message_dict):
        """Whether a machine wrote a mail, by the headers machines set (RFC 3834).

        :param EmailMessage message: the mail
        :param dict message_dict: what was read from it
        """

        def header(name):
            return str(message.get(name) or "").split(";")[0].strip().lower()

        sender = email_normalize(message_dict.get("email_from")) or ""
        return (
            header("Auto-Submitted") not in ("", "no")
            or header("Precedence") in AUTOMATIC_PRECEDENCES
            or header("X-Auto-Response-Suppress") not in ("", "none")
            or header("Return-Path") == "<>"
            or any(name in message for name in AUTOMATIC_HEADERS)
            or sender.partition("@")[0] in AUTOMATIC_SENDERS
        )
