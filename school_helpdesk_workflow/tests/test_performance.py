"""Limits the number of SQL queries of SLA clocks."""

from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged

from .sla_common import SlaCommon, at

#: SQL queries with which OCA's addons alone create 1 and 100 tickets of a team with
#: four SLA policies, one for each priority (19.0, counted as ``_count`` does).
STOCK_CREATE_1 = 53
STOCK_CREATE_100 = 2924


@tagged("post_install", "-at_install")
class TestPerformance(SlaCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for priority in "0123":
            cls._create_policy(hours=1, priority=priority)
            cls._create_policy(hours=1, priority=priority, target="first_response")

    def _count(self, function, *args):
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        function(*args)
        self.env.flush_all()
        return self.env.cr.sql_log_count - start

    def _create(self, size, user_id=None):
        return self.env["helpdesk.ticket"].create(
            [
                {
                    "name": f"Ticket {number}",
                    "description": "Text",
                    "team_id": self.team.id,
                    "user_id": self.agent.id if user_id is None else user_id,
                    "partner_id": self.requester.partner_id.id,
                    "priority": str(number % 4),
                }
                for number in range(size)
            ]
        )

    def _count_clocks(self, function, *args):
        """Return how many queries the clocks add to a function."""
        function(*args)  # fill the caches
        Ticket = self.env.registry["helpdesk.ticket"]
        with_clocks = self._count(function, *args)
        with patch.object(Ticket, "_sync_clocks", lambda tickets: None):
            without = self._count(function, *args)
        return with_clocks - without

    def test_references_to_tickets_have_an_index(self):
        self.assertIn(("helpdesk_ticket_sla", "ticket_id"), self._get_inverse_columns())
        self._check_indexes(
            ("helpdesk_ticket_sla", "ticket_id"), ("helpdesk_ticket_sla", "sla_id")
        )

    def test_creation_compared_with_oca_alone(self):
        self.env["helpdesk.sla"].search([("target", "=", "first_response")]).unlink()
        self._create(1)
        self.assertLessEqual(self._count(self._create, 1), STOCK_CREATE_1 * 1.5)
        self.assertLessEqual(self._count(self._create, 100), STOCK_CREATE_100 * 1.5)

    def _create_rules(self):
        """Create rules of each kind; the last one fits."""
        category = self.env["helpdesk.ticket.category"].create({"name": "Network"})
        Rule = self.env["helpdesk.assignment.rule"]
        Rule.search([]).active = False
        self.assertEqual(len(self.team.member_ids), 2)
        for values in (
            {"category_ids": [(6, 0, category.ids)]},
            {"domain": "[('name', 'ilike', 'printer')]"},
            {"date_to": "2020-01-01"},
            {"method": "round_robin", "prefer": "last_solver", "priority_high": True},
            {},
        ):
            Rule.create({"name": "Rule", "team_id": self.team.id, **values})

    def test_creation_with_rules_compared_with_oca_alone(self):
        self.env["helpdesk.sla"].search([("target", "=", "first_response")]).unlink()
        self._create_rules()
        self._create(1, user_id=False)
        one = self._count(self._create, 1, False)
        self.assertLessEqual(one, STOCK_CREATE_1 * 1.5)
        many = self._count(self._create, 100, False)
        self.assertLessEqual(many, STOCK_CREATE_100 * 1.5)

    def test_rules_of_many_tickets(self):
        """Rules cost the same for one ticket and for many, but for the writes."""
        self._create_rules()
        tickets = self._create(60)
        Rule = self.env["helpdesk.assignment.rule"]

        def decide(number):
            Rule._decide(tickets[:number].sudo())

        decide(1)
        few = self._count(decide, 4)
        self.assertLessEqual(self._count(decide, 60), few + 2)

    def test_clocks_of_one_ticket(self):
        self.assertLessEqual(self._count_clocks(self._create, 1), 3)

    def test_clocks_of_many_tickets(self):
        few = self._count_clocks(self._create, 4)
        many = self._count_clocks(self._create, 104)
        self.assertLessEqual(many - few, 10)

    def test_sweep(self):
        """The cost depends on the tickets that are due, not on the open ones."""
        with freeze_time(at("2 08:00")):
            self._create(20)
        with freeze_time(at("23 08:00")):
            self._create(40)
        Clock = self.env["helpdesk.ticket.sla"]

        # send the mails of the new tickets now, so that they are not counted below
        self.env.cr.flush()

        def sweep():
            Cron = self.env.registry["ir.cron"]
            with (
                freeze_time(at("23 08:30")),
                patch.object(Cron, "_commit_progress", lambda *args, **kwargs: 1),
            ):
                Clock._cron_note_missed()

        few = self._count(sweep)
        self.assertFalse(
            Clock.search_count(
                [
                    ("ticket_id.team_id", "=", self.team.id),
                    ("state", "=", "in_progress"),
                    ("deadline", "<", at("23 08:30")),
                ]
            )
        )
        with freeze_time(at("2 08:00")):
            self._create(20)
        with freeze_time(at("23 08:00")):
            self._create(200)
        self.env.cr.flush()
        self.assertLessEqual(self._count(sweep), few + 4)

    def test_the_queue_needs_no_queries_for_clocks(self):
        tickets = self._create(30)
        names = ["name", "next_due", "is_overdue", "is_at_risk"]

        def read(size):
            tickets[:size].with_user(self.agent).web_read({name: {} for name in names})

        read(1)
        base = self._count(lambda: tickets.with_user(self.agent).web_read({"name": {}}))
        self.assertEqual(self._count(read, 30), base)

    def test_the_queue_of_missed_clocks_has_an_index(self):
        self._create(1)
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute(
            "EXPLAIN SELECT id FROM helpdesk_ticket_sla"
            " WHERE state = 'in_progress' AND deadline < now() AT TIME ZONE 'utc'"
        )
        plan = "\n".join(line for (line,) in self.env.cr.fetchall())
        self.assertIn("helpdesk_ticket_sla_running_idx", plan)
