"""What the requester of a ticket may see of it and do with it."""

from odoo import models


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _get_portal_closing_stages(self):
        """Return the stages by which the requester may close this ticket."""
        self.ensure_one()
        team = self.team_id.with_company(self.company_id)
        return team._get_applicable_stages().filtered("close_from_portal")
