"""Agents switch the daily overview off by one click in their mail program."""

from odoo import models
from odoo.tools import consteq, hmac


class ResUsers(models.Model):
    _name = "res.users"
    _inherit = ["res.users"]

    def _get_digest_stop_url(self):
        """Return the address that switches the overview off, without signing in."""
        self.ensure_one()
        token = self._get_digest_stop_token()
        return f"{self.get_base_url()}/helpdesk/overview/stop/{self.id}/{token}"

    def _get_digest_stop_token(self):
        # sudo: the key of the database
        return hmac(self.env(su=True), "helpdesk-digest-stop", self.id)

    def _is_digest_stop_token(self, token):
        """Whether a token is the one of this user."""
        return bool(self) and consteq(token, self._get_digest_stop_token())

    def _stop_digest(self):
        """Do not send the daily overview to these agents any more."""
        rule = self.env.ref("school_helpdesk_base.notification_rule_digest_agents")
        self.helpdesk_muted_rule_ids += rule
