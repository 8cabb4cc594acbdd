"""A contact who is affected by the problem of a ticket cannot be deleted."""

from odoo import models
from odoo.fields import Domain


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner"]

    def _get_used_domain(self):
        return super()._get_used_domain() | Domain(
            "affected_ids.partner_id", "in", self.ids
        )
