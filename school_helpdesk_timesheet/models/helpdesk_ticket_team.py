"""A team that begins to time its tickets can time those that are already open."""

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
