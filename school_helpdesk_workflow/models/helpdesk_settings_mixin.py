"""The SLA setting on the settings pages."""

from odoo import fields, models


class HelpdeskSettingsMixin(models.AbstractModel):
    _inherit = "helpdesk.settings.mixin"

    helpdesk_sla_warn_percent = fields.Integer(
        related="company_id.helpdesk_sla_warn_percent", readonly=False
    )
