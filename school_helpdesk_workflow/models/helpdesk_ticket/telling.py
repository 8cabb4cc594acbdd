"""What notifications say about clocks and escalations, in the reader's language."""

from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

from odoo.addons.school_helpdesk_base.models.helpdesk_ticket_stage import (
    ENDED_CATEGORIES,
)

#: Escalations of this time are told: one mail tells all that happened at once.
TOLD_TIME = timedelta(minutes=15)


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    def _is_still_true(self, event, audience, partner):
        if event in ("at_risk", "missed") and self.status_category in ENDED_CATEGORIES:
            return False
        return super()._is_still_true(event, audience, partner)

    def _get_notification_fillers(self, details):
        return {
            **super()._get_notification_fillers(details),
            "clocks": self._get_clocks_text(),
            "escalations": self._get_escalations_text(),
        }

    def _get_clocks_text(self):
        """Return the running clocks that are told: "Resolution: due 10:30, ..."."""
        # sudo: helpdesk.ticket.sla - as for the other texts of the mail
        clocks = self.sudo().ticket_sla_ids.filtered(
            lambda clock: clock.is_running and clock.told
        )
        labels = dict(clocks._fields["target"]._description_selection(self.env))
        return "; ".join(
            f"{labels[clock.target]}: {clock.time_text}"
            for clock in clocks.sorted("deadline")
        )

    def _get_escalations_text(self):
        """Return why the ticket was escalated just now, with the names of the rules."""
        # sudo: helpdesk.ticket.escalation - as for the other texts of the mail
        lines = self.env["helpdesk.ticket.escalation"].sudo()
        lines = lines.search(
            Domain("ticket_id", "=", self.id)
            & Domain("state", "=", "done")
            & Domain("done_date", ">=", fields.Datetime.now() - TOLD_TIME),
            order="done_date, id",
        )
        return "; ".join(
            f"“{line.rule_id.name or line.rule_name}”: {line._get_reason_text()}"
            for line in lines
        )
