"""Limits the number of SQL queries for each ticket in a batch."""

from datetime import datetime

from freezegun import freeze_time
from lxml import etree

from odoo import Command
from odoo.fields import Domain
from odoo.modules.migration import load_script
from odoo.tools import SQL, file_path
from odoo.tools.safe_eval import safe_eval

from ..models.helpdesk_ticket.working_time import WorkingClock
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
        query = self.env["helpdesk.ticket"]._search([("words", "ilike", "projector")])
        plan = self._explain(query.select())
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

    def _explain(self, query):
        """Return the plan of a query that may read no whole table."""
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute(SQL("EXPLAIN %s", query))
        return "\n".join(line for (line,) in self.env.cr.fetchall())

    def test_open_tickets_have_an_index(self):
        """Each filter of the queue has the condition of the index."""
        self._create(1)
        arch = self.env["helpdesk.ticket"].get_view(view_type="search")["arch"]
        [node] = etree.fromstring(arch).xpath("//filter[@name='queue_open']")
        domain = safe_eval(node.get("domain"))
        query = self.env["helpdesk.ticket"]._search(domain)
        self.assertIn("helpdesk_ticket_queue_idx_open", self._explain(query.select()))

    def test_the_overview_of_the_teams_has_an_index(self):
        self._create(1)
        domain = [("team_id", "in", self.team.ids), ("closed", "=", False)]
        query = self.env["helpdesk.ticket"]._search(domain)
        # a small table has other ways: allow only the one without the table
        self.env.cr.execute(
            "SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off"
        )
        plan = self._explain(query.select(SQL("count(*)")))
        self.assertIn("Index Only Scan using helpdesk_ticket_team_counts_idx", plan)

    def test_closed_follows_the_stage(self):
        ticket = self._create(1)
        ticket.stage_id = self.stage_resolved
        self.assertTrue(ticket.closed)
        ticket.stage_id = self.stage_waiting
        self.assertFalse(ticket.closed)
        self.env.flush_all()
        # an older database gets the same values by SQL
        self.env.cr.execute("ALTER TABLE helpdesk_ticket DROP COLUMN closed")
        path = file_path("school_helpdesk_base/migrations/19.0.1.7.0/pre-migration.py")
        load_script(path, "pre_migration").migrate(self.env.cr, "19.0.1.6.0")
        self.env.cr.execute(
            "SELECT closed FROM helpdesk_ticket WHERE id = %s", ticket.ids
        )
        self.assertEqual(self.env.cr.fetchone(), (False,))

    def test_a_new_message_reads_only_its_ticket(self):
        """Posting must not look for all tickets that the user may read."""
        message = (
            self._create(1)
            .with_user(self.agent)
            .message_post(
                body="Text", message_type="comment", subtype_xmlid="mail.mt_comment"
            )
        )
        domain = message._get_forbidden_domain("create", message._get_tickets_domain())
        # sudo: mail.message - the check of access searches without access rules, too
        query = message.sudo()._search(Domain("id", "in", message.ids) & domain)
        self.assertIn("helpdesk_ticket_pkey", self._explain(query.select()))

    def test_comment(self):
        """An answer costs the same on a long ticket of a requester with many."""
        short, *others, long = self._create(20).with_user(self.agent)
        for _number in range(15):
            long.message_post(body="Text", message_type="comment")

        def answer(ticket):
            ticket.message_post(
                body="Text", message_type="comment", subtype_xmlid="mail.mt_comment"
            )

        answer(others[0])  # fill the caches
        few, many = (self._count(answer, ticket) for ticket in (short, long))
        self.assertLessEqual(many, few)
        self.assertLessEqual(few, 43)

    def test_form(self):
        """The panel about the requester has as many queries with many tickets."""
        other = self.env["res.partner"].create({"name": "Other"})
        busy = self._create(20).with_user(self.agent)[0]
        calm, second = self._create(2).with_user(self.agent)
        (calm | second).sudo().partner_id = other

        def read(ticket):
            ticket.web_read({"requester_facts": {}})

        read(busy)  # fill the caches
        few, many = (self._count(read, ticket) for ticket in (calm, busy))
        self.assertLessEqual(many, few)

    def test_closed_pages_of_the_form_are_not_loaded(self):
        arch = self.env["helpdesk.ticket"].get_view(view_type="form")["arch"]
        for name in ("status_log_ids", "related_ticket_ids"):
            [node] = etree.fromstring(arch).xpath(f"//field[@name='{name}']")
            self.assertEqual(node.get("widget"), "late_x2many")

    def test_working_hours_are_kept(self):
        """Working hours of several years are computed once, until they change."""
        calendar = self.env["resource.calendar"].create(
            {
                "name": "Mondays",
                "tz": "UTC",
                "attendance_ids": [
                    Command.create(
                        {
                            "name": "Morning",
                            "dayofweek": "0",
                            "hour_from": 8,
                            "hour_to": 12,
                        }
                    )
                ],
            }
        )
        first, last = datetime(2024, 12, 30), datetime(2026, 1, 6)

        def get_hours():
            return WorkingClock(calendar, first, last).get_hours(first, last)

        self.assertEqual(get_hours(), 54 * 4)
        self.assertEqual(self._count(get_hours), 1)  # the calendar's row
        calendar.attendance_ids.hour_to = 13
        self.assertEqual(get_hours(), 54 * 5)
        holiday = self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": calendar.id,
                "date_from": "2025-03-03 00:00:00",
                "date_to": "2025-03-04 00:00:00",
            }
        )
        self.assertEqual(get_hours(), 53 * 5)
        holiday.unlink()
        self.assertEqual(get_hours(), 54 * 5)

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
