"""The settings of the desk, in Odoo's own settings."""

from odoo import models


class ResConfigSettings(models.TransientModel):
    _name = "res.config.settings"
    _inherit = ["res.config.settings", "helpdesk.settings.mixin"]
