"""The channel push, for each event and audience."""

from odoo import api, fields, models
from odoo.tools import SQL


class HelpdeskNotificationRule(models.Model):
    _inherit = "helpdesk.notification.rule"

    push = fields.Boolean(
        string="Phone",
        default=True,
        help="A notification on the phones and in the browsers on which the person has "
        "switched notifications on.",
    )

    @api.model
    def _get_channels(self):
        return (*super()._get_channels(), "push")

    @api.model
    def _init_column(self, column_name):
        """Push what is mailed, except what the person knows already."""
        if column_name != "push":
            return super()._init_column(column_name)
        self.env.execute_query(
            SQL(
                "UPDATE helpdesk_notification_rule"
                " SET push = mail AND event NOT IN ('receipt', 'parked_mail')"
                " RETURNING id"
            )
        )
