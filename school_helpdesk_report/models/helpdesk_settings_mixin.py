from odoo import fields, models


class HelpdeskSettingsMixin(models.AbstractModel):
    _inherit = "helpdesk.settings.mixin"

    helpdesk_agents_see_figures = fields.Boolean(
        related="company_id.helpdesk_agents_see_figures", readonly=False
    )
    helpdesk_share_boards = fields.Boolean(
        related="company_id.helpdesk_share_boards", readonly=False
    )
    helpdesk_share_days = fields.Integer(
        related="company_id.helpdesk_share_days", readonly=False
    )
