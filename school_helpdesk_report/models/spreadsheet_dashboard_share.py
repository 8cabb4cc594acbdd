"""Public copies of boards: only managers make them, and only for some time.

Odoo lets each employee publish the boards that they can read, for ever. The copies show
names of people. So the school must allow it, and each copy has a last day.
"""

from datetime import timedelta

from werkzeug.exceptions import NotFound

from odoo import api, fields, models
from odoo.fields import Domain


class SpreadsheetDashboardShare(models.Model):
    _name = "spreadsheet.dashboard.share"
    _inherit = ["spreadsheet.dashboard.share", "helpdesk.literal.search.mixin"]

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    date_end = fields.Date(
        string="Shared Until",
        required=True,
        index=True,
        default=lambda self: self._get_default_date_end(),
        help="The last day on which the link opens the copy.",
    )

    @api.model
    def _get_default_date_end(self):
        # sudo: res.company - the settings of the desk
        days = self.env.company.sudo().helpdesk_share_days
        return fields.Date.context_today(self) + timedelta(days=days)

    @api.model
    @api.readonly
    def is_allowed(self):
        """Whether the current user may publish a copy of a board."""
        # sudo: res.company - the settings of the desk
        company = self.env.company.sudo()
        return company.helpdesk_share_boards and self.has_access("create")

    def _check_dashboard_access(self, access_token):
        result = super()._check_dashboard_access(access_token)
        # the person who published it must still be allowed to do so; groups stay with
        # an archived user, and a deleted one would leave the rights of this route
        publisher = self.create_uid
        as_publisher = self.with_user(publisher)
        today = fields.Date.context_today(as_publisher)
        if (
            not publisher.active
            or self.date_end < today
            or not as_publisher.has_access("create")
        ):
            raise NotFound(self.env._("This dashboard is no longer shared."))
        return result

    @api.autovacuum
    def _gc_ended(self):
        yesterday = fields.Date.today() - timedelta(days=1)
        self.search(Domain("date_end", "<", yesterday)).unlink()
