"""Limits the number of SQL queries for each ticket in a batch."""

from freezegun import freeze_time
from lxml import etree

from odoo import Command
from odoo.tools import SQL
from odoo.tools.safe_eval import safe_eval

from .common import HelpdeskCommon


class TestPerformance(HelpdeskCommon):
    def _count(self, function, *args):
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        function(*args)
        self.env.flush_all()
        return self.env.cr.sql_log_count - start

    def _create(self, size):
        return self.env["helpdesk.ticket"].create(
            [
                {
                    "name": f"Ticket {number}",
                    "description": "Text",
                    "team_id": self.team.id,
                    "user_id": self.agent.id,
                    "partner_id": self.requester.partner_id.id,
                }
                for number in range(size)
            ]
        )

    def test_recent_tickets_have_an_index(self):
        """Rate limits for an hour must not read older tickets."""
        self._create(1)
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute(
            "EXPLAIN SELECT id FROM helpdesk_ticket WHERE create_uid = %s"
            " AND create_date >= now() AT TIME ZONE 'utc' - interval '1 hour'",
            [self.env.uid],
        )
        plan = "\n".join(line for (line,) in self.env.cr.fetchall())
        self.assertIn("helpdesk_ticket_create_date_idx", plan)

    def test_references_to_tickets_have_an_index(self):
        """Without it, opening or deleting a ticket would read whole tables."""
        self._check_indexes(
            ("helpdesk_ticket", "project_id"),
            ("helpdesk_ticket", "task_id"),
            ("helpdesk_ticket", "milestone_id"),
            ("helpdesk_ticket", "partner_id"),
        )

    def test_the_order_of_the_agents_list_has_an_index(self):
        self._create(1)
        self.env.flush_all()
        Ticket = self.env["helpdesk.ticket"]
        query = Ticket._search([], limit=80, order=Ticket._order)
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute(SQL("EXPLAIN %s", query.select()))
        plan = "\n".join(line for (line,) in self.env.cr.fetchall())
        self.assertIn("helpdesk_ticket_order_idx", plan)
        self.assertNotIn("Sort", plan)

    def test_searched_words_have_an_index(self):
        if not self.env.registry.has_trigram:
            self.skipTest("PostgreSQL's extension pg_trgm is not installed")
        self._create(1)
        self.env.flush_all()
        query = self.env["helpdesk.ticket"]._search([("words", "ilike", "projector")])
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute(SQL("EXPLAIN %s", query.select()))
        plan = "\n".join(line for (line,) in self.env.cr.fetchall())
        for name in ("number", "name"):
            self.assertIn(f"helpdesk_ticket__{name}_index", plan)

    def test_the_agents_of_a_team_are_found_on_the_server(self):
        """The list of assignees needs no field with all agents of the team."""
        domain = safe_eval(
            self.env["helpdesk.ticket"]._fields["user_id"].domain,
            {"team_id": self.team.id},
        )
        users = self.env["res.users"].search(domain)
        self.assertEqual(users, self.team.user_ids)

    def test_requester(self):
        other = self.env["res.partner"].create({"name": "Other"})
        tickets = {size: self._create(size) for size in (1, 2, 20)}
        self._assert_per_ticket(
            lambda size: tickets[size].write({"partner_id": other.id}), 3
        )

    def _assert_per_ticket(self, function, budget):
        """Check the number of queries for each of 18 additional tickets."""
        function(1)  # fill the caches
        few = self._count(function, 2)
        many = self._count(function, 20)
        self.assertLessEqual((many - few) / 18, budget)

    def test_create(self):
        # each ticket needs a number and a message
        self._assert_per_ticket(self._create, 15)

    def test_stage(self):
        tickets = {size: self._create(size) for size in (1, 2, 20)}
        with freeze_time("2026-03-02 09:00:00"):
            self._assert_per_ticket(
                lambda size: tickets[size].write({"stage_id": self.stage_waiting.id}),
                0,
            )
        # each ticket has waited for a different time
        for minute, ticket in enumerate(tickets[20]):
            ticket.status_log_ids[-1:].start = f"2026-03-02 09:{minute:02}:00"
        with freeze_time("2026-03-03 10:00:00"):
            self._assert_per_ticket(
                lambda size: tickets[size].write({"stage_id": self.stage_resolved.id}),
                0,
            )

    def test_status(self):
        """The stage of a team is searched only once for all its tickets."""
        tickets = {size: self._create(size) for size in (1, 2, 20)}
        self._assert_per_ticket(lambda size: tickets[size]._set_status("waiting"), 0)

    def test_team(self):
        other = self.team.copy({"name": "Other"})
        other.user_ids = [Command.set(self.agent_2.ids)]
        tickets = {size: self._create(size) for size in (1, 2, 20)}
        # OCA searches the team's stages for each ticket
        self._assert_per_ticket(
            lambda size: tickets[size].write({"team_id": other.id}), 1
        )

    def test_list(self):
        self._create(20)
        Ticket = self.env["helpdesk.ticket"].with_user(self.agent)
        arch = Ticket.get_view(
            self.env.ref("school_helpdesk_base.helpdesk_ticket_view_list_queue").id,
            "list",
        )["arch"]
        specification = {}
        for node in etree.fromstring(arch).iter("field"):
            name = node.get("name")
            relational = Ticket._fields[name].relational
            specification[name] = {"fields": {"display_name": {}}} if relational else {}
        # the agents of a ticket's team are many records in each row
        self.assertNotIn("user_ids", specification)

        def read(size):
            Ticket.web_search_read(
                [("team_id", "=", self.team.id)], specification, limit=size
            )

        self._assert_per_ticket(read, 0)
