"""The status log and the facts computed from it."""

from datetime import datetime, timedelta

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .common import HelpdeskCommon

MONDAY_9 = datetime(2026, 3, 2, 9)
MONDAY_10 = datetime(2026, 3, 2, 10)
TUESDAY_10 = datetime(2026, 3, 3, 10)
FACTS = (
    "closed_date",
    "reopen_count",
    "resolved_date",
    "waiting_hours",
    "waiting_since",
)


class TestStatusLog(HelpdeskCommon):
    def _rows(self, ticket):
        return [
            (row.status_category, row.start, row.end) for row in ticket.status_log_ids
        ]

    def test_each_stage_is_a_row(self):
        with freeze_time(MONDAY_9):
            ticket = self._create_ticket()
        with freeze_time(MONDAY_10):
            ticket.with_user(self.agent).stage_id = self.stage_open
        with freeze_time(TUESDAY_10):
            ticket.stage_id = self.stage_waiting
        self.assertEqual(
            self._rows(ticket),
            [
                ("open", MONDAY_9, MONDAY_10),
                ("open", MONDAY_10, TUESDAY_10),
                ("waiting", TUESDAY_10, False),
            ],
        )
        self.assertEqual(ticket.status_log_ids[1].user_id, self.agent)
        self.assertEqual(
            ticket.status_log_ids.stage_id,
            self.stage_new | self.stage_open | self.stage_waiting,
        )

    def test_every_way_a_status_changes_is_logged(self):
        ticket = self._create_ticket()
        other_team = self.env["helpdesk.ticket.team"].create({"name": "Other"})
        self.stage_waiting.team_ids += other_team
        ticket.team_id = other_team
        self.assertEqual(self._rows(ticket)[-1][0], "waiting")
        self.stage_waiting.status_category = "open"
        self.assertEqual(self._rows(ticket)[-1][0], "open")
        self.assertTrue(ticket.status_log_ids[-1].by_setup)
        source = self._create_ticket()
        source._merge_into(self._create_ticket())
        self.assertEqual(self._rows(source)[-1][0], "cancelled")
        copied = source.copy()
        self.assertEqual([row[0] for row in self._rows(copied)], ["open"])

    def test_an_import_sets_the_dates(self):
        ticket = self._create_ticket(
            stage_id=self.stage_closed.id,
            create_date=datetime(2025, 1, 6, 9),
            resolved_date=datetime(2025, 1, 7, 9),
            closed_date=datetime(2025, 1, 14, 9),
        )
        self.assertEqual(
            self._rows(ticket),
            [
                ("open", datetime(2025, 1, 6, 9), datetime(2025, 1, 7, 9)),
                ("resolved", datetime(2025, 1, 7, 9), datetime(2025, 1, 14, 9)),
                ("closed", datetime(2025, 1, 14, 9), False),
            ],
        )
        self.assertEqual(ticket.resolved_date, datetime(2025, 1, 7, 9))
        self.assertEqual(ticket.closed_date, datetime(2025, 1, 14, 9))

    def test_an_import_sets_the_log(self):
        ticket = self._create_ticket(
            stage_id=self.stage_open.id,
            status_log_ids=[
                (0, 0, {"status_category": status, "start": start, "end": end})
                for status, start, end in (
                    ("waiting", MONDAY_9, MONDAY_10),
                    ("resolved", MONDAY_10, TUESDAY_10),
                    ("open", TUESDAY_10, False),
                )
            ],
        )
        self.assertEqual(len(ticket.status_log_ids), 3)
        self.assertEqual(ticket.waiting_hours, 1)
        self.assertEqual(ticket.reopen_count, 1)

    def test_one_open_row(self):
        ticket = self._create_ticket()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.env["helpdesk.ticket.status.log"].create(
                {
                    "ticket_id": ticket.id,
                    "status_category": "open",
                    "start": MONDAY_9,
                }
            )

    def test_recomputing_uses_the_current_calendar(self):
        with freeze_time(MONDAY_9):
            ticket = self._create_ticket(stage_id=self.stage_waiting.id)
        with freeze_time(TUESDAY_10):
            ticket.stage_id = self.stage_open
        # 9-12 and 13-17 on Monday, 8-10 on Tuesday
        self.assertEqual(ticket.waiting_hours, 9)
        self.env["resource.calendar.leaves"].create(
            {
                "name": "School holiday",
                "calendar_id": self.calendar.id,
                "date_from": datetime(2026, 3, 2),
                "date_to": datetime(2026, 3, 2, 23, 59, 59),
            }
        )
        self.assertEqual(ticket.waiting_hours, 9)
        ticket.action_recompute_facts()
        self.assertEqual(ticket.waiting_hours, 2)

    def test_time_in_each_status(self):
        with freeze_time(MONDAY_9):
            ticket = self._create_ticket()
        with freeze_time(MONDAY_10):
            ticket.stage_id = self.stage_waiting
        with freeze_time(TUESDAY_10):
            ticket.stage_id = self.stage_open
        with freeze_time(TUESDAY_10 + timedelta(hours=1)):
            self.assertEqual(
                ticket._get_status_hours()[ticket], {"open": 2, "waiting": 8}
            )

    def test_a_new_status_of_a_stage_is_no_reopening(self):
        ticket = self._create_ticket(stage_id=self.stage_resolved.id)
        ticket.stage_id = self.stage_closed
        self.stage_closed.status_category = "open"
        self.assertEqual(ticket.reopen_count, 0)
        self.assertFalse(ticket.resolved_date)
        ticket.stage_id = self.stage_resolved
        ticket.stage_id = self.stage_open
        self.assertEqual(ticket.reopen_count, 1)

    def test_who_reads_the_log(self):
        """Agents read the log of tickets that they may write; nobody writes it."""
        mine = self._create_ticket(user_id=self.agent.id)
        own_level = new_test_user(
            self.env, "base_agent_own", groups="helpdesk_mgmt.group_helpdesk_user_own"
        )
        employee = new_test_user(self.env, "base_employee", groups="base.group_user")
        rows = mine.status_log_ids
        self.assertTrue(rows.with_user(self.agent).read(["start"]))
        Log = self.env["helpdesk.ticket.status.log"]
        self.assertFalse(Log.with_user(own_level).search([("ticket_id", "=", mine.id)]))
        for user in (own_level, employee, self.requester):
            with self.subTest(user.login), self.assertRaises(AccessError):
                rows.with_user(user).read(["start"])
        for user in (self.agent, employee, self.requester):
            with self.subTest(user.login), self.assertRaises(AccessError):
                rows.with_user(user).write({"start": MONDAY_9})

    def test_nobody_writes_the_facts(self):
        ticket = self._create_ticket(user_id=self.agent.id)
        manager = new_test_user(
            self.env, "base_manager", groups="helpdesk_mgmt.group_helpdesk_manager"
        )
        row = {"status_category": "resolved", "start": MONDAY_9}
        for user in (self.agent, manager):
            for vals in (
                {"waiting_hours": 0},
                {"resolved_date": MONDAY_9},
                {"closed_date": MONDAY_9},
                {"reopen_count": 0},
                {"status_log_ids": [(0, 0, row)]},
                {"status_log_ids": [(5,)]},
            ):
                with (
                    self.subTest(user=user.login, vals=vals),
                    mute_logger("odoo.addons.base.models.ir_model"),
                    self.assertRaises(AccessError),
                ):
                    ticket.with_user(user).write(vals)
            with (
                self.assertRaises(AccessError),
                mute_logger("odoo.addons.base.models.ir_model"),
            ):
                self.env["helpdesk.ticket"].with_user(user).create(
                    {
                        "name": "Forged",
                        "description": "Text",
                        "status_log_ids": [(0, 0, row)],
                    }
                )

    def test_built_from_history(self):
        """Tracked changes and the dates of the tickets give the same log."""
        with freeze_time(MONDAY_9):
            plain = self._create_ticket()
            ended = self._create_ticket(stage_id=self.stage_closed.id)
            moved = self._create_ticket()
            # Odoo tracks what changes after this
            self.env.flush_all()
            self.env.cr.precommit.run()
        for moment, stage in (
            (MONDAY_10, self.stage_waiting),
            (TUESDAY_10, self.stage_open),
            (TUESDAY_10 + timedelta(hours=1), self.stage_resolved),
            (TUESDAY_10 + timedelta(hours=2), self.stage_open),
            (TUESDAY_10 + timedelta(hours=3), self.stage_closed),
        ):
            with freeze_time(moment):
                moved.stage_id = stage
                # Odoo tracks changes before the commit
                self.env.flush_all()
                self.env.cr.precommit.run()
        tickets = plain | ended | moved
        before = {ticket: self._rows(ticket) for ticket in tickets}
        facts = tickets.read(FACTS)
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM helpdesk_ticket_status_log")
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET create_date = %s WHERE id IN %s",
            [MONDAY_9, tuple(tickets.ids)],
        )
        self.env.invalidate_all()
        Log = self.env["helpdesk.ticket.status.log"]
        Log._build_from_history()
        for ticket in (plain, moved):
            self.assertEqual(self._rows(ticket), before[ticket])
        self.assertEqual(self._rows(ended)[-1], ("closed", MONDAY_9, False))
        tickets.action_recompute_facts()
        self.assertEqual(tickets.read(FACTS), facts)
        count = Log.search_count([])
        Log._build_from_history()
        self.assertEqual(Log.search_count([]), count)
