"""Users register only their own devices, and portal users only allowed services."""

import json

from odoo.exceptions import ValidationError
from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from odoo.addons.school_helpdesk_portal.tests.common import PortalCase

KNOWN = "https://fcm.googleapis.com/fcm/send/abc"
KEYS = {"p256dh": "BNcRd", "auth": "tBHI"}
REFUSED = (
    "https://push.example.com/x",
    "http://127.0.0.1:8069/web",
    "http://[::1]/",
    "http://[",
    "http://169.254.169.254/latest/",
    "https://localhost/fcm.googleapis.com",
    "https://fcm.googleapis.com.example.com/",
    "https://fcm.googleapis.com@10.0.0.1/",
    "https://10.0.0.1\\.push.apple.com/",
    "file://fcm.googleapis.com/etc/passwd",
    "//fcm.googleapis.com/x",
)


@tagged("post_install", "-at_install")
class TestPush(PortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Device = cls.env["mail.push.device"]
        cls.key = cls.Device.get_web_push_vapid_public_key()

    def _subscribe(self, endpoint, **subscription):
        return self.make_jsonrpc_request(
            "/helpdesk/push/subscribe",
            {"subscription": {"endpoint": endpoint, "keys": KEYS, **subscription}},
        )

    def _is_subscribed(self, endpoint):
        return self.make_jsonrpc_request(
            "/helpdesk/push/subscribed", {"endpoint": endpoint}
        )

    def _devices(self):
        return self.Device.search([("endpoint", "in", [KNOWN, *REFUSED])])

    def test_a_known_service_is_stored_for_the_caller(self):
        self.authenticate("portal_teacher", "portal_teacher")
        self.assertEqual(self.make_jsonrpc_request("/helpdesk/push/key", {}), self.key)
        # the partner in the request is ignored
        answer = self._subscribe(KNOWN, partner_id=self.student.partner_id.id)
        self.assertTrue(answer)
        device = self._devices()
        self.assertEqual(device.partner_id, self.teacher.partner_id)
        self.assertEqual(json.loads(device.keys), KEYS)

    @mute_logger("odoo.http")
    def test_unknown_and_internal_addresses_are_refused(self):
        self.authenticate("portal_teacher", "portal_teacher")
        for endpoint in REFUSED:
            with self.subTest(endpoint), self.assertRaises(JsonRpcException):
                self._subscribe(endpoint)
        self.assertFalse(self._devices())

    @mute_logger("odoo.http")
    def test_the_model_refuses_unknown_addresses_by_rpc(self):
        self.authenticate("portal_teacher", "portal_teacher")
        params = {
            "model": "mail.push.device",
            "method": "register_devices",
            "args": [],
            "kwargs": {
                "endpoint": REFUSED[1],
                "keys": KEYS,
                "vapid_public_key": self.key,
            },
        }
        with self.assertRaises(JsonRpcException):
            self.make_jsonrpc_request("/web/dataset/call_kw", params)
        for endpoint in REFUSED:
            with self.subTest(endpoint), self.assertRaises(ValidationError):
                self.Device.with_user(self.teacher).register_devices(
                    endpoint=endpoint, keys=KEYS, vapid_public_key=self.key
                )
        self.assertFalse(self._devices())

    def test_invalid_subscriptions_are_refused(self):
        self.authenticate("portal_teacher", "portal_teacher")
        for subscription in (
            None,
            "text",
            {"endpoint": KNOWN},
            {"endpoint": KNOWN, "keys": {"auth": 1}},
            {"endpoint": [KNOWN], "keys": KEYS},
            {"endpoint": KNOWN + "x" * 3000, "keys": KEYS},
        ):
            with self.subTest(subscription=str(subscription)[:40]):
                self.assertFalse(
                    self.make_jsonrpc_request(
                        "/helpdesk/push/subscribe", {"subscription": subscription}
                    )
                )

    @mute_logger("odoo.http")
    def test_devices_of_other_users_stay_unchanged(self):
        self.authenticate("portal_teacher", "portal_teacher")
        self._subscribe(KNOWN)
        self.authenticate("portal_student", "portal_student")
        self.make_jsonrpc_request("/helpdesk/push/unsubscribe", {"endpoint": KNOWN})
        with self.assertRaises(JsonRpcException):
            self._subscribe(KNOWN)
        Device = self.Device.with_user(self.student)
        Device.unregister_devices(endpoint=KNOWN)
        with self.assertRaises(ValidationError):
            Device.register_devices(
                endpoint=f"{KNOWN}/2",
                previousEndpoint=KNOWN,
                keys=KEYS,
                vapid_public_key=self.key,
            )
        self.assertEqual(self._devices().partner_id, self.teacher.partner_id)
        self.assertFalse(self._is_subscribed(KNOWN))
        self.authenticate("portal_teacher", "portal_teacher")
        self.assertTrue(self._is_subscribed(KNOWN))
        self.make_jsonrpc_request("/helpdesk/push/unsubscribe", {"endpoint": KNOWN})
        self.assertFalse(self._devices())
        for endpoint in (KNOWN, None, ["x"], KNOWN + "x" * 3000):
            self.assertFalse(self._is_subscribed(endpoint))

    @mute_logger("odoo.http")
    def test_signed_out_visitors_are_refused(self):
        self.authenticate(None, None)
        with self.assertRaises(JsonRpcException):
            self._subscribe(KNOWN)
        self.assertFalse(self._devices())
