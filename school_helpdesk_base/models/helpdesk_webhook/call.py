"""One message to a webhook: noted with the event, sent by a scheduled action.

A message that was not accepted is tried again, five times in all. Then it is listed for
managers.
"""

import logging
import uuid
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.outgoing_post import PostError, post_json

_logger = logging.getLogger(__name__)

#: After how many minutes a message is tried again, each time.
WAITS = (1, 5, 30, 120)
#: How long messages are kept.
LIFETIME = timedelta(days=30)


class HelpdeskWebhookCall(models.Model):
    _name = "helpdesk.webhook.call"
    _inherit = ["helpdesk.literal.search.mixin"]
    _description = "Message to a Webhook"
    _order = "id desc"
    _rec_name = "event"

    webhook_id = fields.Many2one(
        comodel_name="helpdesk.webhook",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    team_id = fields.Many2one(related="webhook_id.team_id")
    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )
    event = fields.Char(string="Code of the event", required=True, readonly=True)
    event_label = fields.Char(string="Event", compute="_compute_event_label")
    facts = fields.Json(readonly=True)
    key = fields.Char(
        required=True, readonly=True, default=lambda self: str(uuid.uuid4())
    )
    state = fields.Selection(
        selection=[("pending", "To send"), ("sent", "Sent"), ("failed", "Not sent")],
        required=True,
        readonly=True,
        default="pending",
        index=True,
    )
    due = fields.Datetime(string="Next try", readonly=True, default=fields.Datetime.now)
    tries = fields.Integer(readonly=True)
    failure = fields.Char(string="Why it failed", readonly=True)
    create_date = fields.Datetime(string="Noted on", readonly=True)

    _pending_idx = models.Index("(due) WHERE state = 'pending'")

    @api.depends("event")
    @api.depends_context("lang")
    def _compute_event_label(self):
        Rule = self.env["helpdesk.notification.rule"]
        labels = dict(Rule._fields["event"]._description_selection(self.env))
        for call in self:
            call.event_label = labels.get(call.event) or self.env._("Test message")

    @api.model
    def _start_sending(self, at=None):
        """Let the scheduled action run as soon as this transaction has ended."""
        self.env["ir.cron"]._start_soon("school_helpdesk_base.ir_cron_webhook", at)

    # ------------------------------------------------------------------
    # Sending
    # ------------------------------------------------------------------

    @api.model
    def _cron_send(self):
        """Send what is due; called by a scheduled action.

        Each message is one transaction. A server that does not answer is asked once in
        a run: its other messages wait, too, so that they do not hold up the others.
        """
        due = (
            Domain("state", "=", "pending")
            & Domain("due", "<=", self._get_now())
            & Domain("webhook_id.active", "=", True)
        )
        calls = self.search(due, order="id")
        Cron = self.env["ir.cron"]
        Cron._commit_progress(remaining=len(calls))
        silent = {}
        for call in calls:
            call = call.try_lock_for_update().filtered_domain(due)
            if call.webhook_id in silent:
                call._set_failed(silent[call.webhook_id])
            elif call:
                error = call._send()
                if error and error.code in ("timeout", "unreachable"):
                    silent[call.webhook_id] = error
            if not Cron._commit_progress(1):
                break

    @api.model
    def _get_now(self):
        return fields.Datetime.now()

    def _send(self):
        """Send this message; return the ``PostError`` if it was not accepted."""
        self.ensure_one()
        error = self._try_to_send()
        if error:
            self._set_failed(error)
        else:
            self.write({"state": "sent", "failure": False, "tries": self.tries + 1})
        return error

    def _try_to_send(self):
        webhook = self.webhook_id
        try:
            with self.env.cr.savepoint():
                facts = self.facts or webhook._prepare_facts(self.event, self.ticket_id)
                post_json(
                    webhook.address,
                    webhook._prepare_payload(facts),
                    webhook._prepare_headers(self),
                    private=webhook._allows_private(),
                )
        except PostError as error:
            # LINE has taken it already, at an earlier try
            is_taken = webhook.kind == "line" and error.status == 409
            return None if is_taken else error
        except Exception as error:
            # not with its text, which may contain the address
            return PostError(f"error {type(error).__name__}")
        return None

    def _set_failed(self, error):
        """Try these messages again later, or give up.

        :param PostError error: the reason; it contains no secret
        """
        for call in self:
            again = error.code != "refused" and call.tries < len(WAITS)
            due = self._get_now() + timedelta(minutes=WAITS[call.tries] if again else 0)
            call.write(
                {
                    "state": "pending" if again else "failed",
                    "tries": call.tries + 1,
                    "failure": call._get_failure(error),
                    "due": due,
                }
            )
            if again:
                self._start_sending(due)
            _logger.info("Webhook %s: not sent (%s)", call.webhook_id.id, error)

    def _get_failure(self, error):
        env = self.webhook_id._with_lang().env
        match error.code:
            case "refused":
                return env._("The address is not one on the internet.")
            case "timeout":
                return env._("The server did not answer in time.")
            case "certificate":
                return env._("The certificate of the server is not valid.")
            case "status":
                return env._("The server answered %(status)s.", status=error.status)
            case "unreachable":
                return env._("The server cannot be reached.")
        return env._("The message could not be written: %(error)s", error=error.code)

    @api.autovacuum
    def _gc_calls(self):
        """Delete old messages."""
        old = fields.Datetime.now() - LIFETIME
        self.search([("state", "!=", "pending"), ("create_date", "<", old)]).unlink()

    # ------------------------------------------------------------------
    # What a manager does
    # ------------------------------------------------------------------

    def action_send_again(self):
        """Send failed messages again, now."""
        self.check_access("read")
        # sudo: helpdesk.webhook.call - only managers may read them, which is checked
        # above, and only the system writes them
        failed_sudo = self.sudo().filtered(lambda call: call.state == "failed")
        failed_sudo.write({"state": "pending", "tries": 0, "due": self._get_now()})
        if failed_sudo:
            self._start_sending()

    def action_dismiss(self):
        """Take failed messages off the list."""
        self.check_access("read")
        # sudo: helpdesk.webhook.call - as above
        self.sudo().filtered(lambda call: call.state == "failed").unlink()
