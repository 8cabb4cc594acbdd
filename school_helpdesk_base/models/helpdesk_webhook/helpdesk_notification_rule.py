"""Events that a webhook wants are noted even if no person is told about them."""

from odoo import api, models, tools


class HelpdeskNotificationRule(models.Model):
    _inherit = "helpdesk.notification.rule"

    @api.model
    def _is_noted(self, event):
        return super()._is_noted(event) or event in self._get_webhook_events()

    @api.model
    @tools.ormcache()
    def _get_webhook_events(self):
        """Return the events that at least one webhook wants."""
        # sudo: helpdesk.webhook - setup, for everybody who causes an event
        webhooks = self.env["helpdesk.webhook"].sudo().search([("active", "=", True)])
        return {
            event
            for event, name in webhooks._get_event_fields().items()
            if any(webhooks.mapped(name))
        }
