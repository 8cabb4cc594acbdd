from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    helpdesk_share_with_affected = fields.Boolean(
        related="company_id.helpdesk_share_with_affected", readonly=False
    )
