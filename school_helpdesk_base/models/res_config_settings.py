from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    helpdesk_reopen_days = fields.Integer(
        related="company_id.helpdesk_reopen_days", readonly=False
    )
    helpdesk_auto_close_days = fields.Integer(
        related="company_id.helpdesk_auto_close_days", readonly=False
    )
    helpdesk_mail_limit = fields.Integer(
        related="company_id.helpdesk_mail_limit", readonly=False
    )
    helpdesk_mail_forward = fields.Boolean(
        related="company_id.helpdesk_mail_forward", readonly=False
    )
    helpdesk_portal_limit = fields.Integer(
        related="company_id.helpdesk_portal_limit", readonly=False
    )
    helpdesk_upload_max_files = fields.Integer(
        related="company_id.helpdesk_upload_max_files", readonly=False
    )
    helpdesk_upload_max_megabytes = fields.Integer(
        related="company_id.helpdesk_upload_max_megabytes", readonly=False
    )
