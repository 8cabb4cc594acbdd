"""The steps of the mail intake: what a mail to the desk may do, in this order.

Each step decides one question and can be tested alone. It looks at a ``TicketMail`` and
may change where the mail goes, make it quiet (an internal note that notifies nobody and
changes nothing), or keep it off the tickets (``helpdesk.mail.parked``).

Before the steps, a mail gets its outcome assured (``mail_intake/
mail_thread_process.py``), is repaired and parsed (``mail_thread_parse.py``), and Odoo's
gateway and our references have found where it belongs (``mail_thread_follow_up.py``).
Delivery reports take their own way (``mail_thread_report.py``). After the steps, the
mail is a new ticket (``helpdesk_ticket/mail.py``) or a reply, which may reopen a ticket
or continue an ended one (``helpdesk_ticket/reply.py``).
"""

import logging
import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize, email_normalize_all

from .helpdesk_ticket.mail import FORWARDED_BY

_logger = logging.getLogger(__name__)

#: The steps, in their order. If a step returns True, nothing is left to decide.
INTAKE_STEPS = (
    "_intake_own_mail",
    "_intake_automatic_mail",
    "_intake_unverified_sender",
    "_intake_limit",
    "_intake_forwarded_mail",
)

#: Values of Precedence in automatic mails. ``list`` is not one: people write to lists.
AUTOMATIC_PRECEDENCES = ("bulk", "junk", "auto_reply", "auto-reply")
#: Headers that only automatic mails have, with any value.
AUTOMATIC_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Auto-Reply")
AUTOMATIC_SENDERS = ("mailer-daemon", "postmaster")
#: Subjects of out-of-office replies whose mail program adds no header.
AUTOMATIC_SUBJECTS = re.compile(
    r"\s*(automatic reply|auto(matic)?[ -]?(reply|response)|out of (the )?office"
    r"|abwesend|abwesenheits|réponse automatique|respuesta automática"
    r"|ตอบกลับอัตโนมัติ|การตอบกลับอัตโนมัติ|ไม่อยู่ที่สำนักงาน)",
    re.IGNORECASE,
)
_DMARC_FAILED = re.compile(r"\bdmarc\s*=\s*fail\b", re.IGNORECASE)


class TicketMail:
    """A mail on its way to a ticket.

    :ivar EmailMessage message: the mail
    :ivar dict values: the mail as ``message_parse`` returns it; Odoo's gateway posts it
        with these values
    :ivar tuple route: where the mail goes: model, id of the ticket (0: a new one),
        values of a new ticket, id of the user, alias
    :ivar bool is_quiet: whether it becomes a note that changes nothing
    :ivar str kept: why it goes to no ticket, a value of ``helpdesk.mail.parked``
    """

    def __init__(self, message, values, route):
        self.message = message
        self.values = values
        self.route = route
        self.is_quiet = False
        self.kept = None

    @property
    def sender(self):
        return email_normalize(self.values.get("email_from") or "") or ""

    @property
    def ticket_id(self):
        return self.route[1]

    def move_to(self, ticket):
        model, _ticket_id, custom_values, user_id, alias = self.route
        self.route = (model, ticket.id, custom_values, user_id, alias)

    def keep_off_tickets(self, reason):
        """The mail becomes no ticket and no reply; always returns True."""
        self.kept = reason
        return True

    def read_header(self, name):
        """Return the value of a header, without its parameters."""
        return str(self.message.get(name) or "").split(";")[0].strip().lower()


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    # ------------------------------------------------------------------
    # The gateway
    # ------------------------------------------------------------------

    @api.model
    def _detect_loop_sender(self, message, message_dict, routes):
        # for tickets, the step ``_intake_limit`` decides and keeps what Odoo drops
        others = [
            route
            for route in routes or ()
            if route[0] != "helpdesk.ticket" or not self._get_mail_limit(route)
        ]
        if routes and not others:
            return False
        is_loop = super()._detect_loop_sender(message, message_dict, others)
        if is_loop:
            self._set_intake_reason("limit")
        return is_loop

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        routes = self._keep_first_team(message, routes)
        kept_routes = []
        is_quiet = False
        for route in routes or ():
            if route[0] == "helpdesk.ticket":
                mail = TicketMail(message, message_dict, route)
                self._run_intake_steps(mail)
                if mail.kept:
                    self._set_intake_reason(mail.kept)
                    continue
                is_quiet = is_quiet or mail.is_quiet
                route = mail.route
            kept_routes.append(route)
        if is_quiet:
            # kept on its ticket as an internal note, without notifications
            self = self.with_context(helpdesk_automatic_mail=True)
            message_dict["is_internal"] = True
        tickets = self.env["helpdesk.ticket"].browse(
            route[1]
            for route in kept_routes
            if route[0] == "helpdesk.ticket" and route[1]
        )
        message_dict["body"] = tickets._hide_access_links(message_dict.get("body"))
        result = super()._message_route_process(message, message_dict, kept_routes)
        if kept_routes:
            self._settle_intake()
        return result

    @api.model
    def _keep_first_team(self, message, routes):
        """Let a mail to several teams become one ticket, of the first address."""
        new = [
            route
            for route in routes or ()
            if route[0] == "helpdesk.ticket" and not route[1]
        ]
        if len(new) < 2:
            return routes
        # the headers, because the parsed mail has lost the order
        addresses = email_normalize_all(
            ", ".join(
                str(header)
                for name in ("To", "Cc", "Delivered-To", "X-Original-To")
                for header in message.get_all(name, [])
            )
        )

        def get_place(route):
            # sudo: mail.alias - only compares addresses
            address = route[4] and route[4].sudo().alias_full_name
            return addresses.index(address) if address in addresses else len(addresses)

        first = min(new, key=get_place)
        return [route for route in routes if route not in new or route is first]

    @api.model
    def _run_intake_steps(self, mail):
        for step in INTAKE_STEPS:
            if getattr(self, step)(mail):
                break
        if mail.kept:
            _logger.info(
                "No ticket for mail %s from %s: %s",
                mail.values.get("message_id"),
                mail.values.get("email_from"),
                mail.kept,
            )

    @api.model
    def _settle_intake(self):
        """Note that the current mail is on a record."""
        if intake := self.env.context.get("helpdesk_intake"):
            intake.is_settled = True

    @api.model
    def _set_intake_reason(self, reason):
        """Note why the current mail is on no record."""
        if intake := self.env.context.get("helpdesk_intake"):
            intake.reason = reason

    # ------------------------------------------------------------------
    # Step 1: mails of the desk itself
    # ------------------------------------------------------------------

    @api.model
    def _intake_own_mail(self, mail):
        """Keep a mail from an address of the desk: quiet, and never a new ticket.

        A technician may reply from the desk's mailbox, without Odoo. Anybody can write
        the address of the desk into a mail, so such a mail has no further rights.
        """
        if not self._is_from_desk(mail.values):
            return False
        mail.is_quiet = True
        return not mail.ticket_id and mail.keep_off_tickets("own")

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

    # ------------------------------------------------------------------
    # Step 2: automatic mails
    # ------------------------------------------------------------------

    @api.model
    def _intake_automatic_mail(self, mail):
        """Keep an automatic mail: quiet on its ticket, and never a new ticket."""
        if not self._is_automatic_email(mail):
            return False
        mail.is_quiet = True
        return not mail.ticket_id and mail.keep_off_tickets("automatic")

    @api.model
    def _is_automatic_email(self, mail):
        """Whether a mail was sent automatically, by its headers (see RFC 3834)."""
        message = mail.message
        return (
            mail.read_header("Auto-Submitted") not in ("", "no")
            or mail.read_header("Precedence") in AUTOMATIC_PRECEDENCES
            or mail.read_header("X-Auto-Response-Suppress") not in ("", "none")
            or mail.read_header("Return-Path") == "<>"
            or any(name in message for name in AUTOMATIC_HEADERS)
            or mail.sender.partition("@")[0] in AUTOMATIC_SENDERS
            or message.get_content_type() == "multipart/report"
            or self._is_newsletter(mail)
            # the mail program of a person always writes the sender
            or bool(mail.ticket_id and not mail.values.get("email_from"))
            or bool(
                mail.ticket_id
                and AUTOMATIC_SUBJECTS.match(mail.values.get("subject") or "")
            )
        )

    @api.model
    def _is_newsletter(self, mail):
        """Whether a mail comes from a list that its readers cannot write to."""
        if "List-Unsubscribe" not in mail.message:
            return False
        return mail.read_header("List-Post") in ("", "no")

    # ------------------------------------------------------------------
    # Step 3: forged senders
    # ------------------------------------------------------------------

    @api.model
    def _intake_unverified_sender(self, mail):
        """Let nobody speak as an agent whose address is forged.

        The receiving mail server writes the result of its check into the mail. Only a
        failure is read: a forged mail may contain a forged success.
        """
        results = mail.message.get_all("Authentication-Results", [])
        if not any(_DMARC_FAILED.search(str(result)) for result in results):
            return False
        # sudo: res.users - the role of the person whose address it is
        user = self._mail_find_user_for_gateway(mail.values.get("email_from")).sudo()
        if not user or not user._is_internal():
            return False
        mail.is_quiet = True
        mail.values["author_id"] = False
        return not mail.ticket_id and mail.keep_off_tickets("refused")

    # ------------------------------------------------------------------
    # Step 4: senders without an end
    # ------------------------------------------------------------------

    @api.model
    def _intake_limit(self, mail):
        """Move mails above the limit to the sender's newest ticket, then park them."""
        limit = self._get_mail_limit(mail.route)
        if not limit:
            return False
        if not mail.ticket_id:
            ticket = self._get_overflow_ticket(mail.sender, limit)
            if not ticket or self._is_sender_allowed(mail):
                return False
            _logger.info(
                "Mail %s from %s goes to ticket %s: too many in an hour",
                mail.values.get("message_id"),
                mail.values.get("email_from"),
                ticket.id,
            )
            mail.move_to(ticket)
        if self._has_too_many_replies(mail, limit):
            return mail.keep_off_tickets("automatic" if mail.is_quiet else "limit")
        return False

    @api.model
    def _get_mail_limit(self, route):
        """Return how many tickets a sender may open in an hour; 0: no limit."""
        team_id = (route[2] or {}).get("team_id")
        # sudo: helpdesk.ticket.team - its company's setting, for any gateway user
        team = self.env["helpdesk.ticket.team"].sudo().browse(team_id)
        return (team.company_id or self.env.company).helpdesk_mail_limit

    @api.model
    def _get_overflow_ticket(self, sender, limit):
        """Return the newest ticket of a sender who has reached the limit."""
        # sudo: helpdesk.ticket - only counts tickets, for any gateway user
        Ticket = self.env["helpdesk.ticket"].sudo().with_context(active_test=False)
        hour = fields.Datetime.now() - timedelta(hours=1)
        tickets = Ticket.search(
            Ticket._get_mail_sender_domain(sender) & Domain("create_date", ">=", hour),
            order="id desc",
            limit=limit,
        )
        return tickets[:1] if len(tickets) >= limit else tickets.browse()

    @api.model
    def _has_too_many_replies(self, mail, limit):
        """Whether a sender has written more replies to a ticket than the limit."""
        domain = (
            Domain("model", "=", "helpdesk.ticket")
            & Domain("res_id", "=", mail.ticket_id)
            & Domain("create_date", ">=", fields.Datetime.now() - timedelta(hours=1))
            & Domain("message_type", "in", ("email", "auto_comment"))
        )
        if author_id := mail.values.get("author_id"):
            domain &= Domain("author_id", "=", author_id)
        else:
            senders = [mail.values.get("email_from"), mail.sender]
            domain &= Domain("email_from", "in", senders)
        # sudo: mail.message - only counts messages, for any gateway user
        count = self.env["mail.message"].sudo().search_count(domain, limit=limit)
        return count >= limit and not self._is_sender_allowed(mail)

    @api.model
    def _is_sender_allowed(self, mail):
        """Whether Odoo's list of senders without a limit has the sender."""
        # sudo: mail.gateway.allowed - only compares addresses
        allowed = self.env["mail.gateway.allowed"].sudo()
        return bool(
            allowed.search_count([("email_normalized", "=", mail.sender)], limit=1)
        )

    # ------------------------------------------------------------------
    # Step 5: mails that an agent forwards
    # ------------------------------------------------------------------

    @api.model
    def _intake_forwarded_mail(self, mail):
        """Make the original sender the requester of what an agent forwards."""
        if mail.ticket_id:
            return False
        original = self._find_forwarded_sender(mail)
        if not original:
            return False
        mail.values[FORWARDED_BY] = mail.values.get("author_id")
        mail.values.update(author_id=False, email_from=original)
        mail.values["from"] = original
        return True
