"""The working hours of a team: they are kept in the cache, and cannot be deleted.

The times of tickets are measured by them with each change of a ticket. Odoo needs a
tenth of a second to compute the working hours of a year.
"""

from datetime import datetime

from pytz import UTC

from odoo import api, models, tools
from odoo.exceptions import UserError
from odoo.tools import format_list


class ResourceCalendar(models.Model):
    _name = "resource.calendar"
    _inherit = ["resource.calendar", "helpdesk.kept.mixin"]

    @tools.ormcache("self.id")
    def _get_hours_of_week(self):
        """Return a number of hours; a week of this stored calendar never has more."""
        self.ensure_one()
        if self.flexible_hours:
            return 7 * 24
        lines = self.attendance_ids.filtered(lambda line: line.day_period != "lunch")
        return sum(line.hour_to - line.hour_from for line in lines)

    def _get_worked_intervals(self, first, last):
        """Return the working time between two moments, without holidays.

        :param datetime first, last: aware, in UTC
        :return: list of pairs of start and end (aware, in UTC), one after the other
        """
        self.ensure_one()
        if not self._origin or self.flexible_hours:
            # flexible hours depend on the moments between which they are counted
            return self._compute_worked_intervals(first, last)
        return [
            (max(start, first), min(end, last))
            for year in range(first.year, last.year + 1)
            for start, end in self._get_worked_intervals_of_year(year)
            if start < last and end > first
        ]

    @tools.ormcache("self.id", "year")
    def _get_worked_intervals_of_year(self, year):
        return self._compute_worked_intervals(
            datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
        )

    def _compute_worked_intervals(self, first, last):
        domain = [("time_type", "=", "leave")]
        if self.company_id:
            # a superuser also finds the holidays of other companies
            domain.append(("company_id", "in", [False, self.company_id.id]))
        worked = self._work_intervals_batch(first, last, domain=domain)[False]
        return [
            (start.astimezone(UTC), end.astimezone(UTC))
            for start, end, _lines in worked
        ]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used_by_teams(self):
        """Refuse to delete the working hours of a team.

        :raise UserError: a team has one of these calendars
        """
        # sudo: helpdesk.ticket.team - also teams that the user cannot read
        Team = self.env["helpdesk.ticket.team"].sudo().with_context(active_test=False)
        if teams_sudo := Team.search([("resource_calendar_id", "in", self.ids)]):
            raise UserError(
                self.env._(
                    "Help desk teams use this calendar: %(teams)s. Archive it instead, "
                    "or give the teams other working hours first.",
                    teams=format_list(self.env, teams_sudo.mapped("name")),
                )
            )


class ResourceCalendarAttendance(models.Model):
    _name = "resource.calendar.attendance"
    _inherit = ["resource.calendar.attendance", "helpdesk.kept.mixin"]


class ResourceCalendarLeaves(models.Model):
    _name = "resource.calendar.leaves"
    _inherit = ["resource.calendar.leaves", "helpdesk.kept.mixin"]
