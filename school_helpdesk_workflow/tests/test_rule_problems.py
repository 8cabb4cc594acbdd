"""A rule that can never do anything says so, and why."""

from datetime import date, timedelta

from odoo.tests import tagged

from .assignment_common import AssignmentCommon


@tagged("post_install", "-at_install")
class TestRuleProblems(AssignmentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Escalation = cls.env["helpdesk.escalation.rule"]
        cls.Escalation.search([]).active = False
        Category = cls.env["helpdesk.ticket.category"]
        cls.hardware = Category.create({"name": "Hardware"})
        cls.printers = Category.create(
            {"name": "Printers", "parent_id": cls.hardware.id}
        )
        cls.types = cls.env["helpdesk.ticket.type"].create(
            [{"name": "Incident"}, {"name": "Wish"}]
        )

    def _assert_problem(self, rule, word):
        """Check that there is one problem, with a word; no problem if empty."""
        rule.invalidate_recordset(["problem_text"])  # as in the next request
        problems = (rule.problem_text or "").split("\n")
        self.assertEqual(len(problems), 1, problems)
        self.assertIn(word, problems[0])
        self.assertEqual(bool(problems[0]), bool(word))

    def _create_escalation(self, **values):
        return self.Escalation.create(
            {"name": "Late", "notify_assignee": True, **values}
        )

    def test_rules_without_problems(self):
        tomorrow = date.today() + timedelta(1)
        for values in (
            {},
            {"priority_high": True, "domain": "[('priority', '!=', '0')]"},
            {"category_ids": [(6, 0, self.printers.ids)], "date_to": tomorrow},
            {"method": "fixed", "user_id": self.agent.id, "active": False},
            {"method": "none"},
        ):
            with self.subTest(values):
                # the first one must not shadow the others
                self.Rule.search([]).active = False
                self._assert_problem(self._create_rule(**values), "")
        self._assert_problem(self._create_escalation(), "")
        self._assert_problem(self._create_escalation(trigger="unassigned"), "")

    def test_contradicting_criteria(self):
        for values in (
            {"priority_low": True, "domain": "[('priority', '=', '3')]"},
            {
                "category_ids": [(6, 0, self.printers.ids)],
                "domain": f"[('category_id', '=', {self.hardware.id})]",
            },
            {
                "type_ids": [(6, 0, self.types[0].ids)],
                "domain": f"[('type_id', 'in', [False, {self.types[1].id}])]",
            },
            {"domain": "[('priority', '=', '1'), ('priority', '=', '2')]"},
        ):
            with self.subTest(values):
                self.Rule.search([]).active = False
                rule = self._create_rule(**values)
                self._assert_problem(rule, "contradict")
                rule = self._create_escalation(**values)
                self._assert_problem(rule, "contradict")
        # a manager who mends it sees it at once
        rule.domain = "[]"
        self._assert_problem(rule, "")

    def test_archived_and_ended(self):
        yesterday = date.today() - timedelta(1)
        self._assert_problem(self._create_rule(date_to=yesterday), "ended")
        other = self.env["helpdesk.ticket.team"].create(
            {"name": "Sleepers", "user_ids": [(6, 0, self.agents.ids)]}
        )
        rule = self._create_rule(team_id=other.id)
        from_team = self._create_rule(team_ids=[(6, 0, other.ids)], sequence=1)
        hands_over = self._create_escalation(hand_to="team", hand_team_id=other.id)
        self._assert_problem(rule, "")
        other.active = False
        self._assert_problem(rule, "Sleepers is archived")
        self._assert_problem(from_team, "everything chosen is archived (Sleepers)")
        self._assert_problem(hands_over, "Sleepers is archived")
        rule = self._create_rule(
            category_ids=[(6, 0, (self.printers | self.hardware).ids)]
        )
        self.printers.active = False
        self._assert_problem(rule, "")
        self.hardware.active = False
        self._assert_problem(rule, "Hardware")

    def test_nobody_to_choose(self):
        lonely = self.env["helpdesk.ticket.team"].create({"name": "Lonely"})
        rule = self._create_rule(team_id=lonely.id)
        self._assert_problem(rule, "tickets wait")
        lonely.write({"user_id": self.agent.id, "when_full": "leader"})
        self._assert_problem(rule, self.agent.name)
        rule.method = "none"
        self._assert_problem(rule, "")
        rule.active = False
        fixed = self._create_rule(
            method="fixed", user_id=self.agent_2.id, priority_high=True
        )
        chosen = self._create_rule(
            member_ids=[(6, 0, self.agent_2.ids)], priority_low=True
        )
        self._assert_problem(fixed, "")
        self.agent_2.active = False
        self._assert_problem(fixed, "does not work here any more")
        self._assert_problem(chosen, "no members for this rule")
        # and so it is: nobody else gets the ticket
        self.assertFalse(self._create_ticket(priority="0").user_id)

    def test_shadowed_by_an_earlier_rule(self):
        wide = self._create_rule(
            name="Wide",
            sequence=1,
            category_ids=[(6, 0, self.hardware.ids)],
            priority_high=True,
            priority_urgent=True,
        )
        narrow = self._create_rule(
            sequence=2,
            category_ids=[(6, 0, self.printers.ids)],
            priority_urgent=True,
            type_ids=[(6, 0, self.types.ids)],
        )
        others = [
            self._create_rule(sequence=3, **values)
            for values in (
                {"category_ids": [(6, 0, self.printers.ids)]},
                {"priority_urgent": True},
                {
                    "category_ids": [(6, 0, self.hardware.ids)],
                    "priority_urgent": True,
                    "priority_low": True,
                },
            )
        ]
        self._assert_problem(narrow, "Wide comes first")
        self._assert_problem(wide, "")
        for rule in others:
            self._assert_problem(rule, "")
        # by its place, its validity, and whether it is switched on
        wide.sequence = 9
        self._assert_problem(narrow, "")
        wide.sequence = 1
        wide.date_to = date.today() + timedelta(5)
        self._assert_problem(narrow, "")
        narrow.date_to = date.today() + timedelta(5)
        self._assert_problem(narrow, "Wide comes first")
        wide.active = False
        self._assert_problem(narrow, "")

    def test_shadowed_by_the_same_words(self):
        for domain in (
            "[('name', 'ilike', 'paper')]",
            "['|', ('name', 'ilike', 'ink'), ('name', 'ilike', 'paper')]",
            "[('partner_id', '!=', False)]",
        ):
            with self.subTest(domain):
                self.Rule.search([]).active = False
                self._create_rule(name="Wide", sequence=1, domain=domain)
                narrow = self._create_rule(domain=domain, priority_high=True)
                self._assert_problem(narrow, "Wide comes first")
                narrow.domain = "[('name', 'ilike', 'toner')]"
                self._assert_problem(narrow, "")

    def test_escalations(self):
        nothing = self.Escalation.create({"name": "Nothing"})
        self._assert_problem(nothing, "does nothing")
        self.team.user_id = False
        leader = self._create_escalation(
            notify_leader=True, team_ids=[(6, 0, self.team.ids)]
        )
        self._assert_problem(leader, "has no leader")
        self.answer_policy.active = False
        answer = self._create_escalation(trigger="first_response")
        self._assert_problem(answer, "no SLA policy")
        first = self._create_escalation(
            name="First", trigger="unassigned", hours=2, sequence=1
        )
        second = self._create_escalation(
            trigger="unassigned", hours=2, priority_high=True
        )
        self._assert_problem(second, "First already does the same")
        self._assert_problem(first, "")
        second.hours = 3
        self._assert_problem(second, "")
        second.write({"hours": 2, "raise_priority": "step"})
        self._assert_problem(second, "")
