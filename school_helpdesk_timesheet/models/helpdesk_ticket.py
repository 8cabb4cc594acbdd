"""Merging moves the hours; timesheet users see the project of a ticket."""

from odoo import fields, models

from odoo.addons.school_helpdesk_base.models.helpdesk_ticket.ticket import (
    PROJECT_READERS as BASE_PROJECT_READERS,
)

PROJECT_READERS = f"{BASE_PROJECT_READERS},hr_timesheet.group_hr_timesheet_user"


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    project_id = fields.Many2one(groups=PROJECT_READERS)
    task_id = fields.Many2one(groups=PROJECT_READERS)
    milestone_id = fields.Many2one(groups=PROJECT_READERS)

    def _merge_concerns(self, target, shared):
        result = super()._merge_concerns(target, shared)
        self.timesheet_ids.write({"ticket_id": target.id})
        return result
