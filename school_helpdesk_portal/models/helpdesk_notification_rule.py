"""Affected people are told when a shared ticket is solved."""

from odoo import api, fields, models


class HelpdeskNotificationRule(models.Model):
    _inherit = "helpdesk.notification.rule"

    audience = fields.Selection(
        selection_add=[("affected", "Affected people")],
        ondelete={"affected": "cascade"},
    )

    @api.model
    def _get_placeholder_names(self):
        return {
            **super()._get_placeholder_names(),
            "share_title": self.env._("the title that affected people see"),
        }
