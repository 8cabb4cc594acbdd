from odoo import api, fields, models


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
    helpdesk_weekly_report = fields.Boolean(
        related="company_id.helpdesk_weekly_report", readonly=False
    )
    helpdesk_weekly_report_mine = fields.Boolean(
        string="Send it to me",
        compute="_compute_helpdesk_weekly_report_mine",
        inverse="_inverse_helpdesk_weekly_report_mine",
        help="Whether you get the report. Each manager decides for themselves.",
    )

    @api.depends_context("uid")
    @api.depends("company_id")
    def _compute_helpdesk_weekly_report_mine(self):
        self.helpdesk_weekly_report_mine = (
            self.env.user not in self._get_weekly_report().helpdesk_left_user_ids
        )

    def _inverse_helpdesk_weekly_report_mine(self):
        report = self._get_weekly_report()
        for settings in self:
            if settings.helpdesk_weekly_report_mine:
                report._action_subscribe_users(self.env.user)
            else:
                report._action_unsubscribe_users(self.env.user)

    @api.model
    def _get_weekly_report(self):
        """Return the weekly report, with which users may leave it or come back."""
        # sudo: digest.digest - users may leave, but not write digests
        return (
            self.env["digest.digest"]
            .sudo()
            .search([("is_helpdesk_report", "=", True)], limit=1)
        )
