"""Refreshes SLA clocks when a category moves to another parent category."""

from odoo import models


class HelpdeskTicketCategory(models.Model):
    _inherit = "helpdesk.ticket.category"

    def write(self, vals):
        result = super().write(vals)
        if "parent_id" in vals:
            # sudo: helpdesk.ticket.team - only notes that clocks may change
            teams = self.env["helpdesk.ticket.team"].sudo()
            teams.search([("use_sla", "=", True)])._refresh_clocks_later()
        return result
