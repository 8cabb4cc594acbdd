"""The working hours of a team cannot be deleted: its times are measured by them."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_list


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

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
