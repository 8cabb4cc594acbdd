"""The project and the timesheet lines of a ticket: defaults, merging and access."""

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
    # agents without a timesheet role may not read the lines
    timesheet_ids = fields.One2many(groups=TIMESHEET_USERS)
    show_time_control = fields.Selection(groups=TIMESHEET_USERS)

    @api.constrains("project_id")
    def _constrains_project_timesheets(self):
        # sudo: account.analytic.line - the lines follow the ticket to its project, also
        # if the agent may not read them
        return super(HelpdeskTicket, self.sudo())._constrains_project_timesheets()

    @api.model
    def _on_team_changed(self, old_teams):
        result = super()._on_team_changed(old_teams)
        self.browse(ticket.id for ticket in old_teams)._set_default_project()
        return result

    def _set_default_project(self):
        """Give tickets without a project the project of their team, as OCA's form does.

        Hours can be logged only on a ticket with a project, and most tickets are not
        created in the form.
        """
        # sudo: helpdesk.ticket, project.project - requesters create tickets too, and
        # the user may have handed the ticket over
        tickets_sudo = self.sudo().filtered(
            lambda ticket: not ticket.project_id and ticket.team_id.allow_timesheet
        )
        for project, tickets in tickets_sudo.grouped(
            lambda ticket: ticket.team_id.default_project_id
        ).items():
            if project:
                tickets.with_context(mail_notrack=True).project_id = project

    def _merge_concerns(self, target, shared):
        result = super()._merge_concerns(target, shared)
        self.timesheet_ids.write({"ticket_id": target.id})
        return result
