"""Assignment rules: when they run, whom they choose, and what the ticket says."""

import math
from collections import Counter
from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import CheckViolation

from odoo import Command, fields
from odoo.exceptions import ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.school_helpdesk_base.tests.common import shuffled_events

from ..hooks import prepare_assignment
from .assignment_common import AssignmentCommon


@tagged("post_install", "-at_install")
class TestWhenRulesRun(AssignmentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule = cls._create_rule(method="round_robin")
        cls.other_team = cls.env["helpdesk.ticket.team"].create(
            {
                "name": "Network",
                "user_ids": [(6, 0, cls.agents[2:].ids)],
                "company_id": cls.env.company.id,
            }
        )

    def test_new_ticket(self):
        ticket = self._create_ticket()
        self.assertEqual(ticket.user_id, self.agent)
        self.assertEqual(ticket.assigned_by, "rule")
        self.assertTrue(ticket.assigned_date)

    def test_rules_choose_the_team_also(self):
        self.rule.team_ids = self.other_team
        ticket = self._create_ticket(team_id=self.other_team.id)
        self.assertEqual((ticket.team_id, ticket.user_id), (self.team, self.agent))
        self.assertEqual(ticket.stage_id, self.stage_new)
        without_team = self._create_rule(sequence=1, domain="[('team_id', '=', False)]")
        ticket = self._create_ticket(team_id=False)
        self.assertEqual(ticket.team_id, without_team.team_id)

    def test_first_rule_wins(self):
        second = self._create_rule(sequence=99, team_id=self.other_team.id)
        self.assertEqual(self._create_ticket().team_id, self.team)
        self.rule.priority_urgent = True
        self.assertEqual(self._create_ticket().assignment_ids.rule_id, second)
        self.assertEqual(self._create_ticket(priority="3").team_id, self.team)
        second.active = False
        self.assertFalse(self._create_ticket().user_id)

    def test_agent_chosen_by_hand_stays(self):
        ticket = self._create_ticket(user_id=self.agents[3].id)
        self.assertEqual(ticket.user_id, self.agents[3])
        self.assertEqual(ticket.assigned_by, "person")
        self.assertFalse(ticket.assignment_ids)

    def test_agent_who_is_only_the_default_is_replaced(self):
        self.env.company.helpdesk_mgmt_ticket_auto_assign = True
        Ticket = self.env["helpdesk.ticket"].with_user(self.agents[3])
        values = {"name": "A", "description": "B", "team_id": self.team.id}
        self.assertEqual(Ticket.create(values).user_id, self.agent)
        self.rule.active = False
        self.assertEqual(Ticket.create(values).user_id, self.agents[3])

    def test_team_only(self):
        self.rule.write({"method": "none", "team_ids": [(6, 0, self.other_team.ids)]})
        ticket = self._create_ticket(team_id=self.other_team.id)
        self.assertEqual(ticket.team_id, self.team)
        self.assertFalse(ticket.user_id)
        self.assertEqual(ticket.assignment_reason, "Sent to Desk by rule Rule")

    def test_ended_tickets_are_left_alone(self):
        for stage in self.stage_resolved, self.stage_closed, self.stage_cancelled:
            ticket = self._create_ticket(stage_id=stage.id)
            self.assertFalse(ticket.user_id, stage.name)

    def test_who_creates_the_ticket_does_not_matter(self):
        personal = new_test_user(
            self.env, "personal", groups="helpdesk_mgmt.group_helpdesk_user_own"
        )
        self.team.user_ids |= personal
        self.rule.member_ids = self.agents
        values = {
            "name": "A",
            "description": "B",
            "team_id": self.team.id,
            "partner_id": self.requester.partner_id.id,
            "user_id": False,
            "attachment_ids": [
                Command.create(
                    {"name": "a.txt", "raw": b"A", "res_model": "helpdesk.ticket"}
                )
            ],
        }
        Ticket = self.env["helpdesk.ticket"].with_user(personal)
        # as the form does, which reads the ticket afterwards
        saved = Ticket.web_save(values, {"name": {}, "user_id": {}})
        self.assertEqual(saved[0]["user_id"], self.agent.id)
        ticket = self.env["helpdesk.ticket"].browse(saved[0]["id"])
        self.assertEqual(ticket.submitter_id, personal.partner_id)
        # the reporter's own files are no files of the desk
        self.env.cr.execute(
            "SELECT helpdesk_desk_only FROM ir_attachment WHERE id IN %s",
            [tuple(ticket.attachment_ids.ids)],
        )
        self.assertEqual(self.env.cr.fetchall(), [(None,)])
        portal = self.env["helpdesk.ticket"].with_user(self.requester)
        ticket, _new = portal._create_from_submission("key", dict(values))
        self.assertEqual(ticket.user_id, self.agents[1])
        result = Ticket.load(
            ["name", "description", "team_id/.id"], [["C", "D", str(self.team.id)]]
        )
        self.assertEqual(
            self.env["helpdesk.ticket"].browse(result["ids"]).user_id, self.agents[2]
        )

    def test_mail(self):
        self.team.write(
            {
                "alias_name": "rules-desk",
                "alias_domain_id": self.env["mail.alias.domain"]
                .create({"name": "rules.example"})
                .id,
            }
        )
        self.env["mail.thread"].message_process(
            "helpdesk.ticket",
            "From: Somebody <somebody@other.example>\r\n"
            "To: rules-desk@rules.example\r\n"
            "Subject: By mail\r\nMessage-Id: <one@other.example>\r\n\r\nIt is dark.",
        )
        ticket = self.env["helpdesk.ticket"].search([("name", "=", "By mail")])
        self.assertEqual(ticket.user_id, self.agent)

    def test_events_see_the_result_once(self):
        Ticket = self.env.registry["helpdesk.ticket"]
        calls = []
        original = Ticket._on_assignee_changed

        def note(records, old_assignees):
            calls.append({t.user_id: old for t, old in old_assignees.items()})
            return original(records, old_assignees)

        self.rule.team_ids = self.other_team
        with patch.object(Ticket, "_on_assignee_changed", note):
            ticket = self._create_ticket(team_id=self.other_team.id)
        self.assertEqual(calls, [{self.agent: self.env["res.users"]}])
        self.assertEqual(ticket.status_log_ids.stage_id, self.stage_new)

    def test_order_of_the_events_does_not_matter(self):
        for seed in range(3):
            with shuffled_events(self.env, seed):
                ticket = self._create_ticket()
                self.assertEqual(ticket.user_id, self.agents[2 * seed % 4])
                ticket.team_id = self.other_team
                ticket.team_id = self.team
            self.assertEqual(ticket.user_id, self.agents[(2 * seed + 1) % 4], seed)
            self.assertEqual(len(ticket.assignment_ids), 2)

    def test_moving_to_another_team_runs_them_again(self):
        rule = self._create_rule(
            sequence=1, team_id=self.other_team.id, priority_high=True
        )
        ticket = self._create_ticket(user_id=False)
        self.assertEqual(ticket.user_id, self.agent)
        # no rule of the team fits: it is a team without assignment
        ticket.team_id = self.other_team
        self.assertEqual((ticket.team_id, ticket.user_id.ids), (self.other_team, []))
        self.assertFalse(ticket.assigned_by)
        self.assertFalse(ticket.assignment_reason)
        ticket.team_id = self.team
        self.assertEqual(ticket.user_id, self.agents[1])
        ticket.priority = "2"
        ticket.team_id = self.other_team
        self.assertEqual(self._get_decision(ticket).rule_id, rule)
        self.assertEqual(ticket.user_id, self.agents[2])
        # this agent is a member of both teams, but was not chosen by a person
        ticket.team_id = self.team
        self.assertEqual(self._get_decision(ticket).rule_id, self.rule)

    def test_moving_keeps_an_agent_whom_a_person_chose(self):
        ticket = self._create_ticket()
        ticket.with_user(self.agent).user_id = self.agents[3]
        self.assertEqual(ticket.assigned_by, "person")
        self.assertFalse(ticket.assignment_reason)
        self._create_rule(team_id=self.other_team.id)
        ticket.team_id = self.other_team
        self.assertEqual(ticket.user_id, self.agents[3])
        # team and agent in one step
        ticket.write({"team_id": self.team.id, "user_id": self.agents[2].id})
        self.assertEqual(ticket.user_id, self.agents[2])
        # somebody puts the ticket back: no person's choice is left
        ticket.user_id = False
        self.assertFalse(ticket.assigned_by)
        ticket.team_id = self.other_team
        self.assertTrue(ticket.user_id)

    def test_other_company(self):
        company = self.env["res.company"].create({"name": "Sister School"})
        self.assertFalse(
            self._create_ticket(team_id=False, company_id=company.id).user_id
        )

    def test_archived_team(self):
        self.team.active = False
        self.assertFalse(self._create_ticket(team_id=self.other_team.id).user_id)

    def test_strangers_are_refused(self):
        for values in (
            {"method": "fixed", "user_id": self.requester.id},
            {"member_ids": [(6, 0, self.requester.ids)]},
            {"team_id": self.other_team.id, "member_ids": [(6, 0, self.agent.ids)]},
        ):
            with self.assertRaises(ValidationError):
                self._create_rule(**values)


@tagged("post_install", "-at_install")
class TestWhoIsChosen(AssignmentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule = cls._create_rule()
        cls.now = fields.Datetime.now()

    def _count(self, tickets):
        counts = Counter(ticket.user_id.id for ticket in tickets)
        return [counts[agent.id] for agent in self.agents]

    def test_fixed(self):
        self.rule.write({"method": "fixed", "user_id": self.agents[2].id})
        self.assertEqual(self._count(self._create_tickets(3)), [0, 0, 3, 0])

    def test_in_turn(self):
        self.rule.method = "round_robin"
        tickets = self._create_tickets(6)
        self.assertEqual(
            [ticket.user_id for ticket in tickets], [*self.agents, *self.agents[:2]]
        )
        self.rule.member_ids = self.agents[1:3]
        tickets = self._create_tickets(2)
        self.assertEqual(tickets.mapped("user_id"), self.agents[2] | self.agents[1])
        # several tickets in one step
        values = {"name": "A", "description": "B", "user_id": False}
        batch = self.env["helpdesk.ticket"].create(
            [{**values, "team_id": self.team.id}] * 5
        )
        self.assertEqual(
            [ticket.user_id for ticket in batch],
            [self.agents[2 - number % 2] for number in range(5)],
        )

    def test_each_rule_has_its_own_turns(self):
        self.rule.write({"method": "round_robin", "priority_high": True})
        self._create_rule(method="round_robin")
        for agent in self.agents[:3]:
            for priority in "12":
                ticket = self._create_ticket(priority=priority)
                self.assertEqual(ticket.user_id, agent)

    def test_least_loaded(self):
        self._create_tickets(2, user_id=self.agent.id)
        self._create_ticket(user_id=self.agents[3].id)
        self.assertEqual(self._count(self._create_tickets(5)), [0, 2, 2, 1])

    def test_only_tickets_whose_time_counts_are_a_load(self):
        tickets = self._create_tickets(6, user_id=self.agent.id)
        tickets[0]._set_status("resolved")
        tickets[1]._set_status("cancelled")
        tickets[2]._wait(waiting_for="requester")
        tickets[3]._set_status("closed")
        (self.policy | self.answer_policy).pause_vendor = False
        tickets[4]._wait(waiting_for="vendor")
        member = self._get_member(self.agent)
        self.assertEqual((member.open_count, member.load), (2, 2.0))
        (self.policy | self.answer_policy).pause_vendor = True
        self._refresh()
        self.env.invalidate_all()
        self.assertEqual(member.open_count, 1)

    def test_weights_of_priorities(self):
        self.env.company.helpdesk_weight_urgent = 3
        self.rule.member_ids = self.agents[:2]
        self._create_ticket(user_id=self.agent.id, priority="3")
        self._create_ticket(user_id=self.agents[1].id)
        tickets = self._create_tickets(4)
        self.assertEqual(self._count(tickets), [1, 3, 0, 0])
        # the decision says how many tickets there are, and how much they count
        self._get_member(self.agent).cap = 9
        self.rule.member_ids = self.agent
        self.assertEqual(
            self._create_ticket().assignment_reason,
            "Assigned by rule Rule: least loaded, 3 open, load 5 of 9",
        )

    def test_share(self):
        self.rule.member_ids = self.agents[:2]
        self._get_member(self.agents[1]).share = 0.5
        self.assertEqual(self._count(self._create_tickets(6)), [4, 2, 0, 0])

    def test_limit(self):
        for agent, cap in zip(self.agents, (1, 2, 0, 1), strict=True):
            self._get_member(agent).cap = cap
        self.assertEqual(self._count(self._create_tickets(8)), [1, 2, 4, 1])
        ticket = self._create_ticket()
        self.assertEqual(ticket.assignment_ids.full_count, 3)

    def test_reason(self):
        self._get_member(self.agent).cap = 10
        self.rule.write({"name": "Printers", "member_ids": [(6, 0, self.agent.ids)]})
        self._create_tickets(2, user_id=self.agent.id)
        ticket = self._create_ticket()
        self.assertEqual(
            ticket.assignment_reason,
            "Assigned by rule Printers: least loaded, 3 open of 10",
        )
        # it stays as it was then
        self._create_ticket()
        self.env.invalidate_all()
        self.assertIn("3 open of 10", ticket.assignment_reason)
        self.assertNotIn(
            "assignment_reason", ticket.with_user(self.requester).read()[0]
        )
        self.rule.unlink()
        self.env.invalidate_all()
        self.assertIn("(deleted)", ticket.assignment_reason)

    def test_skills(self):
        Category = self.env["helpdesk.ticket.category"]
        network, software = Category.create([{"name": "Network"}, {"name": "Software"}])
        wifi = Category.create({"name": "WiFi", "parent_id": network.id})
        self._get_member(self.agents[0]).category_ids = network
        self._get_member(self.agents[1]).category_ids = software
        self._get_member(self.agents[2]).category_ids = software
        self._get_member(self.agents[3]).category_ids = wifi
        self.assertEqual(
            self._count(self._create_tickets(4, category_id=wifi.id)), [2, 0, 0, 2]
        )
        self.assertEqual(
            self._count(self._create_tickets(2, category_id=software.id)), [0, 1, 1, 0]
        )
        # without a category, and for a skill that nobody has, everybody counts
        self.assertTrue(self._create_ticket().user_id)
        other = Category.create({"name": "Other"})
        self.assertTrue(self._create_ticket(category_id=other.id).user_id)

    def test_an_archived_skill_is_still_a_skill(self):
        """An agent for one kind of ticket does not become one for every kind."""
        Category = self.env["helpdesk.ticket.category"]
        network, software = Category.create([{"name": "Network"}, {"name": "Software"}])
        for agent in self.agents[:3]:
            self._get_member(agent).category_ids = network
        network.active = False
        self.env.registry.clear_cache()
        tickets = self._create_tickets(4, category_id=software.id)
        self.assertEqual(self._count(tickets), [0, 0, 0, 4])
        # the answer does not depend on who asks first
        member = self._get_member(self.agents[0])
        for active_test in (True, False):
            self.env.invalidate_all()
            self.env.registry.clear_cache()
            skills = member.with_context(active_test=active_test)._get_skills()
            self.assertEqual(skills, {network.id})

    def test_impossible_numbers_are_refused(self):
        member = self._get_member(self.agents[0])
        for record, name in (
            (member, "share"),
            (self.env.company, "helpdesk_weight_high"),
        ):
            for number in (-1, math.nan, math.inf):
                with (
                    self.subTest(name, number=number),
                    mute_logger("odoo.sql_db"),
                    self.assertRaises(CheckViolation),
                    self.env.cr.savepoint(),
                ):
                    record[name] = number
                    record.flush_recordset()

    def _be_absent(self, agent, kind):
        """Make an agent absent in one of the ways that count."""
        member = self._get_member(agent)
        hour = timedelta(hours=1)
        Resource = self.env["resource.resource"]
        if kind == "paused":
            member.write({"paused": True, "pause_reason": "Exams"})
        elif kind == "paused until":
            member.write({"paused": True, "pause_until": self.now + hour})
        elif kind == "out of office":
            agent.write({"out_of_office_from": self.now - hour})
        elif kind == "leave":
            resource = Resource.create(
                {"name": "A", "user_id": agent.id, "calendar_id": False}
            )
            self.env["resource.calendar.leaves"].create(
                {
                    "name": "Ill",
                    "resource_id": resource.id,
                    "date_from": self.now - hour,
                    "date_to": self.now + hour,
                }
            )
        elif kind == "hours":
            calendar = self.calendar.copy()
            calendar.attendance_ids.unlink()
            Resource.create(
                {"name": "A", "user_id": agent.id, "calendar_id": calendar.id}
            )
        elif kind == "archived":
            agent.active = False
        self.env.invalidate_all()

    def test_absent_agents_are_passed_over(self):
        for kind in (
            "paused",
            "paused until",
            "out of office",
            "leave",
            "hours",
            "archived",
        ):
            with self.subTest(kind), self.env.cr.savepoint() as savepoint:
                self._be_absent(self.agent, kind)
                ticket = self._create_ticket()
                self.assertEqual(ticket.user_id, self.agents[1])
                if kind != "archived":
                    self.assertEqual(ticket.assignment_ids.absent_count, 1)
                    self.assertTrue(self._get_member(self.agent).absence)
                savepoint.rollback()
                self.env.invalidate_all()
                self.env.registry.clear_cache()
        self.assertFalse(self._get_member(self.agent).absence)
        self.assertEqual(self._create_ticket().user_id, self.agent)

    def test_agents_who_are_back(self):
        hour = timedelta(hours=1)
        self._get_member(self.agent).write(
            {"paused": True, "pause_until": self.now - hour}
        )
        self.agent.write(
            {
                "out_of_office_from": self.now - 2 * hour,
                "out_of_office_to": self.now - hour,
            }
        )
        self.assertEqual(self._create_ticket().user_id, self.agent)

    def test_outside_working_hours(self):
        self.rule.member_ids = self.agents[:2]
        for agent in self.agents[:2]:
            self._be_absent(agent, "hours")
        self.assertFalse(self._create_ticket().user_id)
        self.team.assign_in_hours = False
        self.assertTrue(self._create_ticket().user_id)

    def test_nobody_is_free(self):
        for member in self.team.member_ids:
            member.paused = True
        ticket = self._create_ticket()
        self.assertFalse(ticket.user_id)
        self.assertTrue(ticket.waits_for_agent)
        self.assertEqual(
            ticket.assignment_reason,
            "Rule Rule found no free agent: 4 absent, 0 full",
        )
        self.team.write({"when_full": "leader", "user_id": self.agents[3].id})
        ticket = self._create_ticket()
        self.assertEqual(ticket.user_id, self.agents[3])
        self.assertEqual(ticket.assigned_by, "rule")
        self.assertIn("team leader, because nobody is free", ticket.assignment_reason)
        # without a leader it waits
        self.team.user_id = False
        self.assertTrue(self._create_ticket().waits_for_agent)

    def test_who_solved_the_last_such_ticket(self):
        self.rule.prefer = "last_solver"
        Category = self.env["helpdesk.ticket.category"]
        ink, screen = Category.create([{"name": "Ink"}, {"name": "Screen"}])
        for agent, category in ((self.agents[2], ink), (self.agents[3], screen)):
            self._create_ticket(user_id=agent.id, category_id=category.id)._set_status(
                "resolved"
            )
        self._create_ticket(
            user_id=self.agents[1].id,
            category_id=ink.id,
            partner_id=self.agent.partner_id.id,
        )._set_status("resolved")
        tickets = self._create_tickets(2, category_id=ink.id)
        self.assertEqual(tickets.user_id, self.agents[2])
        self.assertEqual(
            tickets[1].assignment_reason,
            "Assigned by rule Rule: who solved the requester's last such ticket, "
            "2 open",
        )
        self._get_member(self.agents[2]).cap = 2
        self.assertNotEqual(
            self._create_ticket(category_id=ink.id).user_id, self.agents[2]
        )
        self.assertEqual(
            self._create_ticket(category_id=screen.id).user_id, self.agents[3]
        )


@tagged("post_install", "-at_install")
class TestWaitingForAgent(AssignmentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule = cls._create_rule(member_ids=[(6, 0, cls.agents[:2].ids)])
        cls.cron = cls.env.ref("school_helpdesk_workflow.ir_cron_assign_waiting")
        for agent in cls.agents[:2]:
            cls._get_member(agent).cap = 1
        cls.busy = cls._create_tickets(2)
        cls.low, cls.high = (
            cls._create_ticket(priority=priority) for priority in ("1", "3")
        )

    def _is_started(self):
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", self.cron.id)])
        started = bool(triggers)
        triggers.unlink()
        return started

    def test_next_free_place_takes_the_most_urgent(self):
        self.assertTrue(self.low.waits_for_agent and self.high.waits_for_agent)
        self._pull()
        self.assertFalse((self.low | self.high).user_id)
        self._is_started()
        self.busy[0]._set_status("resolved")
        self.assertTrue(self._is_started())
        self._pull()
        self.assertEqual(self.high.user_id, self.agents[0])
        self.assertFalse(self.high.waits_for_agent)
        self.assertFalse(self.low.user_id)
        self.assertIn("least loaded", self.high.assignment_reason)

    def test_what_starts_the_scheduled_action(self):
        member = self._get_member(self.agents[0])
        for number, change in enumerate(
            (
                lambda: self.busy[0]._wait(waiting_for="requester"),
                lambda: member.write({"cap": 5}),
                lambda: member.write({"paused": False}),
                lambda: self.busy[1].write({"user_id": self.agents[3].id}),
            )
        ):
            self._is_started()
            change()
            self.assertTrue(self._is_started(), number)
        # nobody waits: nothing is started
        (self.low | self.high).write({"user_id": self.agents[3].id})
        self._is_started()
        self.busy[1]._set_status("resolved")
        self.assertFalse(self._is_started())

    def test_tickets_that_no_longer_wait(self):
        self.low.user_id = self.agents[2]
        self.assertFalse(self.low.waits_for_agent)
        self.high._set_status("cancelled")
        self.busy._set_status("resolved")
        self._pull()
        self.assertEqual(self.low.user_id, self.agents[2])
        self.assertFalse(self.high.user_id)


@tagged("post_install", "-at_install")
class TestMembers(AssignmentCommon):
    def test_members_follow_the_users_of_the_team(self):
        def get_users():
            return (
                self.env["helpdesk.team.member"]
                .search([("team_id", "=", self.team.id)])
                .user_id
            )

        self.assertEqual(get_users(), self.agents)
        self._get_member(self.agent).cap = 3
        self.team.user_ids -= self.agents[3]
        self.assertEqual(get_users(), self.agents[:3])
        self.agents[2].helpdesk_team_ids -= self.team
        self.assertEqual(get_users(), self.agents[:2])
        self.agents[3].helpdesk_team_ids |= self.team
        self.assertEqual(get_users(), self.agents[:2] | self.agents[3])
        self.assertEqual(self._get_member(self.agent).cap, 3)
        new = self.env["helpdesk.ticket.team"].create(
            {"name": "New", "user_ids": [(6, 0, self.agent.ids)]}
        )
        self.assertEqual(new.member_ids.user_id, self.agent)
        new_user = new_test_user(
            self.env,
            "late",
            groups="helpdesk_mgmt.group_helpdesk_user",
            helpdesk_team_ids=[(6, 0, new.ids)],
        )
        self.assertIn(new_user, new.member_ids.user_id)

    def test_existing_database(self):
        """The update creates the members, and knows that people chose the agents."""
        tickets = self._create_tickets(2, user_id=self.agent.id)
        tickets[1].user_id = False
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM helpdesk_team_member")
        self.env.cr.execute("UPDATE helpdesk_ticket SET assigned_by = NULL")
        self.env.invalidate_all()
        prepare_assignment(self.env)
        self.assertEqual(self.team.member_ids.user_id, self.agents)
        self.assertEqual(tickets.mapped("assigned_by"), ["person", False])
