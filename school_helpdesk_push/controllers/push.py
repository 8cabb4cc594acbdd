"""Notifications on this device: switched on and off by the person who holds it.

Odoo's own push devices and keys are used, so that every message Odoo sends to a
partner's devices reaches the phones of teachers and students as well.
"""

from odoo.http import Controller, request, route

from odoo.addons.school_helpdesk_base.controllers.main import parse_text

ENDPOINT_LENGTH = 2048


class HelpdeskPush(Controller):
    @route("/helpdesk/push/key", type="jsonrpc", auth="user")
    def push_key(self, **_kwargs):
        """The desk's public key, made at the first call."""
        return request.env["mail.push.device"].get_web_push_vapid_public_key()

    @route("/helpdesk/push/subscribe", type="jsonrpc", auth="user")
    def push_subscribe(self, subscription=None, **_kwargs):
        """Send the present user's notifications to this browser.

        :param dict subscription: as the browser's ``PushSubscription.toJSON()`` has it
        :return: whether it is one
        :raise ValidationError: when its push service is none the desk may call
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
        """Whether this browser gets the present user's notifications."""
        return bool(self._get_own_device_sudo(endpoint))

    @route("/helpdesk/push/unsubscribe", type="jsonrpc", auth="user")
    def push_unsubscribe(self, endpoint="", **_kwargs):
        """Stop sending to one of the present user's own browsers."""
        self._get_own_device_sudo(endpoint).unlink()
        return True

    def _get_own_device_sudo(self, endpoint):
        # sudo: mail.push.device - portal users have no access; only their own are found
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
        """Return ``(endpoint, keys)``, or ``(None, None)`` for anything else."""
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
