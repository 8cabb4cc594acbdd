"""Gives the open tickets of a team a project when the team starts to log hours."""

from odoo import models


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    def write(self, vals):
        result = super().write(vals)
        if not vals.keys().isdisjoint({"allow_timesheet", "default_project_id"}):
            # sudo: helpdesk.ticket - setup, for all tickets of the team
            self.env["helpdesk.ticket"].sudo().search(
                [
                    ("team_id", "in", self.ids),
                    ("project_id", "=", False),
                    ("status_category", "in", ("open", "waiting")),
                ]
            )._set_default_project()
        return result
