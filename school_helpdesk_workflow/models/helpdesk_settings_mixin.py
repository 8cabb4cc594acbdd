"""The SLA setting on the settings pages."""

from odoo import fields, models


class HelpdeskSettingsMixin(models.AbstractModel):
    _inherit = "helpdesk.settings.mixin"

    helpdesk_sla_warn_percent = fields.Integer(
        related="company_id.helpdesk_sla_warn_percent", readonly=False
    )
    helpdesk_weight_low = fields.Float(
        related="company_id.helpdesk_weight_low", readonly=False
    )
    helpdesk_weight_normal = fields.Float(
        related="company_id.helpdesk_weight_normal", readonly=False
    )
    helpdesk_weight_high = fields.Float(
        related="company_id.helpdesk_weight_high", readonly=False
    )
    helpdesk_weight_urgent = fields.Float(
        related="company_id.helpdesk_weight_urgent", readonly=False
    )
