"""Events of the deadlines and of escalation that webhooks can be told about."""

from odoo import fields, models


class HelpdeskWebhook(models.Model):
    _inherit = "helpdesk.webhook"

    tell_at_risk = fields.Boolean(string="A deadline is near", default=True)
    tell_missed = fields.Boolean(string="A deadline is over", default=True)
    tell_escalated = fields.Boolean(string="A ticket was escalated")
