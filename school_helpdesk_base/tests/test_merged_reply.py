"""A reply to a merged ticket counts on the ticket that continues it."""

from freezegun import freeze_time

from odoo.tests import new_test_user, tagged

from .common import HelpdeskCommon


@tagged("post_install", "-at_install")
class TestMergedReply(HelpdeskCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.teacher = new_test_user(
            cls.env, "merged_teacher", groups="base.group_portal", email="t@x.example"
        )

    def _merge_pair(self, share=False):
        source = self._create_ticket(partner_id=self.teacher.partner_id.id)
        target = self._create_ticket()
        self._merge(source | target, target, share=share)
        return source, target

    def _post(self, ticket, user):
        ticket.with_user(user).sudo().message_post(
            body="Words", message_type="comment", subtype_xmlid="mail.mt_comment"
        )

    def _test_turn(self, source, target):
        self._post(target, self.agent)
        self.assertEqual(target.awaiting, "requester")
        with freeze_time("2100-01-05 08:00:00"):
            self._post(source, self.teacher)
        self.assertEqual(target.awaiting, "desk")
        self.assertEqual(str(target.unanswered_since), "2100-01-05 08:00:00")
        self._post(target, self.agent)
        self.assertEqual(target.awaiting, "requester")

    def test_it_is_the_turn_of_the_desk(self):
        for share in (False, True):
            with self.subTest(share=share):
                self._test_turn(*self._merge_pair(share))

    def test_it_is_the_turn_of_the_desk_after_two_merges(self):
        source, middle = self._merge_pair()
        target = self._create_ticket(partner_id=self.agent_2.partner_id.id)
        self._merge(middle | target, target)
        self._test_turn(source, target)

    def test_it_does_not_end_the_wait_for_somebody_else(self):
        for waiting_for in ("vendor", "part", "approval", "other"):
            with self.subTest(waiting_for):
                source, target = self._merge_pair()
                target.with_user(self.agent)._wait("Ordered", waiting_for=waiting_for)
                self._post(source, self.teacher)
                self.assertEqual(target.status_category, "waiting")
                self.assertEqual(target.awaiting, "desk")
                self.assertTrue(target.unanswered_since)

    def test_it_ends_the_wait_for_the_requester(self):
        source, target = self._merge_pair()
        target._wait("Which room?")
        self._post(source, self.teacher)
        self.assertEqual(target.status_category, "open")
        self.assertEqual(target.awaiting, "desk")

    def test_the_vendor_ends_the_wait(self):
        source, target = self._merge_pair()
        target._wait("Ordered", waiting_for="vendor")
        vendor = self.env["res.partner"].create({"name": "Vendor"})
        source.message_post(
            body="It is here",
            author_id=vendor.id,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertEqual(target.status_category, "open")
