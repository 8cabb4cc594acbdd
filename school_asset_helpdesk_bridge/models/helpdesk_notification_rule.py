"""The event of damage cases, of which the assignee of the ticket is told."""

from odoo import fields, models


class HelpdeskNotificationRule(models.Model):
    _inherit = "helpdesk.notification.rule"

    event = fields.Selection(
        selection_add=[("damage_case", "A damage case got another status")],
        ondelete={"damage_case": "cascade"},
    )
