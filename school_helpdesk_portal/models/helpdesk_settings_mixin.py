from odoo import fields, models


class HelpdeskSettingsMixin(models.AbstractModel):
    _inherit = "helpdesk.settings.mixin"

    helpdesk_share_with_affected = fields.Boolean(
        related="company_id.helpdesk_share_with_affected", readonly=False
    )
