"""The figures of a ticket contain its ratings."""

from odoo import models


class RatingRating(models.Model):
    _name = "rating.rating"
    _inherit = ["rating.rating", "helpdesk.figures.mixin"]

    _figures_fields = frozenset({"consumed", "rating", "res_id", "res_model"})

    def _get_figures_ticket_ids(self):
        return {
            rating.res_id
            for rating in self
            if rating.res_model == "helpdesk.ticket" and rating.res_id
        }
