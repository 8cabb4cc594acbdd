"""Shows a team's webhooks, and how many of their messages were not sent."""

from odoo import fields, models

from .webhook import MANAGER


class HelpdeskTicketTeam(models.Model):
    _name = "helpdesk.ticket.team"
    _inherit = ["helpdesk.ticket.team"]

    webhook_ids = fields.One2many(
        comodel_name="helpdesk.webhook", inverse_name="team_id", groups=MANAGER
    )
    failed_webhook_count = fields.Integer(
        string="Webhook messages not sent",
        compute="_compute_failed_webhook_count",
        groups=MANAGER,
    )

    def _compute_failed_webhook_count(self):
        groups = self.env["helpdesk.webhook.call"]._read_group(
            [("webhook_id.team_id", "in", self.ids), ("state", "=", "failed")],
            ["webhook_id"],
            ["__count"],
        )
        counts = {}
        for webhook, count in groups:
            counts[webhook.team_id] = counts.get(webhook.team_id, 0) + count
        for team in self:
            team.failed_webhook_count = counts.get(team, 0)
