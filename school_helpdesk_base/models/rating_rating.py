"""Hides the ratings of tickets from users who cannot write the tickets.

Odoo lets all employees read, change and add ratings. A record rule forbids changing and
adding them (``security/helpdesk_ticket_security.xml``).
"""

from odoo import api, models
from odoo.fields import Domain


class RatingRating(models.Model):
    _name = "rating.rating"
    _inherit = ["rating.rating", "helpdesk.internal.mixin"]

    @api.model
    def _get_domain_except_tickets(self, tickets):
        return Domain("res_model", "=", "helpdesk.ticket") & Domain(
            "res_id", "not in", tickets
        )
