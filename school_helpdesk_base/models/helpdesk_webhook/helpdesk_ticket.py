"""Notes the events of tickets for the webhooks of their teams."""

from odoo import api, models


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    @api.model
    def _on_noted(self, event, details):
        super()._on_noted(event, details)
        Rule = self.env["helpdesk.notification.rule"]
        if event not in Rule._get_webhook_events():
            return
        Webhook = self.env["helpdesk.webhook"]
        webhooks = Webhook.search(
            [
                ("team_id", "in", self.team_id.ids),
                (Webhook._get_event_fields()[event], "=", True),
            ]
        )
        calls = self.env["helpdesk.webhook.call"].create(
            [
                {
                    "webhook_id": webhook.id,
                    "ticket_id": ticket.id,
                    "event": event,
                    # as it is now: the message may be sent hours later
                    "facts": webhook._prepare_facts(event, ticket),
                }
                for webhook in webhooks
                for ticket in self
                if ticket.team_id == webhook.team_id
            ]
        )
        if calls:
            calls._start_sending()
