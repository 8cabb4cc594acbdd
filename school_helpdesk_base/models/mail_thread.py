"""Decides in the mail gateway which mails may create or change a ticket.

Automatic mails, and mails from the desk's own address, do neither: a reply is kept as a
note that notifies nobody, and other mails are only logged. Mails above the rate limit
are kept on the sender's newest ticket. If that ticket gets too many mails as well,
Odoo's own loop detection sends them back.

The parts of a mail are named in such a way that Odoo finds the pictures in its text.
"""

import logging
import mimetypes
import re
from datetime import timedelta
from urllib.parse import unquote

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize

_logger = logging.getLogger(__name__)

#: Values of Precedence in automatic mails. ``list`` is not one: people write to lists.
AUTOMATIC_PRECEDENCES = ("bulk", "junk", "auto_reply", "auto-reply")
#: Headers that only automatic mails have, with any value.
AUTOMATIC_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Auto-Reply")
AUTOMATIC_SENDERS = ("mailer-daemon", "postmaster")
#: A picture in the text of a mail that is a part of the same mail.
INLINE_PICTURE = re.compile(r"""(<img\b[^>]*?\bsrc\s*=\s*["'])\s*cid:([^"'>]+)""", re.I)
#: The name of a part (see RFC 2392), without characters that have a meaning in HTML.
PART_NAME = re.compile(r"[\w.@$%+*!?#/=|~^{}-]+")


def _decode_part_name(found):
    """Decode the name of a mail's part in the text: its header is not encoded.

    :param found: a match of ``INLINE_PICTURE``
    """
    name = unquote(found[2]).strip()
    return f"{found[1]}cid:{name}" if PART_NAME.fullmatch(name) else found[0]


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    # ------------------------------------------------------------------
    # Pictures in the text of a mail
    # ------------------------------------------------------------------

    def _message_parse_extract_payload(
        self, message, message_dict, save_original=False
    ):
        for part in message.walk():
            if (
                part.get_content_maintype() == "image"
                and part.get("Content-ID")
                and not part.get_filename()
            ):
                # Odoo finds the place of a picture in the text only if it has a name
                kind = mimetypes.guess_extension(part.get_content_type()) or ""
                part.set_param("name", f"picture{kind}")
        return super()._message_parse_extract_payload(
            message, message_dict, save_original=save_original
        )

    def _message_parse_extract_payload_postprocess(self, message, payload_dict):
        body = payload_dict["body"]
        decoded = INLINE_PICTURE.sub(_decode_part_name, body)
        if isinstance(body, Markup):
            # the decoded names contain no character of markup
            decoded = Markup(decoded)
        return super()._message_parse_extract_payload_postprocess(
            message, {**payload_dict, "body": decoded}
        )

    # ------------------------------------------------------------------
    # Which mails may create or change a ticket
    # ------------------------------------------------------------------

    @api.model
    def _detect_loop_sender(self, message, message_dict, routes):
        # apply our rate limit first, because Odoo's loop detection drops mails
        routes = [
            self._get_rate_limited_route(route, message_dict)
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
            # kept on its ticket as an internal note, without notifications
            self = self.with_context(helpdesk_automatic_mail=True)
            message_dict["is_internal"] = True
        tickets = self.env["helpdesk.ticket"].browse(
            route[1] for route in routes if route[0] == "helpdesk.ticket" and route[1]
        )
        message_dict["body"] = tickets._hide_access_links(message_dict.get("body"))
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
        """Return the route of a mail to a ticket, or None to ignore the mail."""
        if is_automatic and not route[1]:
            _logger.info(
                "No ticket for mail %s from %s: a machine or the desk itself sent it",
                message_dict.get("message_id"),
                message_dict.get("email_from"),
            )
            return None
        new_route = self._get_rate_limited_route(route, message_dict)
        if new_route != route:
            _logger.info(
                "Mail %s from %s goes to ticket %s: too many in an hour",
                message_dict.get("message_id"),
                message_dict.get("email_from"),
                new_route[1],
            )
        return new_route

    @api.model
    def _get_rate_limited_route(self, route, message_dict):
        """Return the route, changed to an existing ticket above the rate limit."""
        model, thread_id, custom_values, user_id, alias = route
        sender = email_normalize(message_dict.get("email_from")) or ""
        if not thread_id and (
            ticket := self._get_overflow_ticket(sender, custom_values)
        ):
            return (model, ticket.id, custom_values, user_id, alias)
        return route

    @api.model
    def _is_from_desk(self, message_dict):
        """Whether a mail comes from an alias of the desk or from an unused alias.

        Aliases of other apps do not count: people write from such addresses.
        """
        sender = email_normalize(message_dict.get("email_from")) or ""
        # sudo: mail.alias.domain, mail.alias - only compares addresses
        if not self.env["mail.alias.domain"].sudo()._find_aliases([sender]):
            return False
        aliases = (
            self.env["mail.alias"].sudo().search([("alias_full_name", "=", sender)])
        )
        return (
            "helpdesk.ticket" in aliases.alias_model_id.mapped("model") or not aliases
        )

    @api.model
    def _get_overflow_ticket(self, sender, custom_values):
        """Return the newest ticket of a sender who has reached the rate limit.

        This ticket gets the sender's further mails. Empty below the rate limit.
        """
        # sudo: helpdesk.ticket, helpdesk.ticket.team - only counts tickets, for any
        # gateway user
        Ticket = self.env["helpdesk.ticket"].sudo().with_context(active_test=False)
        team = Ticket.team_id.browse((custom_values or {}).get("team_id"))
        limit = (team.company_id or self.env.company).helpdesk_mail_limit
        hour = fields.Datetime.now() - timedelta(hours=1)
        tickets = Ticket.search(
            Ticket._get_mail_sender_domain(sender) & Domain("create_date", ">=", hour),
            order="id desc",
            limit=limit,
        )
        return tickets[:1] if limit and len(tickets) >= limit else tickets.browse()

    @api.model
    def _is_automatic_email(self, message, message_dict):
        """Whether a mail was sent automatically, by its headers (see RFC 3834).

        :param EmailMessage message: the mail
        :param dict message_dict: the parsed mail
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
