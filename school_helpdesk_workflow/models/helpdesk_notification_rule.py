"""Events of the deadlines and of escalation that people are told about."""

from odoo import api, fields, models


class HelpdeskNotificationRule(models.Model):
    _inherit = "helpdesk.notification.rule"

    event = fields.Selection(
        selection_add=[
            ("at_risk", "A deadline is near"),
            ("missed", "A deadline is over"),
            ("escalated", "A ticket was escalated"),
        ],
        ondelete={
            "at_risk": "cascade",
            "missed": "cascade",
            "escalated": "cascade",
        },
    )

    @api.model
    def _get_placeholder_names(self):
        return {
            **super()._get_placeholder_names(),
            "clocks": self.env._("the deadlines that are near or over"),
            "escalations": self.env._("the rules that escalated the ticket"),
        }
