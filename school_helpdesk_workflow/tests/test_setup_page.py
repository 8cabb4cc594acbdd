"""The page that shows how tickets find their way."""

from freezegun import freeze_time

from odoo.tests import Form, new_test_user, tagged

from .assignment_common import AssignmentCommon
from .sla_common import at


@tagged("post_install", "-at_install")
class TestSetupPage(AssignmentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["helpdesk.escalation.rule"].search([]).active = False
        cls.rules = cls._create_rule(name="Second", sequence=2)
        cls.rules = cls._create_rule(name="First", sequence=1) + cls.rules
        cls.off = cls._create_rule(name="Off", active=False)
        cls.escalation = cls.env["helpdesk.escalation.rule"].create(
            {"name": "Late", "notify_leader": True}
        )

    def _open(self, user, lang="en_US"):
        Page = self.env["helpdesk.setup.page"].with_user(user).with_context(lang=lang)
        action = Page.action_open()
        return Page.browse(action["res_id"])

    def test_everything_is_there(self):
        self._get_member(self.agent).write({"paused": True, "pause_reason": "Exams"})
        self._create_ticket(user_id=self.agent_2.id)
        self._get_member(self.agent_2).cap = 10
        manager = new_test_user(
            self.env, "page_manager", groups="helpdesk_mgmt.group_helpdesk_manager"
        )
        for user in (manager, self.agent):
            page = self._open(user)
            with self.subTest(user.login), Form(page):
                self.assertEqual(page.assignment_rule_ids.ids, self.rules.ids)
                self.assertGreaterEqual(page.assignment_off_count, 1)
                self.assertEqual(page.escalation_rule_ids.ids, self.escalation.ids)
                self.assertIn(self.team, page.team_ids)
                self.assertLessEqual(self.policy | self.answer_policy, page.policy_ids)
                members = {
                    member.user_id: (member.load_text, member.absence)
                    for member in page.member_ids
                    if member.team_id == self.team
                }
                self.assertEqual(set(members), set(self.agents))
                self.assertEqual(members[self.agent], ("0 open", "Exams"))
                self.assertEqual(members[self.agent_2], ("1 open of 10", False))
        action = self._get_member(self.agent).action_open_team()
        self.assertEqual(
            (action["res_model"], action["res_id"]), (self.team._name, self.team.id)
        )

    def test_working_hours_and_holidays(self):
        self._create_holiday(at("1 00:00"), at("1 23:59"), name="Over")
        # on the same days in Thailand and in Greenwich
        self._create_holiday(at("5 01:00"), at("5 16:00"), name="Kite day")
        self._create_holiday(at("9 01:00"), at("13 16:00"), name="Break")
        self._create_holiday(
            at("4 00:00"),
            at("4 23:59"),
            name="Absent",
            resource_id=self.env["resource.resource"].create({"name": "Somebody"}).id,
        )
        other = self.env["resource.calendar"].create({"name": "Others"})
        self._create_holiday(
            at("4 00:00"), at("4 23:59"), name="Theirs", calendar_id=other.id
        )
        with freeze_time(at("2 09:00")):
            page = self._open(self.agent)
            self.assertIn(
                "Desk\nMonday – Friday: 08:00 – 12:00, 13:00 – 17:00", page.hours_text
            )
            self.assertEqual(
                page.holidays_text,
                "Mar 5, 2026: Kite day\nMar 9, 2026 – Mar 13, 2026: Break",
            )
        self.env["res.lang"]._activate_lang("th_TH")
        page = self._open(self.agent, "th_TH")
        self.assertIn("วันจันทร์ – วันศุกร์: 08:00 – 12:00", page.hours_text)
        self.assertNotEqual(page.display_name, self._open(self.agent).display_name)
