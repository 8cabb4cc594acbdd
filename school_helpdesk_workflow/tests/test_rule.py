"""The criteria of rules: in memory and in the database they mean the same."""

import random
from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..models.helpdesk_rule_mixin import PRIORITY_FIELDS
from .sla_common import SlaCommon


@tagged("post_install", "-at_install")
class TestRule(SlaCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Rule = cls.env["helpdesk.assignment.rule"]
        cls.Rule.search([]).active = False
        Category = cls.env["helpdesk.ticket.category"]
        cls.hardware, cls.software = Category.create(
            [{"name": "Hardware"}, {"name": "Software"}]
        )
        cls.printers = Category.create(
            {"name": "Printers", "parent_id": cls.hardware.id}
        )
        cls.ink = Category.create({"name": "Ink", "parent_id": cls.printers.id})
        cls.channels = cls.env["helpdesk.ticket.channel"].create(
            [{"name": "Counter"}, {"name": "Phone"}]
        )
        cls.types = cls.env["helpdesk.ticket.type"].create(
            [{"name": "Incident"}, {"name": "Wish"}]
        )
        cls.elsewhere = cls.env["helpdesk.ticket.team"].create({"name": "Other desk"})

    @classmethod
    def _create_rule(cls, **values):
        return cls.Rule.create({"name": "Rule", "team_id": cls.team.id, **values})

    def _search(self, rule):
        Ticket = self.env["helpdesk.ticket"].sudo().with_context(active_test=False)
        return Ticket.search(rule._get_criteria_domain())

    def test_same_answer_in_memory_and_in_the_database(self):
        chance = random.Random(7)
        categories = self.hardware | self.printers | self.ink | self.software

        def pick(records):
            return chance.choice([*records, records.browse()]).id

        tickets = (
            self.env["helpdesk.ticket"]
            .create(
                [
                    {
                        "name": chance.choice(["Paper jam", "Screen is dark"]),
                        "description": "Text",
                        "user_id": False,
                        "team_id": pick(self.team | self.elsewhere),
                        "category_id": pick(categories),
                        "type_id": pick(self.types),
                        "channel_id": pick(self.channels),
                        "priority": chance.choice("0123"),
                    }
                    for _number in range(120)
                ]
            )
            .sudo()
        )
        ended = tickets[::9].filtered("team_id")
        ended.write({"stage_id": self.stage_closed.id, "active": False})

        def some(records):
            size = chance.choice([0, 0, 1, 2])
            return [(6, 0, chance.sample(records.ids, min(size, len(records))))]

        rules = self.Rule.create(
            [
                {
                    "name": f"Rule {number}",
                    "team_id": self.team.id,
                    "category_ids": some(categories),
                    "type_ids": some(self.types),
                    "channel_ids": some(self.channels),
                    "team_ids": some(self.team | self.elsewhere),
                    "company_id": chance.choice([False, self.env.company.id]),
                    **{name: chance.random() > 0.7 for name in PRIORITY_FIELDS},
                    "domain": chance.choice(
                        [
                            "[]",
                            "[('name', 'ilike', 'PAPER')]",
                            "[('name', 'ilike', 'pa_er')]",
                            "[('category_id', '!=', False), ('priority', '>', '0')]",
                            "['|', ('type_id', '=', False), ('name', 'like', 'dark')]",
                        ]
                    ),
                }
                for number in range(60)
            ]
        )
        matched = rules._matches(tickets)
        sizes = set()
        for rule in rules:
            found = self._search(rule) & tickets
            self.assertEqual(set(matched[rule]), set(found), rule.criteria_text)
            sizes.add(len(found))
        self.assertGreater(len(sizes), 10, "the rules must tell tickets apart")
        self.assertFalse(rules._matches(self.env["helpdesk.ticket"])[rules[0]])

    def test_categories_below(self):
        rule = self._create_rule(category_ids=[(6, 0, self.printers.ids)])
        tickets = self.env["helpdesk.ticket"].union(
            *(
                self._create_ticket(category_id=category.id)
                for category in (self.hardware, self.printers, self.ink, self.software)
            )
        )
        self.assertEqual(rule._matches(tickets)[rule], tickets[1] + tickets[2])
        # the rule is asked again after each change of the tree
        self.software.parent_id = self.printers
        self.assertEqual(rule._matches(tickets)[rule], tickets[1:])
        new = self.env["helpdesk.ticket.category"].create(
            {"name": "Toner", "parent_id": self.ink.id}
        )
        tickets[0].category_id = new
        self.assertEqual(rule._matches(tickets)[rule], tickets)

    def test_matching_needs_no_queries(self):
        rules = self._create_rule(category_ids=[(6, 0, self.hardware.ids)])
        rules += self._create_rule(
            priority_high=True, domain="[('name', 'ilike', 'picture')]"
        )
        tickets = self._create_ticket(category_id=self.ink.id, priority="2")
        tickets += self._create_ticket(category_id=self.software.id, priority="1")
        rules._matches(tickets)
        with self.assertQueryCount(0):
            self.assertEqual(
                rules._matches(tickets), {rules[0]: tickets[0], rules[1]: tickets[0]}
            )

    def test_invalid_filter(self):
        with self.assertRaises(ValidationError):
            self._create_rule(domain="[('no_such_field', '=', 1)]")
        with self.assertRaises(ValidationError):
            self._create_rule(domain="[('name', ")
        rule = self._create_rule(name="Broken")
        self.env.flush_all()
        # a field of an addon that was uninstalled
        self.env.cr.execute(
            "UPDATE helpdesk_assignment_rule SET domain = %s WHERE id = %s",
            ["[('no_such_field', '=', 1)]", rule.id],
        )
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        ticket = self._create_ticket()
        self.assertFalse(rule._matches(ticket)[rule])
        self.assertFalse(self._search(rule))

    def test_filter_of_what_the_manager_may_not_read_is_refused(self):
        manager = new_test_user(
            self.env, "rule_manager", groups="helpdesk_mgmt.group_helpdesk_manager"
        )
        Rule = self.Rule.with_user(manager)
        for domain in (
            # which ticket is assigned would tell the secret, letter by letter
            "[('user_id.password', '=like', '$p%')]",
            "[('user_id.totp_secret', '!=', False)]",
            "[('create_uid', 'any', [('totp_secret', '!=', False)])]",
        ):
            with self.subTest(domain), self.assertRaises(ValidationError):
                Rule.create({"name": "R", "team_id": self.team.id, "domain": domain})
        Rule.create(
            {
                "name": "Rule",
                "team_id": self.team.id,
                "domain": "[('partner_id.name', 'ilike', 'a')]",
            }
        )

    def test_what_a_rule_is_about_cannot_be_deleted(self):
        """Without its only criterion, the rule would be for every ticket."""
        category = self.env["helpdesk.ticket.category"].create({"name": "Music"})
        kind = self.env["helpdesk.ticket.type"].create({"name": "Wish"})
        channel = self.env["helpdesk.ticket.channel"].create({"name": "Radio"})
        team = self.env["helpdesk.ticket.team"].create({"name": "Music"})
        tag = self.env["helpdesk.ticket.tag"].create({"name": "Exam"})
        stage = self.stage_open.copy()
        Policy = self.env["helpdesk.sla"]
        Required = self.env["helpdesk.stage.requirement"]
        for Model, name, record in (
            (self.Rule, "category_ids", category),
            (self.Rule, "type_ids", kind),
            (self.Rule, "channel_ids", channel),
            (self.Rule, "team_ids", team),
            (self.env["helpdesk.escalation.rule"], "category_ids", category),
            (Policy, "category_ids", category),
            (Policy, "type_ids", kind),
            (Policy, "tag_ids", tag),
            (Policy, "team_ids", team),
            (Required, "category_ids", category),
            (Required, "team_ids", team),
            (Required, "stage_ids", stage),
        ):
            with self.subTest(Model._name, field=name):
                values = {"name": "R", "hours": 1, "team_id": self.team.id}
                values |= {"field_name": "tag_ids", "stage_ids": [(6, 0, stage.ids)]}
                values |= {name: [(6, 0, record.ids)]}
                row = Model.create(
                    {
                        key: value
                        for key, value in values.items()
                        if key in Model._fields
                    }
                )
                with (
                    mute_logger("odoo.sql_db"),
                    self.assertRaises(IntegrityError),
                    self.env.cr.savepoint(),
                ):
                    record.unlink()
                row.unlink()
        # nobody needs them any more
        category.unlink()
        kind.unlink()

    def test_valid_days(self):
        rule = self._create_rule(date_from="2026-03-10", date_to="2026-03-12")
        # the desk is ahead of Greenwich: there the day begins earlier
        self.env.company.partner_id.tz = "Asia/Bangkok"
        for moment, valid in (
            ("2026-03-09 16:59:00", False),
            ("2026-03-09 17:01:00", True),
            ("2026-03-12 16:59:00", True),
            ("2026-03-12 17:01:00", False),
        ):
            with freeze_time(moment):
                self.assertEqual(rule in self.Rule._get_valid_rules(), valid, moment)
        self.assertTrue(rule._is_valid_on(date(2026, 3, 12)))
        rule.active = False
        self.assertFalse(rule._is_valid_on(date(2026, 3, 12)))
        with freeze_time("2026-03-11 12:00:00"):
            self.assertNotIn(rule, self.Rule._get_valid_rules())

    def test_order_of_rules(self):
        first = self._create_rule(sequence=20)
        second = self._create_rule(sequence=10)
        self.assertEqual(self.Rule._get_valid_rules()[:2], second + first)
        first.sequence = 5
        self.assertEqual(self.Rule._get_valid_rules()[:2], first + second)

    def test_copy_is_archived(self):
        rule = self._create_rule(category_ids=[(6, 0, self.ink.ids)])
        copy = rule.copy()
        self.assertFalse(copy.active)
        self.assertEqual(copy.category_ids, self.ink)
