"""Refreshes SLA clocks and rules when a category moves to another parent category."""

from odoo import api, models


class HelpdeskTicketCategory(models.Model):
    _inherit = "helpdesk.ticket.category"

    @api.model_create_multi
    def create(self, vals_list):
        # the rules keep which categories are below theirs
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        result = super().write(vals)
        if "parent_id" in vals:
            self.env.registry.clear_cache()
            # sudo: helpdesk.ticket.team - only notes that clocks may change
            teams = self.env["helpdesk.ticket.team"].sudo()
            teams.search([("use_sla", "=", True)])._refresh_clocks_later()
            self.env["helpdesk.escalation.rule"]._plan_again_later()
        return result
