"""Merging moves the hours; timesheet users see its project and lines."""

from odoo import api, fields, models

from odoo.addons.school_helpdesk_base.models.helpdesk_ticket.ticket import (
    PROJECT_READERS as BASE_PROJECT_READERS,
)

TIMESHEET_USERS = "hr_timesheet.group_hr_timesheet_user"
PROJECT_READERS = f"{BASE_PROJECT_READERS},{TIMESHEET_USERS}"


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    project_id = fields.Many2one(groups=PROJECT_READERS)
    task_id = fields.Many2one(groups=PROJECT_READERS)
    milestone_id = fields.Many2one(groups=PROJECT_READERS)
    # agents who keep no timesheet may not read the lines
    timesheet_ids = fields.One2many(groups=TIMESHEET_USERS)
    show_time_control = fields.Selection(groups=TIMESHEET_USERS)

    @api.constrains("project_id")
    def _constrains_project_timesheets(self):
        # sudo: account.analytic.line - the lines follow the ticket to its project, also
        # if the agent may not read them
        return super(HelpdeskTicket, self.sudo())._constrains_project_timesheets()

    def _merge_concerns(self, target, shared):
        result = super()._merge_concerns(target, shared)
        self.timesheet_ids.write({"ticket_id": target.id})
        return result
