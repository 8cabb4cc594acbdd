"""Wall screens of deleted teams."""

from odoo import api, models
from odoo.fields import Domain


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    @api.ondelete(at_uninstall=False)
    def _unlink_archive_wall_screens(self):
        """Archive the screens that show only these teams.

        A screen without teams shows those of the whole school.
        """
        # sudo: helpdesk.wall.screen - who may delete a team may end what shows it
        Screen = self.env["helpdesk.wall.screen"].sudo()
        screens = Screen.with_context(active_test=False).search(
            Domain("team_ids", "in", self.ids)
        )
        screens.filtered(lambda screen: screen.team_ids <= self).active = False
