"""What a rule would have done with the tickets of the last days."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .assignment_common import AssignmentCommon
from .sla_common import at


class SimulationCommon(AssignmentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env, "sim_manager", groups="helpdesk_mgmt.group_helpdesk_manager"
        )
        cls.env["helpdesk.escalation.rule"].search([]).active = False
        cls.elsewhere = cls.env["helpdesk.ticket.team"].create({"name": "Other desk"})
        # tickets of the database must not count
        cls.mark = "[('name', 'like', 'Projector shows no')]"

    def _create_at(self, moment, **values):
        ticket = super()._create_at(moment, **values)
        # Odoo takes the time of the database
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET create_date = %s WHERE id = %s",
            [moment, ticket.id],
        )
        ticket.invalidate_recordset(["create_date"])
        # Odoo logs no changes in the transaction of the creation
        self.env.cr.precommit.run()
        return ticket

    def _simulate(self, rule, **values):
        """Simulate as manager; return the simulation."""
        # other people's tests may have created tickets at another time
        self.env.flush_all()
        action = rule.with_user(self.manager).action_simulate()
        simulation = self.env[action["res_model"]].browse(action["res_id"])
        simulation = simulation.with_user(self.manager)
        if values:
            simulation.write(values)
            simulation.action_run()
        return simulation

    def _get_tickets(self, line):
        """Return the tickets behind the link of a line."""
        action = line.action_open_tickets()
        Ticket = self.env["helpdesk.ticket"].with_user(self.manager)
        found = Ticket.with_context(**action["context"]).search(action["domain"])
        self.assertEqual(len(found), line.ticket_count)
        return found.with_env(self.env)

    def _get_lines(self, simulation, kind):
        return {
            line.text: self._get_tickets(line)
            for line in simulation.line_ids
            if line.kind == kind
        }

    def _get_effect(self, rule):
        """Return the tickets for which the rule would have done something."""
        (found,) = self._get_lines(self._simulate(rule), "effect").values()
        return found


@tagged("post_install", "-at_install")
class TestAssignmentSimulation(SimulationCommon):
    def test_first_rule_wins(self):
        tickets = self._create_tickets(3, priority="3")
        tickets += self._create_tickets(2, priority="2")
        other = self._create_tickets(1, priority="1")
        first = self._create_rule(
            name="First", sequence=1, priority_urgent=True, domain=self.mark
        )
        self._create_rule(name="Off", sequence=2, active=False)
        self._create_rule(name="Over", sequence=3, date_to="2020-01-01")
        self._create_rule(name="Later", sequence=30)
        rule = self._create_rule(
            name="Draft",
            sequence=20,
            active=False,
            priority_urgent=True,
            priority_high=True,
            domain=self.mark,
        )
        simulation = self._simulate(rule)
        self.assertEqual(simulation.matched_count, 5)
        self.assertEqual(simulation.effect_count, 2)
        self.assertGreaterEqual(simulation.ticket_count, 6)
        self.assertEqual(
            self._get_lines(simulation, "earlier"),
            {"Taken by an earlier rule: First": tickets[:3]},
        )
        (own,) = self._get_lines(simulation, "effect").values()
        self.assertEqual(own, tickets[3:])
        (line,) = simulation.line_ids.filtered(lambda line: line.kind == "earlier")
        self.assertEqual(line.action_open_rule()["res_id"], first.id)
        # nothing was changed
        self.assertFalse((tickets | other).user_id)
        # the same rule at the top gets all
        rule.sequence = 0
        self.assertEqual(self._get_effect(rule), tickets)
        simulation.action_switch_on()
        self.assertTrue(rule.active)

    def test_it_agrees_with_what_happens(self):
        """The rules, switched on, take just the tickets that the simulation named."""
        categories = self.env["helpdesk.ticket.category"].create(
            [{"name": "Hardware"}, {"name": "Software"}]
        )
        values = [
            {"priority": priority, "category_id": category}
            for priority in "0123"
            for category in (False, *categories.ids)
        ]
        old = self.env["helpdesk.ticket"].union(
            *(self._create_ticket(**one) for one in values)
        )
        rules = self.Rule
        for number, criteria in enumerate(
            (
                {"priority_urgent": True},
                {"category_ids": [(6, 0, categories[0].ids)]},
                {"domain": "[('category_id', '!=', False)]", "priority_low": True},
                {},
            )
        ):
            criteria.setdefault("domain", self.mark)
            rules += self._create_rule(
                name=f"Rule {number}", sequence=number, active=False, **criteria
            )
        rules.active = True
        simulated = {
            rule: {(t.priority, t.category_id.id) for t in self._get_effect(rule) & old}
            for rule in rules
        }
        new = self.env["helpdesk.ticket"].union(
            *(self._create_ticket(**one) for one in values)
        )
        for rule in rules:
            taken = new.filtered(lambda t, r=rule: t.assignment_ids.rule_id == r)
            self.assertTrue(taken, rule.name)
            self.assertEqual(
                {(t.priority, t.category_id.id) for t in taken},
                simulated[rule],
                rule.name,
            )

    def test_only_the_last_days(self):
        now = fields.Datetime.now()
        old = self._create_at(now - timedelta(days=100))
        new = self._create_at(now - timedelta(days=80))
        rule = self._create_rule(domain=self.mark)
        self.assertEqual(self._get_effect(rule), new)
        simulation = self._simulate(rule, days=120)
        (found,) = self._get_lines(simulation, "effect").values()
        self.assertEqual(found, old + new)

    def test_teams_and_agents(self):
        tickets = self._create_tickets(8)
        moved = tickets[:3]
        moved.team_id = self.elsewhere
        rule = self._create_rule(active=False, domain=self.mark, method="round_robin")
        parts = self._get_lines(self._simulate(rule), "part")
        self.assertEqual(parts["Today with another team: Other desk"], moved)
        by_agent = {
            agent: parts[f"About this many to {agent.name}"] for agent in self.agents
        }
        self.assertEqual([len(found) for found in by_agent.values()], [2, 2, 2, 2])
        rule.write({"method": "fixed", "user_id": self.agent.id})
        parts = self._get_lines(self._simulate(rule), "part")
        self.assertEqual(parts[f"About this many to {self.agent.name}"], tickets)
        rule.method = "none"
        parts = self._get_lines(self._simulate(rule), "part")
        self.assertEqual(list(parts), ["Today with another team: Other desk"])

    def test_skills_limits_and_ends_of_tickets(self):
        skill, other = self.env["helpdesk.ticket.category"].create(
            [{"name": "Hardware"}, {"name": "Software"}]
        )
        rule = self._create_rule(
            active=False,
            domain=self.mark,
            member_ids=[(6, 0, (self.agent | self.agent_2).ids)],
        )
        self._get_member(self.agent).category_ids = skill
        self._get_member(self.agent_2).cap = 2
        now = fields.Datetime.now()
        tickets = self.env["helpdesk.ticket"]
        for days in (9, 8, 7, 6, 5):
            tickets += self._create_at(now - timedelta(days=days), category_id=other.id)
        with freeze_time(now - timedelta(days=8, hours=12)):
            tickets[0]._set_status("resolved")
        parts = self._get_lines(self._simulate(rule), "part")
        # the first one had ended when the third one came
        self.assertEqual(parts[f"About this many to {self.agent_2.name}"], tickets[:3])
        self.assertEqual(parts["In the queue, because nobody is free"], tickets[3:])
        self.team.write({"user_id": self.agent.id, "when_full": "leader"})
        parts = self._get_lines(self._simulate(rule), "part")
        self.assertEqual(
            parts[f"To the leader, because nobody is free: {self.agent.name}"],
            tickets[3:],
        )

    def test_access(self):
        rule = self._create_rule()
        with self.assertRaises(AccessError):
            rule.with_user(self.agent).action_simulate()
        simulation = self._simulate(rule)
        other = new_test_user(
            self.env, "sim_manager_2", groups="helpdesk_mgmt.group_helpdesk_manager"
        )
        with self.assertRaises(AccessError):
            simulation.with_user(other).line_ids.mapped("text")


@tagged("post_install", "-at_install")
class TestEscalationSimulation(SimulationCommon):
    def _create_rule(self, **values):
        return self.env["helpdesk.escalation.rule"].create(
            {
                "name": "Rule",
                "notify_leader": True,
                "active": False,
                "domain": self.mark,
                **values,
            }
        )

    def test_clocks(self):
        late = self._create_at(at("2 08:00"))
        self._answer(late, at("2 09:59"))
        self._move(late, at("3 09:00"), "resolved")
        # seven of eight hours were used
        close = self._create_at(at("2 08:00"))
        self._move(close, at("2 16:00"), "resolved")
        waited = self._create_at(at("2 08:00"))
        self._move(waited, at("2 10:01"), "waiting")
        running = self._create_at(at("3 08:00"))
        for moment, trigger, percent, expected in (
            (at("3 10:00"), "resolution", 100, late),
            (at("3 10:00"), "resolution", 80, late | close),
            (at("3 10:00"), "resolution", 110, late),
            (at("3 10:00"), "resolution", 120, self.env["helpdesk.ticket"]),
            (at("3 14:59"), "resolution", 80, late | close),
            (at("3 15:30"), "resolution", 80, late | close | running),
            (at("3 09:59"), "first_response", 100, close | waited),
            (at("3 10:01"), "first_response", 100, close | waited | running),
            (at("3 10:01"), "first_response", 90, late | close | waited | running),
        ):
            with self.subTest(f"{trigger} {percent} {moment}"), freeze_time(moment):
                rule = self._create_rule(trigger=trigger, percent=percent)
                self.assertEqual(self._get_effect(rule), expected)

    def test_unassigned(self):
        early = self._create_at(at("2 08:00"))
        self.env.flush_all()
        with freeze_time(at("2 11:00")):
            early.user_id = self.agent
            self.env.flush_all()
            self.env.cr.precommit.run()
        # over night: four working hours
        dropped = self._create_at(at("2 08:00"), user_id=self.agent.id)
        for moment, user in (
            (at("2 15:00"), self.env["res.users"]),
            (at("3 10:00"), self.agent),
        ):
            with freeze_time(moment):
                dropped.user_id = user
                self.env.flush_all()
                self.env.cr.precommit.run()
        ended = self._create_at(at("2 08:00"))
        self._move(ended, at("2 09:30"), "resolved")
        never = self._create_at(at("3 08:00"))
        for hours, moment, expected in (
            (1, at("3 10:00"), early | dropped | ended | never),
            (2, at("3 09:59"), early | dropped),
            (2, at("3 10:00"), early | dropped | never),
            (3, at("3 10:00"), early | dropped),
            (3.5, at("3 10:00"), dropped),
            (4.5, at("3 10:00"), self.env["helpdesk.ticket"]),
        ):
            with self.subTest(f"{hours} {moment}"), freeze_time(moment):
                rule = self._create_rule(trigger="unassigned", hours=hours)
                self.assertEqual(self._get_effect(rule), expected)

    def test_no_movement(self):
        answered = self._create_at(at("2 08:00"))
        self._answer(answered, at("2 10:00"))
        self._move(answered, at("2 14:00"), "resolved")
        waited = self._create_at(at("2 08:00"))
        self._move(waited, at("2 08:30"), "waiting", waiting_for="requester")
        vendor = self._create_at(at("2 08:00"))
        self._move(vendor, at("2 08:30"), "waiting", waiting_for="vendor")
        quiet = self._create_at(at("2 16:00"))
        for hours, moment, expected in (
            (2, at("3 08:59"), answered | vendor),
            (2, at("3 09:00"), answered | vendor | quiet),
            (3, at("3 09:00"), answered | vendor),
            (3.5, at("3 09:00"), vendor),
            (8.5, at("3 08:59"), self.env["helpdesk.ticket"]),
            (8.5, at("3 09:00"), vendor),
        ):
            with self.subTest(f"{hours} {moment}"), freeze_time(moment):
                rule = self._create_rule(trigger="no_movement", hours=hours)
                self.assertEqual(self._get_effect(rule), expected)

    def test_reopened_and_rated(self):
        tickets = self._create_tickets(3)
        for ticket, count in zip(tickets, (0, 1, 2), strict=True):
            for _number in range(count):
                ticket._set_status("resolved")
                ticket._set_status("open")
        rule = self._create_rule(trigger="reopened", count=1)
        self.assertEqual(self._get_effect(rule), tickets[1:])
        rule.count = 2
        self.assertEqual(self._get_effect(rule), tickets[2])
        tickets._set_status("resolved")
        for ticket, rate in zip(tickets, (1, 5, 2), strict=True):
            ticket.rating_apply(rate, token=ticket._rating_get_access_token())
        rule = self._create_rule(trigger="rated_bad")
        self.assertEqual(self._get_effect(rule), tickets[0] + tickets[2])
        # by team
        tickets[2].team_id = self.elsewhere
        parts = self._get_lines(self._simulate(rule), "part")
        self.assertEqual(parts["In the team Other desk"], tickets[2])

    def test_criteria(self):
        tickets = self._create_tickets(2, priority="3")
        tickets += self._create_tickets(1, priority="0")
        tickets[1]._set_status("cancelled")
        tickets[1].active = False
        rule = self._create_rule(trigger="unassigned", hours=0.5, priority_urgent=True)
        with freeze_time(fields.Datetime.now() + timedelta(days=10)):
            simulation = self._simulate(rule)
            self.assertEqual(simulation.matched_count, 1)
            (found,) = self._get_lines(simulation, "effect").values()
            self.assertEqual(found, tickets[0])
        self.assertIn("Leader", simulation.effect_text)
