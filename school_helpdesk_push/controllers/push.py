"""Switches push notifications on and off for the browser of the current user.

The routes use Odoo's own push devices and keys, so that portal users receive every push
message that Odoo sends to the devices of a partner.
"""

from odoo.http import Controller, request, route

from odoo.addons.school_helpdesk_base.controllers.main import parse_text

ENDPOINT_LENGTH = 2048


class HelpdeskPush(Controller):
    @route("/helpdesk/push/key", type="jsonrpc", auth="user")
    def push_key(self, **_kwargs):
        """Return the public VAPID key, which Odoo creates at the first call."""
        return request.env["mail.push.device"].get_web_push_vapid_public_key()

    @route("/helpdesk/push/subscribe", type="jsonrpc", auth="user")
    def push_subscribe(self, subscription=None, **_kwargs):
        """Send the current user's notifications to this browser.

        :param dict subscription: the result of the browser's
            ``PushSubscription.toJSON()``
        :return: whether the subscription has a valid format
        :raise ValidationError: the push service is not an allowed one
        """
        endpoint, keys = self._parse_subscription(subscription)
        if not endpoint:
            return False
        Device = request.env["mail.push.device"]
        Device.register_devices(
            endpoint=endpoint,
            keys=keys,
            vapid_public_key=Device.get_web_push_vapid_public_key(),
        )
        return True

    @route("/helpdesk/push/subscribed", type="jsonrpc", auth="user", readonly=True)
    def push_subscribed(self, endpoint="", **_kwargs):
        """Whether this browser receives the current user's notifications."""
        return bool(self._get_own_device_sudo(endpoint))

    @route("/helpdesk/push/unsubscribe", type="jsonrpc", auth="user")
    def push_unsubscribe(self, endpoint="", **_kwargs):
        """Stop sending notifications to one of the current user's browsers."""
        self._get_own_device_sudo(endpoint).unlink()
        return True

    def _get_own_device_sudo(self, endpoint):
        # sudo: mail.push.device - portal users have no access; searches own devices
        # only
        return (
            request.env["mail.push.device"]
            .sudo()
            .search(
                [
                    ("endpoint", "=", parse_text(endpoint)[:ENDPOINT_LENGTH]),
                    ("partner_id", "=", request.env.user.partner_id.id),
                ]
            )
        )

    def _parse_subscription(self, subscription):
        """Return ``(endpoint, keys)``, or ``(None, None)`` if the format is wrong."""
        if not isinstance(subscription, dict):
            return None, None
        endpoint, keys = subscription.get("endpoint"), subscription.get("keys")
        valid = (
            isinstance(endpoint, str)
            and len(endpoint) <= ENDPOINT_LENGTH
            and isinstance(keys, dict)
            and all(isinstance(keys.get(name), str) for name in ("p256dh", "auth"))
        )
        if not valid:
            return None, None
        return endpoint, {name: keys[name] for name in ("p256dh", "auth")}
