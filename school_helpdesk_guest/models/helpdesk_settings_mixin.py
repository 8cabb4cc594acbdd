from odoo import fields, models


class HelpdeskSettingsMixin(models.AbstractModel):
    _inherit = "helpdesk.settings.mixin"

    helpdesk_guest_reports = fields.Boolean(
        related="company_id.helpdesk_guest_reports", readonly=False
    )
    helpdesk_guest_domains = fields.Char(
        related="company_id.helpdesk_guest_domains", readonly=False
    )
    helpdesk_guest_address_limit = fields.Integer(
        related="company_id.helpdesk_guest_address_limit", readonly=False
    )
    helpdesk_guest_device_limit = fields.Integer(
        related="company_id.helpdesk_guest_device_limit", readonly=False
    )
    helpdesk_guest_network_limit = fields.Integer(
        related="company_id.helpdesk_guest_network_limit", readonly=False
    )
