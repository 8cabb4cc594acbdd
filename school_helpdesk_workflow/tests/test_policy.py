"""Which policy a ticket gets, in which order, and how the policies are shown."""

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import Form
from odoo.tools import mute_logger

from .sla_common import SlaCommon, at


class TestPolicy(SlaCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Category = cls.env["helpdesk.ticket.category"]
        cls.hardware = Category.create({"name": "Hardware"})
        cls.printer = Category.create({"name": "Printer", "parent_id": cls.hardware.id})
        cls.paper = Category.create({"name": "Paper", "parent_id": cls.printer.id})
        cls.tag = cls.env["helpdesk.ticket.tag"].create({"name": "Exam"})
        cls.type = cls.env["helpdesk.ticket.type"].create({"name": "Incident"})

    def _get_policy(self, **values):
        return self._get_clock(self._create_ticket(**values)).sla_id

    def test_criteria(self):
        cases = {
            "priority": ({"priority": "3"}, {"priority": "3"}, {"priority": "2"}),
            "tag": (
                {"tag_ids": [Command.link(self.tag.id)]},
                {"tag_ids": [Command.link(self.tag.id)]},
                {},
            ),
            "type": (
                {"type_ids": [Command.link(self.type.id)]},
                {"type_id": self.type.id},
                {},
            ),
            "category": (
                {"category_ids": [Command.link(self.printer.id)]},
                {"category_id": self.printer.id},
                {"category_id": self.hardware.id},
            ),
            "filter": (
                {"domain": "[('name', 'ilike', 'exam')]"},
                {"name": "Exam room"},
                {"name": "Office"},
            ),
        }
        for name, (criteria, fitting, other) in cases.items():
            with self.subTest(name):
                policy = self._create_policy(hours=1, **criteria)
                self.assertEqual(self._get_policy(**fitting), policy)
                self.assertEqual(self._get_policy(**other), self.policy)
                policy.active = False

    def test_team(self):
        other = self.team.copy({"name": "Other"})
        self.stage_new.team_ids += other
        policy = self._create_policy(hours=1, team_ids=[Command.link(other.id)])
        self.assertEqual(self._get_policy(team_id=other.id), policy)
        self.assertEqual(self._get_policy(), self.policy)

    def test_a_category_includes_those_below(self):
        policy = self._create_policy(
            hours=1, category_ids=[Command.link(self.hardware.id)]
        )
        for category in (self.hardware, self.printer, self.paper):
            self.assertEqual(self._get_policy(category_id=category.id), policy)
        self.assertEqual(self._get_policy(), self.policy)

    def test_the_deeper_category_wins(self):
        for category in (self.printer, self.paper, self.hardware):
            self._create_policy(
                name=category.name, hours=1, category_ids=[Command.link(category.id)]
            )
        for category in (self.hardware, self.printer, self.paper):
            policy = self._get_policy(category_id=category.id)
            self.assertEqual(policy.name, category.name)

    def test_more_criteria_win(self):
        """The order in which the policies are created does not matter."""
        urgent = {"priority": "3"}
        printer = {"category_ids": [Command.link(self.printer.id)]}
        for order in ((0, 1, 2), (2, 1, 0), (1, 2, 0)):
            kinds = [
                {"name": "urgent", **urgent},
                {"name": "printer", **printer},
                {"name": "both", **urgent, **printer},
            ]
            created = [self._create_policy(hours=1, **kinds[one]) for one in order]
            with self.subTest(order):
                for values, expected in (
                    ({"priority": "3"}, "urgent"),
                    ({"category_id": self.printer.id}, "printer"),
                    ({"priority": "3", "category_id": self.printer.id}, "both"),
                ):
                    self.assertEqual(self._get_policy(**values).name, expected)
            for policy in created:
                policy.unlink()

    def test_the_manager_changes_the_order(self):
        urgent = self._create_policy(hours=1, priority="3")
        self.assertEqual(self._get_policy(priority="3"), urgent)
        self.policy.sequence = urgent.sequence - 1
        self.assertEqual(self._get_policy(priority="3"), self.policy)
        listed = self.env["helpdesk.sla"].search([("target", "=", "resolution")])
        self.assertEqual(listed[:2], self.policy | urgent)

    def test_a_new_policy_is_placed_by_its_criteria(self):
        """After the manager has moved policies, too."""
        high = self._create_policy(hours=1, priority="2", sequence=20)
        self.policy.sequence = 30
        urgent = self._create_policy(
            hours=1, priority="3", tag_ids=[Command.link(self.tag.id)]
        )
        general = self._create_policy(name="General", hours=1)
        listed = self.env["helpdesk.sla"].search([("target", "=", "resolution")])
        self.assertEqual(listed, urgent | high | self.policy | general)

    def test_policy_of_another_company(self):
        other = self.env["res.company"].create({"name": "Other School"})
        self._create_policy(hours=1, priority="3", company_id=other.id)
        ours = self._create_policy(
            hours=2, priority="3", company_id=self.env.company.id
        )
        self.assertEqual(self._get_policy(priority="3"), ours)

    def test_changes_of_a_ticket(self):
        urgent = self._create_policy(name="Urgent", hours=1, priority="3")
        printer = self._create_policy(
            name="Printer", hours=2, category_ids=[Command.link(self.printer.id)]
        )
        exam = self._create_policy(
            name="Exam", hours=3, tag_ids=[Command.link(self.tag.id)], priority="1"
        )
        room = self._create_policy(
            name="Room", hours=4, sequence=1, domain="[('name', 'ilike', 'exam')]"
        )
        ticket = self._create_at(at("2 08:00"), priority="1")
        clock = self._get_clock(ticket)
        for values, policy, deadline in (
            ({"priority": "3"}, urgent, at("2 09:00")),
            ({"category_id": self.paper.id}, printer, at("2 10:00")),
            ({"priority": "1", "tag_ids": self.tag.ids}, exam, at("2 11:00")),
            ({"name": "Exam room"}, room, at("2 12:00")),
            ({"name": "x", "tag_ids": False, "category_id": False}, self.policy, None),
        ):
            with self.subTest(policy.name):
                ticket.with_user(self.agent).write(values)
                self.assertEqual(clock.sla_id, policy)
                self.assertEqual(clock.deadline, deadline or at("2 17:00"))

    def test_an_invalid_filter_is_refused(self):
        for domain in ("[('nothing', '=', 1)]", "[('name'", "[('name', '!!', 1)]"):
            with self.subTest(domain), self.assertRaises(ValidationError):
                self.policy.domain = domain

    @mute_logger("odoo.addons.school_helpdesk_workflow.models.helpdesk_filter_mixin")
    def test_a_broken_filter_does_not_stop_tickets(self):
        self._create_policy(hours=1, priority="3", sequence=1)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE helpdesk_sla SET domain = %s WHERE sequence = 1",
            ["[('name', '=', nothing)]"],
        )
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        self.assertTrue(self._create_ticket(priority="3").ticket_sla_ids)

    @mute_logger("odoo.sql_db")
    def test_a_policy_needs_a_positive_time(self):
        for values in ({}, {"hours": 0}, {"hours": 2, "minutes": -1}, {"days": -1}):
            with (
                self.subTest(values),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self._create_policy(**values)

    def test_delete_a_policy(self):
        """Open tickets get the next policy; ended ones keep their result."""
        urgent = self._create_policy(hours=1, priority="3")
        ended, running = (
            self._create_at(at("2 08:00"), priority="3"),
            self._create_at(at("2 08:00"), priority="3"),
        )
        self._move(ended, at("2 08:30"), "resolved")
        urgent.unlink()
        self._refresh()
        self._assert_clock(ended, "accomplished", at("2 09:00"), hours=1.0)
        self.assertEqual(self._get_clock(running).sla_id, self.policy)

    def test_texts(self):
        policy = self._create_policy(
            days=1,
            priority="3",
            category_ids=[Command.link(self.hardware.id)],
            team_ids=[Command.link(self.team.id)],
        )
        self.assertEqual(policy.criteria_text, "Urgent · Hardware · Desk")
        self.assertEqual(self.policy.criteria_text, "Every ticket")
        for values, text in (
            ({"days": 1}, "1 working day"),
            ({"days": 3, "hours": 2}, "3 working days 2 hours"),
            ({"hours": 1, "minutes": 30}, "1 hour 30 minutes"),
            ({"minutes": 15}, "15 minutes"),
            ({"minutes": 90}, "90 minutes"),
            ({"hours": 30}, "30 hours"),
        ):
            with self.subTest(text):
                policy.write({"days": 0, "hours": 0, "minutes": 0, **values})
                self.assertEqual(policy.time_text, text)
        self.env["res.lang"]._activate_lang("th_TH")
        for values, text in (
            ({"hours": 2}, "2 ชั่วโมง"),
            ({"hours": 1, "minutes": 30}, "1 ชั่วโมง 30 นาที"),
            ({"minutes": 90}, "90 นาที"),
        ):
            with self.subTest(text):
                policy.write({"days": 0, "hours": 0, "minutes": 0, **values})
                self.assertEqual(policy.with_context(lang="th_TH").time_text, text)

    def test_preview(self):
        """The number is right before anything is saved."""
        for priority in "3311":
            self._create_at(at("2 08:00"), priority=priority)
        ended = self._create_ticket(priority="3")
        ended._set_status("cancelled")
        teams = self.env["helpdesk.ticket.team"].search([("id", "!=", self.team.id)])
        teams.use_sla = False
        with Form(self.policy) as form:
            self.assertFalse(form.preview_text)
            form.preview = True
            self.assertEqual(form.preview_text, "0 open tickets change.")
            form.hours = 9
            self.assertEqual(form.preview_text, "4 open tickets change.")
            form.priority = "3"
            # two get another time, and two get no policy any more
            self.assertEqual(form.preview_text, "4 open tickets change.")
            form.hours = 8
            self.assertEqual(form.preview_text, "2 open tickets change.")
        form = Form(self.env["helpdesk.sla"])
        form.name = "Normal"
        form.hours = 5
        form.priority = "1"
        form.preview = True
        self.assertEqual(form.preview_text, "2 open tickets change.")
