"""A user with assigned tickets cannot be deleted."""

from odoo import models


class ResUsers(models.Model):
    _name = "res.users"
    _inherit = ["res.users", "helpdesk.used.mixin"]
