"""The token of the monitoring, which administrators create and remove."""

import secrets

from odoo import fields, models

#: The system parameter with the token.
TOKEN = "school_helpdesk_monitor.token"


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    helpdesk_monitor_token = fields.Char(
        string="Monitoring token", config_parameter=TOKEN, readonly=True
    )

    def action_create_helpdesk_monitor_token(self):
        """Create a token; a former one is no longer accepted."""
        return self._set_helpdesk_monitor_token(secrets.token_urlsafe(32))

    def action_remove_helpdesk_monitor_token(self):
        return self._set_helpdesk_monitor_token(False)

    def _set_helpdesk_monitor_token(self, token):
        # only administrators may change system parameters
        self.env["ir.config_parameter"].set_param(TOKEN, token)
        return {"type": "ir.actions.client", "tag": "reload"}
