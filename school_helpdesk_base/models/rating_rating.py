"""Ratings of tickets: read by who works on them, written by who was asked to rate.

Odoo lets every employee read, change and add them. That nobody does, whatever his
role, is a rule of its own.
"""

from odoo import api, models
from odoo.fields import Domain


class RatingRating(models.Model):
    _name = "rating.rating"
    _inherit = ["rating.rating", "helpdesk.desk.records"]

    @api.model
    def _get_not_worked_on_domain(self, workable):
        return Domain("res_model", "=", "helpdesk.ticket") & Domain(
            "res_id", "not in", workable
        )
