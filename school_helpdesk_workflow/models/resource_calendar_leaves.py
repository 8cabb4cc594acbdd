"""Refreshes SLA clocks after a change of holidays.

A holiday from an .ics file also stores the identifier of its event, so that a second
import finds it.
"""

from odoo import api, fields, models


class ResourceCalendarLeaves(models.Model):
    _inherit = "resource.calendar.leaves"

    calendar_uid = fields.Char(
        string="Identifier in the File",
        readonly=True,
        copy=False,
        help="The UID of the event of an .ics file that this holiday comes from.",
    )

    _calendar_uid_uniq = models.UniqueIndex(
        "(calendar_id, calendar_uid) WHERE calendar_uid IS NOT NULL",
        "The holiday of this event exists already.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create(vals_list)
        leaves._refresh_clocks_later()
        return leaves

    def write(self, vals):
        before = self._get_calendars_with_clocks()
        result = super().write(vals)
        (before | self._get_calendars_with_clocks())._refresh_clocks_later()
        return result

    def unlink(self):
        calendars = self._get_calendars_with_clocks()
        result = super().unlink()
        calendars._refresh_clocks_later()
        return result

    def _refresh_clocks_later(self):
        self._get_calendars_with_clocks()._refresh_clocks_later()

    def _get_calendars_with_clocks(self):
        """Return the calendars that these leaves change; skip leaves of one person."""
        holidays = self.filtered(lambda leave: not leave.resource_id)
        if all(leave.calendar_id for leave in holidays):
            return holidays.calendar_id
        # sudo: helpdesk.ticket.team - a holiday without calendar applies to all
        teams = self.env["helpdesk.ticket.team"].sudo().search([("use_sla", "=", True)])
        return teams.resource_calendar_id
