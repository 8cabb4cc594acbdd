"""A rule hands a ticket only to those who can take it; else the ticket says why."""

from odoo.tests import tagged

from .escalation_common import EscalationCommon
from .sla_common import at


@tagged("post_install", "-at_install")
class TestHandingOver(EscalationCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.env["res.company"].create({"name": "Other school"})
        cls.other_team = cls.env["helpdesk.ticket.team"].create(
            {"name": "Second line", "company_id": cls.env.company.id}
        )

    def _escalate(self, **values):
        """Let a rule fire that also makes the ticket urgent; return the ticket."""
        self.env["helpdesk.escalation.rule"].search([]).active = False
        self._create_rule(trigger="no_movement", hours=1, raise_priority="3", **values)
        ticket = self._create_at(at("2 08:00"), user_id=self.agent.id, priority="1")
        self._run(at("2 10:00"))
        self.assertEqual(ticket.escalation_ids.state, "done")
        self.assertEqual(ticket.priority, "3", "the other actions are carried out")
        return ticket

    def _assert_kept(self, ticket, *words):
        self.assertEqual((ticket.team_id, ticket.user_id), (self.team, self.agent))
        log = ticket.message_ids.filtered(lambda one: "Escalated" in (one.body or ""))
        self.assertEqual(len(log), 1)
        for word in ("Not handed over", *words):
            self.assertIn(word, log.body)

    def test_a_team_of_another_company(self):
        self.other_team.company_id = self.other_company
        ticket = self._escalate(
            company_id=False, hand_to="team", hand_team_id=self.other_team.id
        )
        self._assert_kept(ticket, "Second line", "another company")
        self.assertEqual(ticket.company_id, self.env.company)

    def test_a_team_of_all_companies(self):
        self.other_team.company_id = False
        ticket = self._escalate(
            company_id=False, hand_to="team", hand_team_id=self.other_team.id
        )
        self.assertEqual(ticket.team_id, self.other_team)
        log = ticket.message_ids.filtered(lambda one: "Escalated" in (one.body or ""))
        self.assertNotIn("Not handed over", log.body)

    def test_a_person_of_another_company(self):
        self.leader.write(
            {
                "company_id": self.other_company.id,
                "company_ids": [(6, 0, self.other_company.ids)],
            }
        )
        ticket = self._escalate(hand_to="user", hand_user_id=self.leader.id)
        self._assert_kept(ticket, self.leader.name, "another company")

    def test_an_archived_team(self):
        self.other_team.active = False
        ticket = self._escalate(hand_to="team", hand_team_id=self.other_team.id)
        self._assert_kept(ticket, "Second line", "archived")

    def test_people_who_have_left(self):
        self.leader.active = False
        ticket = self._escalate(hand_to="user", hand_user_id=self.leader.id)
        self._assert_kept(ticket, self.leader.name, "does not work here")
        ticket = self._escalate(hand_to="leader")
        self._assert_kept(ticket, self.leader.name, "does not work here")

    def test_no_leader(self):
        self.team.user_id = False
        ticket = self._escalate(hand_to="leader")
        self._assert_kept(ticket, "no leader")

    def test_the_reason_is_in_the_language_of_the_desk(self):
        self.env["res.lang"]._activate_lang("th_TH")
        self.other_team.active = False
        self.leader.lang = "th_TH"
        ticket = self._escalate(hand_to="team", hand_team_id=self.other_team.id)
        log = ticket.message_ids.filtered(lambda one: "Rule" in (one.body or ""))
        self.assertIn("Second line", log.body)
        self.assertNotIn("Not handed over", log.body)
