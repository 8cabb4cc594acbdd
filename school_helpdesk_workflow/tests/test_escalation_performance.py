"""A run of the scheduled action costs what is due, and not what is open."""

from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL

from .escalation_common import EscalationCommon
from .sla_common import at

#: Tickets that are due in a run, of a few and of many open ones.
DUE = 500
TAG = {"name": "Late"}


@tagged("post_install", "-at_install")
class TestEscalationPerformance(EscalationCommon):
    def _count(self, function, *args):
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        function(*args)
        self.env.flush_all()
        return self.env.cr.sql_log_count - start

    def _create_due(self, number):
        vals_list = [
            {
                "name": f"Ticket {number}",
                "description": "Text",
                "team_id": self.team.id,
                "user_id": False,
                "partner_id": self.requester.partner_id.id,
            }
            for number in range(number)
        ]
        return self.env["helpdesk.ticket"].create(vals_list)

    def _copy_open(self, ticket, number, due="2027-01-01"):
        """Insert open tickets, each with a planned escalation; return them.

        :param str due: the moment of the escalations
        """
        self.env.flush_all()
        names = [
            name
            for name, field in ticket._fields.items()
            if field.store and field.column_type and name not in ("id", "number")
        ]
        columns = SQL(", ").join(map(SQL.identifier, names))
        self.env.cr.execute(
            SQL(
                """
                WITH copies AS (
                    INSERT INTO helpdesk_ticket (number, %(columns)s)
                    SELECT 'COPY' || counter || '-' || clock_timestamp(), %(columns)s
                      FROM helpdesk_ticket, generate_series(1, %(number)s) AS counter
                     WHERE id = %(ticket)s
                 RETURNING id
                )
                INSERT INTO helpdesk_ticket_escalation
                    (ticket_id, rule_id, round, due_date, state)
                SELECT copies.id, rule.id, '0', %(due)s, 'planned'
                  FROM copies, helpdesk_escalation_rule AS rule
                 WHERE rule.active
             RETURNING ticket_id
                """,
                columns=columns,
                number=number,
                ticket=ticket.id,
                due=due,
            )
        )
        ids = [ticket_id for (ticket_id,) in self.env.cr.fetchall()]
        self.env.invalidate_all()
        return ticket.browse(ids)

    def test_due_tickets_of_many_open_ones(self):
        self._create_rule(trigger="unassigned", hours=1, add_tag_ids=[(0, 0, TAG)])
        self._run(at("2 08:00"))
        quiet = self._create_at(at("2 08:00"))
        self._run(at("2 08:10"))
        counts = []
        # 2,000 open tickets, then 20,000; the 500 of the first run have fired
        for number in (2_000 - DUE, 18_000 - DUE):
            self._copy_open(quiet, number)
            due = self._copy_open(quiet, DUE, due=at("2 08:40"))
            counts.append(self._count(self._run, at("2 08:45")))
            self.assertEqual(len(self._get_lines(due)), DUE)
            # the tickets that have changed are computed again, only once
            self._run(at("2 08:46"))
        self.assertLessEqual(counts[1], counts[0])

    def test_the_searches_have_an_index(self):
        self._create_rule(trigger="unassigned", hours=1)
        ticket = self._create_at(at("2 08:00"))
        self._run(at("2 08:10"))
        self._copy_open(ticket, 5_000)
        # The tables are small here, and their statistics may be missing: the test asks
        # whether the indexes can serve the searches.
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        plans = []
        cr = self.env.cr
        execute = type(cr).execute

        def explain(cursor, query, *args, **kwargs):
            text = str(query.code if isinstance(query, SQL) else query)
            if (
                text.startswith("SELECT")
                and "ORDER BY" in text
                and (
                    "due_date" in text
                    or "escalations_version" in text
                    or "tell_date" in text
                )
            ):
                prefix = "EXPLAIN "
                explained = (
                    SQL("EXPLAIN %s", query)
                    if isinstance(query, SQL)
                    else prefix + query
                )
                execute(cursor, explained, *args, **kwargs)
                plans.append("\n".join(line for (line,) in cursor.fetchall()))
            return execute(cursor, query, *args, **kwargs)

        with patch.object(type(cr), "execute", explain):
            self._run(at("2 08:20"))
        plan = "\n".join(plans)
        for index in (
            "helpdesk_ticket_escalation_due_idx",
            "helpdesk_ticket_escalations_idx",
            "helpdesk_ticket_sla__tell_date_index",
        ):
            self.assertIn(index, plan)

    def test_marking_costs_one_query_at_most(self):
        ticket = self._create_at(at("2 08:00"), user_id=self.agent.id)
        self._create_rule(trigger="no_movement", hours=1)
        Ticket = self.env.registry["helpdesk.ticket"]

        def post(_number):
            ticket.message_post(body="Text", message_type="comment")

        post(0)
        self._run(at("2 08:10"))
        with_rules = self._count(post, 1)
        self._run(at("2 08:20"))
        with patch.object(Ticket, "_mark_for_escalation", lambda tickets: None):
            without = self._count(post, 2)
        self.assertLessEqual(with_rules, without + 1)

    def test_creation_costs_nothing(self):
        self._create_due(1)
        without = self._count(self._create_due, 1)
        for trigger in ("unassigned", "no_movement", "resolution"):
            self._create_rule(trigger=trigger, hours=1)
        self._create_due(1)
        self.assertEqual(self._count(self._create_due, 1), without)

    def test_computing_many_tickets(self):
        """Every rule and calendar is read once for all tickets of a batch."""
        for trigger in ("unassigned", "no_movement", "resolution", "rated_bad"):
            self._create_rule(trigger=trigger, hours=1)
        Ticket = self.env["helpdesk.ticket"]
        few, many = self._create_due(2), self._create_due(40)
        (few | many)._plan_escalations()
        counts = []
        for tickets in (few, many):
            tickets.escalations_version = 0
            records = Ticket.browse(tickets.ids)
            counts.append(self._count(records._plan_escalations))
        self.assertLessEqual(counts[1], counts[0] + 6)
