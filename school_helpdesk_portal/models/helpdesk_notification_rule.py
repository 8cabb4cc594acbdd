"""Affected people are told when a shared ticket is solved."""

from odoo import fields, models


class HelpdeskNotificationRule(models.Model):
    _inherit = "helpdesk.notification.rule"

    audience = fields.Selection(
        selection_add=[("affected", "Affected people")],
        ondelete={"affected": "cascade"},
    )
