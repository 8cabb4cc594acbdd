"""The event of damage cases, of which the assignee of the ticket is told."""

from odoo import api, fields, models


class HelpdeskNotificationRule(models.Model):
    _inherit = "helpdesk.notification.rule"

    event = fields.Selection(
        selection_add=[("damage_case", "A damage case got another status")],
        ondelete={"damage_case": "cascade"},
    )

    @api.model
    def _get_placeholder_names(self):
        return {
            **super()._get_placeholder_names(),
            "damage_case": self.env._("the damage case and its status"),
        }
