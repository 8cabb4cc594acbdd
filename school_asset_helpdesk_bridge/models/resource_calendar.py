"""The delivered working hours are named in the language of the reader."""

from odoo import api, models

#: The name with which they are delivered; Odoo does not translate names of calendars.
DELIVERED_NAME = "School hours"


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    @api.depends("name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        delivered = self.env.ref(
            "school_asset_helpdesk_bridge.calendar_school_hours",
            raise_if_not_found=False,
        )
        for calendar in self:
            if calendar == delivered and calendar.name == DELIVERED_NAME:
                calendar.display_name = self.env._("School hours")
        return result
