from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    helpdesk_reopen_days = fields.Integer(
        related="company_id.helpdesk_reopen_days", readonly=False
    )
    helpdesk_auto_close_days = fields.Integer(
        related="company_id.helpdesk_auto_close_days", readonly=False
    )
