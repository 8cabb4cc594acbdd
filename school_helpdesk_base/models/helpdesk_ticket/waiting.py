"""Waiting, resolving and cancelling: buttons, and messages to the requester."""

from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.fields import Domain


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    waiting_reason = fields.Text(
        string="Waiting for",
        readonly=True,
        copy=False,
        help="What the desk is waiting for, as told to the requester.",
    )
    wait_until = fields.Datetime(
        string="Wait until",
        copy=False,
        index="btree_not_null",
        help="When the ticket is reopened automatically if nobody has replied by then.",
    )
    cancel_reason = fields.Text(
        readonly=True,
        copy=False,
        help="Why the ticket was cancelled, as told to the requester.",
    )
    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def action_resolve(self):
        self._set_status("resolved")

    def action_reopen(self):
        """Set waiting, resolved, closed or cancelled tickets to open."""
        self._set_status("open")

    def action_wait(self):
        return self._action_open_status_wizard("waiting", self.env._("Wait"))

    def action_cancel(self):
        return self._action_open_status_wizard("cancelled", self.env._("Cancel"))

    def _action_open_status_wizard(self, category, name):
        return {
            "name": name,
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket.status.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_ticket_ids": [Command.set(self.ids)],
                "default_status_category": category,
            },
        }

    def _wait(self, reason=False, until=False):
        """Set tickets to waiting.

        :param str reason: what the desk is waiting for; told to the requester if given
        :param datetime until: when the tickets are reopened automatically if nobody
            replies (naive UTC)
        """
        # written first: the mail of the stage depends on it
        self.write({"waiting_reason": reason, "wait_until": until})
        self._set_status("waiting")
        if reason:
            for ticket in self:
                ticket._tell_requester(
                    ticket._in_requester_lang().env._("We are waiting for:"), reason
                )

    def _cancel(self, reason, message_type="comment"):
        """Cancel tickets and tell the requester why.

        :param str reason: the reason, told to the requester
        :param str message_type: ``notification`` if no person wrote the reason
        """
        self.write({"cancel_reason": reason})
        self._set_status("cancelled")
        for ticket in self:
            ticket._tell_requester(
                ticket._in_requester_lang().env._("Your ticket is cancelled:"),
                reason,
                message_type,
            )

    def _in_requester_lang(self):
        return self.with_context(lang=self.partner_id.lang or self.env.lang)

    def _tell_requester(self, heading, text, message_type="comment"):
        """Post a message of the current user to the requesters."""
        self.ensure_one()
        lines = Markup("<br/>").join(text.splitlines())
        # an agent's message, not a reply, even if the agent is the requester
        self.with_context(helpdesk_reply_relayed=True).message_post(
            body=Markup("<p>%s<br/>%s</p>") % (heading, lines),
            message_type=message_type,
            subtype_xmlid="mail.mt_comment",
            partner_ids=self._get_requesters().ids,
        )

    @api.model
    def _on_status_changed(self, old_statuses, by_setup=False):
        result = super()._on_status_changed(old_statuses, by_setup=by_setup)
        # sudo: helpdesk.ticket - remove the reasons that no longer apply
        tickets_sudo = self.sudo().browse(ticket.id for ticket in old_statuses)
        tickets_sudo.filtered(
            lambda ticket: ticket.status_category != "waiting"
            and (ticket.wait_until or ticket.waiting_reason)
        ).write({"wait_until": False, "waiting_reason": False})
        tickets_sudo.filtered(
            lambda ticket: ticket.status_category != "cancelled"
            and ticket.cancel_reason
        ).write({"cancel_reason": False})
        return result

    # ------------------------------------------------------------------
    # Scheduled
    # ------------------------------------------------------------------

    @api.model
    def _cron_wake_waiting(self):
        """Reopen the waiting tickets whose wait is over."""
        self._move_due("waiting", "wait_until", "open")

    @api.model
    def _move_due(self, category, date_field, new_category):
        """Move the due tickets from one status to another.

        Tickets whose team has no stage with the new status are skipped.

        :param str category: the status of the tickets now
        :param str date_field: an indexed field; empty for tickets that are never due
        :param str new_category: their status afterwards
        """
        stages = self.env["helpdesk.ticket.stage"].search(
            [("status_category", "=", new_category)]
        )
        self._sweep(
            Domain("status_category", "=", category)
            & Domain(date_field, "<=", fields.Datetime.now())
            & Domain.OR(stage._get_ticket_domain() for stage in stages),
            lambda tickets: tickets._set_status(new_category),
            order=f"{date_field}, id",
        )
