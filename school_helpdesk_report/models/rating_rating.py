"""The figures of a ticket contain its ratings."""

from odoo import api, models
from odoo.fields import Domain


class RatingRating(models.Model):
    _name = "rating.rating"
    _inherit = ["rating.rating", "helpdesk.colleagues.mixin", "helpdesk.figures.mixin"]

    _figures_fields = frozenset({"consumed", "rating", "res_id", "res_model"})

    _agent_fields = frozenset({"rated_partner_id", "rated_partner_name"})

    @api.model
    def _get_own_domain(self, names):
        return Domain("rated_partner_id", "=", self.env.user.partner_id.id) | Domain(
            "res_model", "!=", "helpdesk.ticket"
        )

    def _get_figures_ticket_ids(self):
        return {
            rating.res_id
            for rating in self
            if rating.res_model == "helpdesk.ticket" and rating.res_id
        }
