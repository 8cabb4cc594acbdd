"""Stores the mails that are on no ticket, so that no mail to the help desk is lost.

A ``parked`` mail waits for the decision of a manager: for example, it could not be
read. A ``kept`` mail needs no decision: for example, it is an automatic mail that
belongs to no ticket, or a mail of the help desk itself that came back.
"""

import email
import email.policy

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import email_normalize, email_split, html2plaintext, plaintext2html

from ..tools.incoming_mail import Intake, read_header_text
from ..tools.mail_repair import clean_text, decode_text, repair_mail

#: Why a mail is on no ticket, and whether it waits for a manager.
REASONS = {
    "error": "parked",
    "no_route": "parked",
    "limit": "parked",
    "refused": "parked",
    "ignored": "parked",
    "automatic": "kept",
    "own": "kept",
    "report": "kept",
}
#: The number of characters of a mail that are shown.
PREVIEW = 4000
#: The number of characters of an HTML mail from which the preview is made.
MAX_HTML = 100_000
#: The maximum length of a stored subject, address or error.
MAX_LINE = 500


class HelpdeskMailParked(models.Model):
    _name = "helpdesk.mail.parked"
    _inherit = ["helpdesk.literal.search.mixin"]
    _description = "Parked Mail"
    _rec_name = "subject"
    _order = "id desc"

    subject = fields.Char(readonly=True)
    email_from = fields.Char(string="From", readonly=True)
    email_to = fields.Char(string="To", readonly=True)
    sent_date = fields.Datetime(string="Sent on", readonly=True)
    create_date = fields.Datetime(string="Received on", readonly=True)
    message_id = fields.Char(string="Message-ID", readonly=True, index=True)
    reason = fields.Selection(
        selection=[
            ("error", "Could not be read"),
            ("no_route", "Nobody has this address"),
            ("limit", "Too many mails from this sender"),
            ("refused", "Sender may not write to this address"),
            ("ignored", "Not processed by Odoo"),
            ("automatic", "Automatic mail without a ticket"),
            ("own", "Mail of the help desk itself"),
            ("report", "Delivery report without a ticket"),
        ],
        required=True,
        readonly=True,
        index=True,
    )
    detail = fields.Char(string="Technical reason", readonly=True)
    state = fields.Selection(
        selection=[
            ("parked", "To decide"),
            ("kept", "No decision needed"),
            ("done", "On a ticket"),
            ("dismissed", "Dismissed"),
        ],
        required=True,
        readonly=True,
        default="parked",
    )
    preview = fields.Text(readonly=True, help="The beginning of the mail, as text.")
    source = fields.Binary(
        string="Whole mail", attachment=True, readonly=True, copy=False
    )
    source_name = fields.Char(string="File name", compute="_compute_source_name")
    is_for_desk = fields.Boolean(
        string="For the help desk",
        default=True,
        readonly=True,
        help="Not set for mails to addresses of other apps only: managers of the help "
        "desk must not read them.",
    )
    team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team", string="Team", index="btree_not_null"
    )
    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        string="Ticket",
        index="btree_not_null",
        help="The ticket to attach the mail to, or the one it has become.",
    )

    _waiting_idx = models.Index("(id) WHERE state = 'parked'")

    def _compute_source_name(self):
        for mail in self:
            mail.source_name = f"mail-{mail.id}.eml"

    # ------------------------------------------------------------------
    # Parking
    # ------------------------------------------------------------------

    @api.model
    def _park(self, intake, reason, error=None):
        """Store a mail that is on no ticket.

        :param Intake intake: the mail
        :param str reason: a value of ``reason``, which also decides the state
        :param Exception error: the error that Odoo raised, if any
        """
        if error and str(error).startswith("No possible route"):
            reason = "no_route"
        headers = intake.headers
        values = {
            "subject": read_header_text(headers, "subject")[:MAX_LINE],
            "email_from": read_header_text(headers, "from")[:MAX_LINE],
            "email_to": read_header_text(headers, "to")[:MAX_LINE],
            "sent_date": intake.get_date(),
            "message_id": intake.message_id,
            "reason": reason,
            "state": REASONS[reason],
            "detail": clean_text(f"{type(error).__name__}: {error}")[:MAX_LINE]
            if error
            else False,
            "preview": self._get_preview(intake.source),
            **self._get_addressee_values(headers),
        }
        mail = self.create(values)
        # not in the values of create(): a binary field takes base64, which would need
        # several copies of a huge mail in memory
        self.env["ir.attachment"].create(
            {
                "name": "source",
                "res_model": self._name,
                "res_field": "source",
                "res_id": mail.id,
                "type": "binary",
                "raw": intake.source,
                "mimetype": "message/rfc822",
            }
        )
        mail._on_parked()
        return mail

    def _on_parked(self):
        """Tell the leader of the team, or else the managers, about a parked mail.

        Several mails in a short time are told together.
        """
        waiting = self.filtered(
            lambda mail: mail.state == "parked" and mail.is_for_desk
        )
        # sudo: helpdesk.notification - the current user may not read the list
        self.env["helpdesk.notification"].sudo()._note_parked(waiting)

    @api.model
    def _get_preview(self, source):
        """Return the beginning of a mail as plain text; never raises an error."""
        try:
            message = email.message_from_bytes(source, policy=email.policy.SMTP)
            repair_mail(message)
            part = message.get_body(("plain", "html"))
            text = part.get_content()
            if part.get_content_subtype() == "html":
                text = html2plaintext(text[:MAX_HTML])
        except Exception:  # noqa: BLE001 - perhaps it is parked because of this error
            _head, _break, content = source.replace(b"\r\n", b"\n").partition(b"\n\n")
            text = decode_text((content or source)[: 2 * PREVIEW])
        return clean_text(text)[:PREVIEW]

    @api.model
    def _get_addressee_values(self, headers):
        """Return the values of ``team_id`` and ``is_for_desk``.

        The managers of this team decide about the mail.
        """
        names = ("to", "cc", "delivered-to", "x-original-to")
        recipients = email_split(", ".join(headers.get(name, "") for name in names))
        addresses = [email_normalize(recipient) for recipient in recipients]
        aliases = self.env["mail.alias"].search([("alias_full_name", "in", addresses)])
        Team = self.env["helpdesk.ticket.team"]
        team = Team.search([("alias_id", "in", aliases.ids)], limit=1)
        if not aliases:
            # the address may be mistyped: the first team decides
            team = Team.search([], limit=1)
        return {"team_id": team.id, "is_for_desk": bool(team) or not aliases}

    # ------------------------------------------------------------------
    # Decisions of a manager
    # ------------------------------------------------------------------

    def action_create_ticket(self):
        """Make a ticket of each mail."""
        self._check_undecided()
        tickets = self.env["helpdesk.ticket"]
        for mail in self:
            team = mail.team_id or self.env["helpdesk.ticket.team"].search([], limit=1)
            values = mail._get_message_values()
            # sudo: helpdesk.ticket - as for a mail that the gateway accepts
            ticket_sudo = (
                tickets.sudo()
                .with_context(mail_create_nosubscribe=True, mail_create_nolog=True)
                .message_new(values, {"team_id": team.id})
            )
            mail._post_on(ticket_sudo, values, ticket_sudo._creation_subtype())
            mail.write({"state": "done", "ticket_id": ticket_sudo.id})
            tickets |= ticket_sudo.with_env(self.env)
        return tickets._get_records_action() if tickets else None

    def action_attach(self):
        """Post each mail on the ticket that was chosen."""
        self._check_undecided()
        for mail in self:
            ticket = mail.ticket_id
            if not ticket:
                raise UserError(self.env._("Choose the ticket first."))
            ticket.check_access("write")
            values = mail._get_message_values()
            author = ticket._get_mail_sender(values, create=False)
            is_requester = bool(author) and author in ticket._get_requesters()
            subtype = "mail.mt_comment" if is_requester else "mail.mt_note"
            values["author_id"] = author.id
            # sudo: helpdesk.ticket - access is checked above; the author is the sender
            mail._post_on(ticket.sudo(), values, self.env.ref(subtype))
            mail.state = "done"

    def action_dismiss(self):
        """Decide that these mails need no ticket; they stay stored."""
        self._check_undecided()
        self.state = "dismissed"

    def _check_undecided(self):
        if self.filtered(lambda mail: mail.state in ("done", "dismissed")):
            raise UserError(self.env._("Somebody has decided about this mail already."))

    def _get_message_values(self):
        """Return the mail as Odoo's parser returns it, as far as it can be read."""
        self.ensure_one()
        intake = Intake(self._get_source())
        intake.message_id = self.message_id
        try:
            with self.env.cr.savepoint():
                values = self.env["helpdesk.ticket"]._parse_source(intake)
        except Exception:  # noqa: BLE001 - perhaps it is parked because of this error
            values = {"body": plaintext2html(self.preview or ""), "attachments": []}
        return {
            "subject": self.subject,
            "email_from": self.email_from,
            "from": self.email_from,
            "message_id": self.message_id,
            "message_type": "email",
            "date": self.sent_date,
            **values,
        }

    def _get_source(self):
        # sudo: ir.attachment - the file of a record that the user may read
        return (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_field", "=", "source"),
                    ("res_id", "=", self.id),
                ],
                limit=1,
            )
            .raw
            or b""
        )

    def _post_on(self, ticket_sudo, values, subtype):
        """Post the mail on a ticket, with the whole mail as a file."""
        ticket_sudo.with_user(self.env.ref("base.user_root")).message_post(
            body=Markup(values["body"] or ""),
            subject=values["subject"],
            author_id=values.get("author_id") or False,
            email_from=values["email_from"],
            date=values["date"] or fields.Datetime.now(),
            message_type="email",
            message_id=values["message_id"],
            subtype_id=subtype.id,
            attachments=[
                *values["attachments"],
                (self.source_name, self._get_source()),
            ],
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_undecided(self):
        if self.filtered(lambda mail: mail.state == "parked"):
            raise UserError(
                self.env._("Nobody has decided about this mail yet: dismiss it first.")
            )

    # ------------------------------------------------------------------
    # Count
    # ------------------------------------------------------------------

    @api.model
    def _count_waiting(self, teams):
        """Return how many mails wait for a decision, for each team."""
        waiting = Domain("state", "=", "parked") & Domain("team_id", "in", teams.ids)
        return dict(self._read_group(waiting, ["team_id"], ["__count"]))
