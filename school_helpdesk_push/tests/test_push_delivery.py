"""Notifications are encrypted, signed and delivered so that a phone can read them."""

from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.school_helpdesk_base.tests.common import tell
from odoo.addons.school_helpdesk_portal.tests.common import PortalCase

from ..models.mail_push_device import HOSTS_PARAMETER
from .push_service import Browser, PushService

PUSH_LOGGER = "odoo.addons.mail.tools.web_push"
SECRET = "The password is on a note under her keyboard."


@tagged("post_install", "-at_install")
class TestPushDelivery(PortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = cls.enterClassContext(PushService())
        cls.env["ir.config_parameter"].set_param(HOSTS_PARAMETER, cls.service.host)
        cls.key = cls.env["mail.push.device"].get_web_push_vapid_public_key()
        cls.colleague = new_test_user(
            cls.env,
            login="portal_colleague",
            name="Col League",
            groups="helpdesk_mgmt.group_helpdesk_user",
        )
        cls.team.user_ids += cls.colleague
        cls.ticket = cls._new_tickets(cls.teacher)
        cls.ticket.message_subscribe(cls.teacher.partner_id.ids)
        tell(cls.env)

    def setUp(self):
        super().setUp()
        self.service.status = 201
        self.service.received.clear()
        self.phone = self._subscribe("portal_teacher")

    def _subscribe(self, login):
        """Sign in and switch notifications on, as the page's script does."""
        browser = Browser(self.service, login, self.key)
        self.authenticate(login, login)
        self.assertTrue(
            self.make_jsonrpc_request(
                "/helpdesk/push/subscribe", {"subscription": browser.subscription}
            )
        )
        return browser

    def _subscribe_agent(self, user):
        """Register an agent's browser, as Odoo's own web client does."""
        browser = Browser(self.service, user.login, self.key)
        self.env["mail.push.device"].with_user(user).register_devices(
            **browser.subscription, vapid_public_key=self.key
        )
        return browser

    def _answer(self, body="Try the other cable.", **values):
        return self.ticket.with_user(self.agent).message_post(
            **{
                "body": body,
                "message_type": "comment",
                "subtype_xmlid": "mail.mt_comment",
                **values,
            }
        )

    def _move(self, category, user=None, **values):
        stage = self.env["helpdesk.ticket.stage"].search(
            [("status_category", "=", category)], limit=1
        )
        self.ticket.with_user(user or self.agent).write(
            {"stage_id": stage.id, **values}
        )
        tell(self.env)

    def _devices(self):
        return self.env["mail.push.device"].search(
            [("endpoint", "like", self.service.host)]
        )

    # ------------------------------------------------------------------
    # Requesters
    # ------------------------------------------------------------------

    def test_an_answer_reaches_the_requesters_phone(self):
        self._answer()
        [notification] = self.phone.read()
        self.assertIn("Art Agent", notification["title"])
        self.assertIn(self.ticket.name, notification["title"])
        self.assertIn("Try the other cable.", notification["options"]["body"])
        self.assertEqual(
            notification["options"]["data"],
            {"model": "helpdesk.ticket", "res_id": self.ticket.id},
        )

    def test_an_answer_by_mail_reaches_the_requesters_phone(self):
        self._answer(
            message_type="email", author_id=self.agent.partner_id.id, body="By mail."
        )
        [notification] = self.phone.read()
        self.assertIn("By mail.", notification["options"]["body"])

    def test_a_long_answer_in_thai_still_fits(self):
        self._answer("กรุณาลองเปลี่ยนสายสัญญาณ " * 400)
        [notification] = self.phone.read()
        self.assertTrue(
            notification["options"]["body"].startswith("กรุณาลองเปลี่ยนสายสัญญาณ")
        )

    def test_statuses_have_the_texts_of_the_portal(self):
        for category, title, body in (
            ("waiting", "Waiting for you", "We are waiting for: Which room?"),
            ("resolved", "Solved", "Please tell us whether it works again."),
            ("cancelled", "Cancelled", "Bought a new one."),
        ):
            with self.subTest(category):
                reasons = {"waiting": "waiting_reason", "cancelled": "cancel_reason"}
                reason = body.removeprefix("We are waiting for: ")
                values = {reasons[category]: reason} if category in reasons else {}
                self.ticket = self._new_tickets(self.teacher)
                tell(self.env)
                self.phone.read()
                # as the dialogs do: users may not write the reason themselves
                self.ticket.sudo().write(values)
                self._move(category)
                notification = self.phone.read()[-1]
                self.assertEqual(notification["title"], f"{title}: {self.ticket.name}")
                self.assertEqual(
                    notification["options"]["body"], f"{self.ticket.number} · {body}"
                )

    def test_other_waits_do_not_ask_the_requester(self):
        for kind, title in (
            ("vendor", "Waiting for the vendor"),
            ("part", "Waiting for a spare part"),
            ("approval", "Waiting for approval"),
            ("other", "On hold"),
        ):
            with self.subTest(kind):
                self.ticket = self._new_tickets(self.teacher)
                tell(self.env)
                self.phone.read()
                self._move("waiting", waiting_for=kind)
                notification = self.phone.read()[-1]
                self.assertEqual(notification["title"], f"{title}: {self.ticket.name}")
                self.assertNotIn("from you", notification["options"]["body"])

    def test_statuses_are_in_the_requesters_language(self):
        self.env["res.lang"]._activate_lang("th_TH")
        self.env["ir.module.module"]._load_module_terms(
            ["school_helpdesk_portal"], ["th_TH"]
        )
        self.teacher.lang = "th_TH"
        self._move("resolved")
        self.assertIn("แก้ไขแล้ว", self.phone.read()[-1]["title"])

    def test_the_submitter_is_notified_too(self):
        other = self._subscribe("portal_student")
        self.ticket.submitter_id = self.student.partner_id
        self._move("resolved")
        self.assertEqual(len(self.phone.read()), 1)
        self.assertEqual(len(other.read()), 1)

    def test_users_are_not_notified_of_their_own_actions(self):
        self._move("resolved", user=self.agent)
        self.phone.read()
        self.ticket.with_user(self.teacher).sudo().message_post(
            body="Still dark.",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=self.teacher.partner_id.id,
        )
        tell(self.env)
        self.assertNotIn("Still dark.", str(self.phone.read()))

    def test_notes_are_not_sent_to_requesters(self):
        note = {"subtype_xmlid": "mail.mt_note"}
        self._answer(SECRET, **note)
        self._answer(SECRET, **note, partner_ids=self.teacher.partner_id.ids)
        self._answer(SECRET, **note, message_type="email")
        self._answer(SECRET, is_internal=True)
        self.assertEqual(self.phone.read(), [])

    def test_other_users_are_not_notified(self):
        other = self._subscribe("portal_student")
        self._answer()
        self._move("resolved")
        self.assertTrue(self.phone.read())
        self.assertEqual(other.read(), [])

    # ------------------------------------------------------------------
    # Agents
    # ------------------------------------------------------------------

    def test_an_agent_is_notified_of_an_assignment(self):
        desk = self._subscribe_agent(self.agent)
        self.ticket.with_user(self.colleague).user_id = self.agent
        tell(self.env)
        [notification] = desk.read()
        self.assertIn(self.ticket.name, str(notification))
        self.assertEqual(notification["options"]["data"]["res_id"], self.ticket.id)

    def test_an_agent_is_notified_of_the_requesters_answer(self):
        desk = self._subscribe_agent(self.agent)
        self.ticket.user_id = self.agent
        tell(self.env)
        desk.read()
        self.authenticate("portal_teacher", "portal_teacher")
        self._comment(self.ticket, comment="It hums now.")
        self.assertIn("It hums now.", str(desk.read()))
        self.ticket.with_user(self.teacher).sudo().message_post(
            body="By mail: it hums.",
            message_type="email",
            subtype_xmlid="mail.mt_comment",
            author_id=self.teacher.partner_id.id,
        )
        self.assertIn("By mail: it hums.", str(desk.read()))

    # ------------------------------------------------------------------
    # The end of a subscription
    # ------------------------------------------------------------------

    def test_no_notifications_after_switching_off(self):
        self.make_jsonrpc_request(
            "/helpdesk/push/unsubscribe", {"endpoint": self.phone.endpoint}
        )
        self._answer()
        self._move("resolved")
        self.assertEqual(self.phone.read(), [])

    @mute_logger(PUSH_LOGGER)
    def test_an_expired_subscription_is_deleted(self):
        for status in (404, 410):
            with self.subTest(status):
                phone = self._subscribe("portal_teacher")
                self.service.status = status
                self._answer()
                self.assertEqual(len(phone.read()), 1)
                self.assertFalse(self._devices())
                self._answer()
                self.assertEqual(phone.read(), [])
                self.service.status = 201

    @mute_logger(PUSH_LOGGER)
    def test_an_error_of_the_service_keeps_the_device_and_the_answer(self):
        for status in (429, 500, 503):
            with self.subTest(status):
                self.service.status = status
                message = self._answer()
                self.assertTrue(message.exists())
                self.assertTrue(self._devices())
