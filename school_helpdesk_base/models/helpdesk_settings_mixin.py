"""The help desk settings of a company, as fields of a form.

Only administrators can open Odoo's own settings, which show the settings of all apps.
Managers of the desk use another page with the same fields: ``helpdesk.settings``. To
add a setting, an addon extends this mixin and the view of ``res.config.settings``.
"""

from odoo import fields, models


class HelpdeskSettingsMixin(models.AbstractModel):
    _name = "helpdesk.settings.mixin"
    _description = "Fields of the Help Desk's Settings"

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
    )
    helpdesk_reopen_days = fields.Integer(
        related="company_id.helpdesk_reopen_days", readonly=False
    )
    helpdesk_auto_close_days = fields.Integer(
        related="company_id.helpdesk_auto_close_days", readonly=False
    )
    helpdesk_reminder_days = fields.Integer(
        related="company_id.helpdesk_reminder_days", readonly=False
    )
    helpdesk_unanswered_close_days = fields.Integer(
        related="company_id.helpdesk_unanswered_close_days", readonly=False
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
    # settings of OCA's addons
    helpdesk_mgmt_portal_select_team = fields.Boolean(
        related="company_id.helpdesk_mgmt_portal_select_team", readonly=False
    )
    helpdesk_mgmt_portal_team_id_required = fields.Boolean(
        related="company_id.helpdesk_mgmt_portal_team_id_required", readonly=False
    )
    helpdesk_mgmt_portal_select_category = fields.Boolean(
        related="company_id.helpdesk_mgmt_portal_select_category", readonly=False
    )
    helpdesk_mgmt_portal_category_id_required = fields.Boolean(
        related="company_id.helpdesk_mgmt_portal_category_id_required", readonly=False
    )
    helpdesk_mgmt_portal_type = fields.Boolean(
        related="company_id.helpdesk_mgmt_portal_type", readonly=False
    )
    helpdesk_mgmt_portal_type_id_required = fields.Boolean(
        related="company_id.helpdesk_mgmt_portal_type_id_required", readonly=False
    )
    helpdesk_mgmt_duplicate_tracking = fields.Boolean(
        related="company_id.helpdesk_mgmt_duplicate_tracking", readonly=False
    )
    helpdesk_mgmt_duplicate_ticket_stage_id = fields.Many2one(
        related="company_id.helpdesk_mgmt_duplicate_ticket_stage_id", readonly=False
    )
    helpdesk_mgmt_ticket_auto_assign = fields.Boolean(
        related="company_id.helpdesk_mgmt_ticket_auto_assign", readonly=False
    )
