"""Limits what portal users may do with push devices.

The server sends requests to the endpoint that a browser registers. Without a check,
everybody with an account could make the server call addresses in the school's network.
They could also take over or remove the devices of other people, because Odoo finds
devices by their endpoint only.
"""

import re
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from odoo import api, models
from odoo.exceptions import ValidationError

HOSTS_PARAMETER = "school_helpdesk_push.hosts"
#: The push services of Chrome, Firefox, Safari and Edge.
DEFAULT_HOSTS = (
    "fcm.googleapis.com,*.push.services.mozilla.com,"
    "*.push.apple.com,*.notify.windows.com"
)
#: A host with an optional port. User names, passwords and special characters are
#: excluded, because programs read them differently.
PLAIN_ADDRESS = re.compile(r"[a-z0-9.-]+(:[0-9]+)?")


class MailPushDevice(models.Model):
    _inherit = "mail.push.device"

    @api.model
    def register_devices(self, **kw):
        """Accept only allowed push services and own devices from portal users.

        :raise ValidationError: a portal user registers another service or the device of
            another person
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
        """Ignore a portal user's request to remove the device of another person."""
        if self.env.user.share and not self._is_own_or_new(kw.get("endpoint")):
            return None
        return super().unregister_devices(**kw)

    @api.model
    def _is_own_or_new(self, endpoint):
        """Whether a device belongs to the current user or is not registered yet.

        A browser that several people use keeps its subscription. Another user can
        register it only after the first user has switched notifications off.
        """
        # sudo: mail.push.device - portal users have no access; reads the owner only
        device_sudo = self.sudo().search([("endpoint", "=", str(endpoint))])
        return not device_sudo or device_sudo.partner_id == self.env.user.partner_id

    @api.model
    def _is_push_service(self, endpoint):
        """Whether an endpoint belongs to an allowed push service."""
        if not isinstance(endpoint, str):
            return False
        try:
            address = urlsplit(endpoint)
        except ValueError:
            return False
        # sudo: ir.config_parameter - setup, which portal users may not read
        hosts = self.env["ir.config_parameter"].sudo().get_param(HOSTS_PARAMETER)
        return (
            address.scheme in ("https", "http")
            and PLAIN_ADDRESS.fullmatch(address.netloc) is not None
            and any(
                fnmatchcase(address.netloc, host.strip().lower())
                for host in (hosts or DEFAULT_HOSTS).split(",")
            )
        )
