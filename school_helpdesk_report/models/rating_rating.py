"""The figures of a ticket contain its ratings."""

from odoo import api, models


class RatingRating(models.Model):
    _inherit = "rating.rating"

    @api.model_create_multi
    def create(self, vals_list):
        ratings = super().create(vals_list)
        ratings._mark_figures()
        return ratings

    def write(self, vals):
        if vals.keys().isdisjoint({"consumed", "rating", "res_id", "res_model"}):
            return super().write(vals)
        self._mark_figures()
        result = super().write(vals)
        self._mark_figures()
        return result

    def unlink(self):
        self._mark_figures()
        return super().unlink()

    def _mark_figures(self):
        """Compute the figures of the rated tickets again."""
        # sudo: rating.rating - only the ids of the tickets are used
        self.env["helpdesk.ticket"].browse(
            {
                rating.res_id
                for rating in self.sudo()
                if rating.res_model == "helpdesk.ticket" and rating.res_id
            }
        )._mark_figures()
