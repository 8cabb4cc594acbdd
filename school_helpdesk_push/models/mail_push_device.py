"""What a portal user may do with push devices: name a known service, for himself.

The server itself calls the address a browser hands in. From anybody with an account
that would be a way to make it call into the school's own network. And devices are
found by their address alone, whoever's they are.
"""

import re
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from odoo import api, models
from odoo.exceptions import ValidationError

HOSTS_PARAMETER = "school_helpdesk_push.hosts"
#: Push services of Chrome and Edge on Android and desktop, Firefox, Safari, Windows.
DEFAULT_HOSTS = (
    "fcm.googleapis.com,*.push.services.mozilla.com,"
    "*.push.apple.com,*.notify.windows.com"
)
#: A host and perhaps a port: no name, password or sign that clients read differently.
PLAIN_ADDRESS = re.compile(r"[a-z0-9.-]+(:[0-9]+)?")


class MailPushDevice(models.Model):
    _inherit = "mail.push.device"

    @api.model
    def register_devices(self, **kw):
        """Refuse addresses of portal users outside the known push services.

        :raise ValidationError: for any other address, and another person's device
        """
        if self.env.user.share:
            endpoint = kw.get("endpoint")
            if not self._is_push_service(endpoint) or not self._is_own_or_new(
                kw.get("previousEndpoint", endpoint)
            ):
                raise ValidationError(
                    self.env._("This browser's notification service is not supported.")
                )
        return super().register_devices(**kw)

    @api.model
    def unregister_devices(self, **kw):
        """Pass over a portal user's word about another person's device."""
        if self.env.user.share and not self._is_own_or_new(kw.get("endpoint")):
            return None
        return super().unregister_devices(**kw)

    @api.model
    def _is_own_or_new(self, endpoint):
        """Whether a device is the present user's, or none yet.

        A browser handed on keeps its subscription: whoever signs in there next can
        have it once its owner has switched notifications off.
        """
        # sudo: mail.push.device - portal users have no access; only the owner is read
        device_sudo = self.sudo().search([("endpoint", "=", str(endpoint))])
        return not device_sudo or device_sudo.partner_id == self.env.user.partner_id

    @api.model
    def _is_push_service(self, endpoint):
        """Whether an end point belongs to a push service the desk may call."""
        if not isinstance(endpoint, str):
            return False
        try:
            address = urlsplit(endpoint)
        except ValueError:
            return False
        # sudo: ir.config_parameter - a set-up value, not shown to anybody
        hosts = self.env["ir.config_parameter"].sudo().get_param(HOSTS_PARAMETER)
        return (
            address.scheme in ("https", "http")
            and PLAIN_ADDRESS.fullmatch(address.netloc) is not None
            and any(
                fnmatchcase(address.netloc, host.strip().lower())
                for host in (hosts or DEFAULT_HOSTS).split(",")
            )
        )
