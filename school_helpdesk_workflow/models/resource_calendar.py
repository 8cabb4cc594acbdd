"""A change of working hours changes SLA clocks and the moments of escalations."""

from odoo import models

#: Fields of a calendar that say when people work.
WORKING_FIELDS = {
    "attendance_ids",
    "attendance_ids_1st_week",
    "attendance_ids_2nd_week",
    "duration_based",
    "flexible_hours",
    "global_leave_ids",
    "hours_per_day",
    "leave_ids",
    "schedule_type",
    "two_weeks_calendar",
    "tz",
}


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def write(self, vals):
        result = super().write(vals)
        if not WORKING_FIELDS.isdisjoint(vals):
            self._refresh_clocks_later()
        return result

    def _refresh_clocks_later(self):
        """Let a scheduled action compute the clocks that use these calendars again."""
        if self:
            # sudo: helpdesk.ticket.team - only notes that clocks may change
            teams = self.env["helpdesk.ticket.team"].sudo()
            teams.search(
                [("use_sla", "=", True), ("resource_calendar_id", "in", self.ids)]
            )._refresh_clocks_later()
            self.env["helpdesk.escalation.rule"]._plan_again_later()
