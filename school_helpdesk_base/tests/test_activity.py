"""Activities of a ticket are for agents of the ticket and for assigned users."""

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tests.common import TransactionCase

from .access_common import AccessCommon

DESK = "helpdesk_mgmt.group_helpdesk_user_own"


@tagged("post_install", "-at_install")
class TestActivity(AccessCommon, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket.partner_id = cls.employee.partner_id
        cls.activity = cls.ticket.activity_schedule(
            "mail.mail_activity_data_todo",
            summary="Ask who broke it",
            user_id=cls.agent_all.id,
        )

    def _can_see(self, user):
        """Whether a user can see the activity; all ways must agree."""
        self.env.invalidate_all()
        ticket = self.ticket.with_user(user)
        activity = self.activity.with_user(user)
        ways = {
            bool(activity.search([("id", "=", activity.id)])),
            activity.has_access("read"),
        }
        if ticket.has_access("read") and user.has_group(DESK):
            ways |= {bool(ticket.activity_ids), bool(ticket.activity_summary)}
        self.assertEqual(len(ways), 1, "the ways disagree")
        return ways.pop()

    def test_agents_see_the_activity(self):
        self.ticket.user_id = self.agent_own
        for user in (self.agent_own, self.agent_team, self.agent_all):
            with self.subTest(user.login):
                self.assertTrue(self._can_see(user))

    def test_a_requester_who_is_an_employee_does_not_see_it(self):
        self.assertTrue(self.ticket.with_user(self.employee).has_access("read"))
        self.assertFalse(self._can_see(self.employee))
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

    def test_requesters_cannot_find_out_that_an_activity_exists(self):
        ticket = self.ticket
        fields = [name for name in ticket._fields if "activity_" in name]
        self.assertGreaterEqual(len(fields), 10)
        self.ticket.submitter_id = self.owner.partner_id
        for user in (self.employee, self.owner):
            shown = ticket.with_user(user).fields_get(attributes=[])
            for name in fields:
                with self.subTest(name, user=user.login):
                    self.assertNotIn(name, shown)
                    with self.assertRaises(AccessError):
                        ticket.with_user(user).read([name])
                    with self.assertRaises(AccessError):
                        ticket.with_user(user).search([(name, "!=", False)])

    def test_portal_requesters_do_not_see_it(self):
        self.ticket.partner_id = self.owner.partner_id
        activity = self.activity.with_user(self.owner)
        self.assertFalse(activity.has_access("read"))

    def test_the_assigned_user_sees_it(self):
        self.activity.user_id = self.employee
        self.assertTrue(self._can_see(self.employee))
        self.activity.with_user(self.employee).action_done()

    def test_activities_of_other_models_do_not_change(self):
        partner = self.employee.partner_id
        activity = partner.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.agent_all.id
        )
        self.assertTrue(activity.with_user(self.employee).has_access("read"))
