"""Mails that could not be sent: tried again, and shown to managers.

Not only our own mails: a mail of the chatter about a ticket that fails gets a row, too.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..ir_cron import MAIL_QUEUE

#: After how many minutes a mail is tried again, each time. Then a manager decides.
WAITS = (2, 5, 15, 60, 240, 720, 1440, 2880)
#: What Odoo calls a mail whose address is the problem: trying again does not help.
NO_ADDRESS = "mail_email_missing"
ADDRESS_FAILURES = ("mail_email_invalid", NO_ADDRESS)
#: Why a mail failed, in words for a manager: Odoo's kinds of a failure, and our own
#: for a mail that could not be written.
FAILURES = [
    ("mail_email_invalid", "The mail address is not valid"),
    (NO_ADDRESS, "There is no mail address"),
    ("mail_from_invalid", "The help desk's own mail address is not valid"),
    ("mail_from_missing", "The help desk has no mail address of its own"),
    ("mail_smtp", "The mail server could not be reached"),
    ("mail_spam", "The mail server takes the mail for spam"),
    ("unknown", "The mail server did not take the mail"),
    ("unwritten", "The mail could not be written"),
]


class HelpdeskNotification(models.Model):
    _name = "helpdesk.notification"
    _inherit = ["helpdesk.notification"]

    failure_kind = fields.Selection(
        selection=FAILURES, string="Why it failed", readonly=True
    )
    failure = fields.Char(
        string="What the server said",
        readonly=True,
        help="The words of the mail server or of Odoo, for the administrator.",
    )
    tries = fields.Integer(readonly=True)
    retry_date = fields.Datetime(
        string="Tried again on",
        readonly=True,
        index="btree_not_null",
        help="Empty if only a manager can help.",
    )
    recipient = fields.Char(string="To", compute="_compute_recipient")

    @api.depends("partner_id", "email")
    def _compute_recipient(self):
        for job in self:
            partner = job.partner_id
            job.recipient = job.email or (partner.email_formatted or partner.name)

    def _set_failed(self, reason, kind="unwritten", retried=False):
        """Show these mails to managers.

        :param str reason: what Odoo or the mail server said, in any language
        :param str kind: a value of ``failure_kind``, or another kind of Odoo
        :param bool retried: whether trying again can help
        """
        for job in self:
            again = retried and job.tries < len(WAITS)
            wait = timedelta(minutes=WAITS[job.tries]) if again else None
            job.write(
                {
                    "state": "failed",
                    "failure": (reason or "")[:500],
                    "failure_kind": kind if kind in dict(FAILURES) else "unknown",
                    "tries": job.tries + 1,
                    "retry_date": again and fields.Datetime.now() + wait,
                }
            )
            if again:
                self._start_delivery(job.retry_date)

    @api.model
    def _retry_failed(self):
        """Send the failed mails again whose time has come."""
        self.search(
            Domain("state", "=", "failed")
            & Domain("retry_date", "<=", fields.Datetime.now())
        ).try_lock_for_update()._send_again()

    def _send_again(self):
        self.mail_id.filtered(lambda mail: mail.state == "exception").mark_outgoing()
        for job in self:
            # several rows can be told in one mail
            if job.mail_id.state == "outgoing":
                state = "queued"
            else:
                state = "pending" if job.ticket_id or job.parked_id else "dropped"
            if state == "pending" and (waiting := job._find_waiting()):
                waiting._take_words_of(job)
                state = "dropped"
            job.write(
                {"state": state, "retry_date": False, "due": fields.Datetime.now()}
            )
        if self:
            self.env["ir.cron"]._start_soon(MAIL_QUEUE)
            self._start_delivery()

    def _find_waiting(self):
        """Return the row that waits and tells the same person the same event."""
        self.ensure_one()
        return self.search(
            Domain("state", "=", "pending")
            & Domain("ticket_id", "=", self.ticket_id.id)
            & Domain("ticket_id", "!=", False)
            & Domain("event", "=", self.event)
            & Domain("audience", "=", self.audience)
            & Domain("partner_id", "=", self.partner_id.id)
            & Domain("email", "=", self.email),
            limit=1,
        )

    # ------------------------------------------------------------------
    # What a manager does
    # ------------------------------------------------------------------

    def action_send_again(self):
        """Send failed mails again, now."""
        self.check_access("read")
        # sudo: helpdesk.notification, mail.mail - only managers may read rows, which
        # is checked above; they may not read the mails of other apps
        failed_sudo = self.sudo().filtered(lambda job: job.state == "failed")
        failed_sudo.tries = 0
        failed_sudo._send_again()

    def action_dismiss(self):
        """The manager has told the person in another way, or nobody must be told."""
        self.check_access("read")
        # sudo: helpdesk.notification, mail.mail - as above
        failed_sudo = self.sudo().filtered(lambda job: job.state == "failed")
        failed_sudo.mail_id.cancel()
        failed_sudo.write({"state": "dropped", "retry_date": False})

    @api.model
    def _count_failed(self, teams):
        """Return how many mails have failed, for each team."""
        failed = Domain("state", "=", "failed") & Domain(
            "ticket_id.team_id", "in", teams.ids
        )
        groups = self._read_group(failed, ["ticket_id"], ["__count"])
        counts = {}
        for ticket, count in groups:
            counts[ticket.team_id] = counts.get(ticket.team_id, 0) + count
        return counts
