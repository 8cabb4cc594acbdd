"""Which mails may open a ticket or move one: decided where the gateway has its routes.

A machine's mail opens none and changes none; it is kept as a quiet note on the ticket
it answers, or noted in the log. So is what comes from the desk's own address. What a
person writes beyond the ceiling is kept on the newest of his tickets; only when that
one is flooded as well, Odoo's own brake sends his mails back.
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
    def _detect_loop_sender(self, message, message_dict, routes):
        # Odoo's brake drops the mail: before it counts, the ceiling has its turn
        routes = [
            self._get_route_below_ceiling(route, message_dict)
            if route[0] == "helpdesk.ticket"
            else route
            for route in routes or ()
        ]
        return super()._detect_loop_sender(message, message_dict, routes)

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        is_ticket = [route[0] == "helpdesk.ticket" for route in routes or ()]
        if not any(is_ticket):
            return super()._message_route_process(message, message_dict, routes)
        is_automatic = self._is_automatic_email(
            message, message_dict
        ) or self._is_from_desk(message_dict)
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
        if is_automatic and not route[1]:
            _logger.info(
                "No ticket for mail %s from %s: a machine or the desk itself sent it",
                message_dict.get("message_id"),
                message_dict.get("email_from"),
            )
            return None
        new_route = self._get_route_below_ceiling(route, message_dict)
        if new_route != route:
            _logger.info(
                "Mail %s from %s goes to ticket %s: too many in an hour",
                message_dict.get("message_id"),
                message_dict.get("email_from"),
                new_route[1],
            )
        return new_route

    @api.model
    def _get_route_below_ceiling(self, route, message_dict):
        """Return a mail's way to a new ticket, or to the newest of many."""
        model, thread_id, custom_values, user_id, alias = route
        sender = email_normalize(message_dict.get("email_from")) or ""
        if not thread_id and (
            ticket := self._get_flooded_ticket(sender, custom_values)
        ):
            return (model, ticket.id, custom_values, user_id, alias)
        return route

    @api.model
    def _is_from_desk(self, message_dict):
        """Whether a mail comes from an address that leads to the desk, or to nobody.

        Others of the school's addresses may lead to another app: people write from
        them.
        """
        sender = email_normalize(message_dict.get("email_from")) or ""
        # sudo: mail.alias.domain, mail.alias - addresses, whoever runs the gateway
        if not self.env["mail.alias.domain"].sudo()._find_aliases([sender]):
            return False
        aliases = (
            self.env["mail.alias"].sudo().search([("alias_full_name", "=", sender)])
        )
        return (
            "helpdesk.ticket" in aliases.alias_model_id.mapped("model") or not aliases
        )

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
            Ticket._get_mailed_domain(sender) & Domain("create_date", ">=", hour),
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
