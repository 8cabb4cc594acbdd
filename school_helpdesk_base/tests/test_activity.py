"""The desk's to-do list on a ticket: for who works on it, and who is given a part."""

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tests.common import TransactionCase

from .access_common import AccessCommon


@tagged("post_install", "-at_install")
class TestActivity(AccessCommon, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket.partner_id = cls.employee.partner_id
        cls.activity = cls.ticket.activity_schedule(
            "mail.mail_activity_data_todo",
            summary="He has broken it himself",
            user_id=cls.agent_all.id,
        )

    def _see(self, user):
        """Whether a user finds the activity by any of the ways to it."""
        self.env.invalidate_all()
        ticket = self.ticket.with_user(user)
        activity = self.activity.with_user(user)
        ways = {
            bool(activity.search([("id", "=", activity.id)])),
            activity.has_access("read"),
        }
        if ticket.has_access("read"):
            ways |= {bool(ticket.activity_ids), bool(ticket.activity_summary)}
        self.assertEqual(len(ways), 1, "the ways disagree")
        return ways.pop()

    def test_the_desk_does(self):
        self.ticket.user_id = self.agent_own
        for user in (self.agent_own, self.agent_team, self.agent_all):
            with self.subTest(user.login):
                self.assertTrue(self._see(user))

    def test_a_requester_who_works_here_does_not(self):
        self.assertTrue(self.ticket.with_user(self.employee).has_access("read"))
        self.assertFalse(self._see(self.employee))
        activity = self.activity.with_user(self.employee)
        for change in (
            lambda: activity.read(["summary"]),
            lambda: activity.write({"summary": "All is well"}),
            activity.action_done,
            activity.unlink,
        ):
            with self.assertRaises(AccessError):
                change()
        self.assertTrue(self.activity.exists().active)

    def test_students_do_not(self):
        self.ticket.partner_id = self.owner.partner_id
        activity = self.activity.with_user(self.owner)
        self.assertFalse(activity.has_access("read"))

    def test_who_is_asked_does(self):
        self.activity.user_id = self.employee
        self.assertTrue(self._see(self.employee))
        self.activity.with_user(self.employee).action_done()

    def test_others_activities_are_as_before(self):
        partner = self.employee.partner_id
        activity = partner.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.agent_all.id
        )
        self.assertTrue(activity.with_user(self.employee).has_access("read"))
