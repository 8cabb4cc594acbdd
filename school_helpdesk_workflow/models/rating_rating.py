"""A new rating can make an escalation rule fire."""

from odoo import models


class RatingRating(models.Model):
    _inherit = "rating.rating"

    def write(self, vals):
        result = super().write(vals)
        if not {"consumed", "rating"}.isdisjoint(vals):
            self._mark_tickets_for_escalation()
        return result

    def _mark_tickets_for_escalation(self):
        rated = self.filtered(
            lambda rating: rating.res_model == "helpdesk.ticket" and rating.consumed
        )
        if rated:
            # sudo: helpdesk.ticket - who rates a ticket may not write it
            tickets_sudo = (
                self.env["helpdesk.ticket"].sudo().browse(rated.mapped("res_id"))
            )
            tickets_sudo.exists()._mark_for_escalation()
