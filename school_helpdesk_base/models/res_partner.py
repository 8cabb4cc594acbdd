"""A contact with tickets cannot be deleted."""

from odoo import models


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "helpdesk.used.mixin"]
