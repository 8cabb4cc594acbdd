"""Events are called once, with all tickets, in any order of the imports."""

from datetime import datetime
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import new_test_user

from .common import EVENTS, HelpdeskCommon, shuffled_events


class TestEvents(HelpdeskCommon):
    def _record_events(self):
        """Return a list to which each event adds ``(event, number of tickets)``."""
        calls = []
        cls = self.env.registry["helpdesk.ticket"]
        for name in EVENTS:
            original = getattr(cls, name)

            def record(tickets, first, *args, _name=name, _do=original, **kwargs):
                calls.append((_name, len(first)))
                return _do(tickets, first, *args, **kwargs)

            patcher = patch.object(cls, name, record)
            patcher.start()
            self.addCleanup(patcher.stop)
        return calls

    def test_new_tickets_call_each_event_once(self):
        calls = self._record_events()
        self.env["helpdesk.ticket"].create(
            [
                {
                    "name": f"Ticket {number}",
                    "description": "Text",
                    "team_id": self.team.id,
                    "user_id": number % 2 == 1 and self.agent.id,
                    "partner_id": self.requester.partner_id.id,
                }
                for number in range(4)
            ]
        )
        self.assertEqual(
            sorted(calls),
            [
                ("_on_assignee_changed", 2),
                ("_on_requesters_changed", 4),
                ("_on_stage_changed", 4),
                ("_on_status_changed", 4),
                ("_on_team_changed", 4),
            ],
        )

    def test_a_change_calls_each_event_once(self):
        tickets = self._create_ticket() | self._create_ticket()
        other = self.env["res.partner"].create({"name": "Other"})
        calls = self._record_events()
        tickets.write(
            {
                "stage_id": self.stage_waiting.id,
                "user_id": self.agent.id,
                "partner_id": other.id,
            }
        )
        self.assertEqual(
            sorted(calls),
            [
                ("_on_assignee_changed", 2),
                ("_on_requesters_changed", 2),
                ("_on_stage_changed", 2),
                ("_on_status_changed", 2),
            ],
        )
        calls.clear()
        tickets.write({"stage_id": self.stage_waiting.id, "user_id": self.agent.id})
        self.assertEqual(calls, [])

    def test_a_write_within_a_write_is_part_of_it(self):
        """Another addon writes on the ticket within ``write``."""
        ticket = self._create_ticket()
        parent = next(
            cls
            for cls in type(ticket).__mro__
            if cls.__module__ == "odoo.addons.helpdesk_mgmt.models.helpdesk_ticket"
        )
        original = parent.write

        def assign(tickets, vals):
            if "stage_id" in vals and not tickets.user_id:
                tickets.user_id = self.agent
            return original(tickets, vals)

        calls = self._record_events()
        with patch.object(parent, "write", assign):
            ticket.stage_id = self.stage_resolved
        self.assertEqual(ticket.user_id, self.agent)
        self.assertEqual(
            sorted(calls),
            [
                ("_on_assignee_changed", 1),
                ("_on_stage_changed", 1),
                ("_on_status_changed", 1),
            ],
        )

    def test_a_new_team_without_the_assignee(self):
        ticket = self._create_ticket(user_id=self.agent.id)
        calls = self._record_events()
        ticket.team_id = self.env["helpdesk.ticket.team"].create({"name": "Other"})
        self.assertIn(("_on_team_changed", 1), calls)
        self.assertIn(("_on_assignee_changed", 1), calls)

    def test_archived(self):
        ticket = self._create_ticket()
        ticket._set_status("closed")
        calls = self._record_events()
        ticket.action_archive()
        ticket.action_archive()
        self.assertEqual(calls, [("_on_active_changed", 1)])

    def test_waiting_for_somebody_else(self):
        tickets = self._create_ticket() | self._create_ticket()
        calls = self._record_events()
        tickets._wait(waiting_for="vendor")
        self.assertIn(("_on_status_changed", 2), calls)
        self.assertNotIn("_on_waiting_for_changed", [name for name, _count in calls])
        calls.clear()
        tickets._wait(waiting_for="part")
        self.assertEqual(calls, [("_on_waiting_for_changed", 2)])

    def test_criteria(self):
        """The event is called for each of the fields, but only if a value changes."""
        ticket_type = self.env["helpdesk.ticket.type"].create({"name": "Incident"})
        category = self.env["helpdesk.ticket.category"].create({"name": "Network"})
        tag = self.env["helpdesk.ticket.tag"].create({"name": "Exam"})
        tickets = self._create_ticket() | self._create_ticket()
        calls = self._record_events()
        for values in (
            {"priority": "3"},
            {"type_id": ticket_type.id},
            {"category_id": category.id},
            {"tag_ids": [(4, tag.id)]},
            {"priority": "0", "tag_ids": False},
        ):
            with self.subTest(values):
                calls.clear()
                tickets[0].write(values)
                tickets.write(values)
                self.assertEqual(calls, [("_on_criteria_changed", 1)] * 2)
        calls.clear()
        tickets.write({"priority": "0", "name": "Other"})
        self.assertEqual(calls, [])

    def test_first_response(self):
        ticket = self._create_ticket()
        calls = self._record_events()
        for _answer in range(2):
            ticket.with_user(self.agent).message_post(
                body="Is it plugged in?",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        self.assertEqual(calls, [("_on_first_response", 1)])

    def test_a_new_status_of_a_stage(self):
        tickets = self._create_ticket() | self._create_ticket()
        seen = []
        cls = self.env.registry["helpdesk.ticket"]
        original = cls._on_status_changed

        def record(records, old_statuses, by_setup=False):
            seen.append((len(old_statuses), set(old_statuses.values()), by_setup))
            return original(records, old_statuses, by_setup=by_setup)

        with patch.object(cls, "_on_status_changed", record):
            self.stage_new.status_category = "waiting"
        self.assertEqual(tickets.mapped("status_category"), ["waiting"] * 2)
        self.assertIn((2, {"open"}, True), seen)

    # ------------------------------------------------------------------

    def _run_story(self, name):
        """Run a story with three tickets and return their visible values."""
        other = new_test_user(self.env, f"base_{name}", groups="base.group_portal")
        with freeze_time(datetime(2026, 3, 2, 9)):
            ticket = self._create_ticket(submitter_id=other.partner_id.id)
            target = self._create_ticket()
            twin = self._create_ticket(partner_id=other.partner_id.id)
        with freeze_time(datetime(2026, 3, 2, 10)):
            ticket.with_user(self.agent).write({"user_id": self.agent.id})
            ticket.with_user(self.agent)._wait("the serial number")
        with freeze_time(datetime(2026, 3, 2, 11)):
            ticket.with_user(other).sudo().message_post(
                body="Here it is",
                author_id=other.partner_id.id,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
            twin.with_user(self.agent)._merge_into(target)
        with freeze_time(datetime(2026, 3, 2, 14)):
            target._set_status("resolved")
            ticket.write({"partner_id": other.partner_id.id, "submitter_id": False})
            ticket.with_user(self.agent)._cancel("Found it again")
            with self.assertRaises(UserError), self.env.cr.savepoint():
                twin.action_reopen()
            ticket.action_reopen()
            target.action_archive()
        self.env.flush_all()
        tickets = ticket | target | twin
        return [
            [
                (one.status_category, one.waiting_hours, one.reopen_count),
                (one.resolved_date, one.closed_date, one.first_response_date),
                (one.waiting_reason, one.cancel_reason, one.active, one.user_id),
                sorted(set(one.message_partner_ids.mapped("name")) - {other.name}),
                other.partner_id in one.message_partner_ids,
                sorted(
                    str(message.body).replace(one.number, "").replace(target.number, "")
                    for message in one.message_ids
                    if one.name not in message.body
                ),
                [(row.status_category, row.start) for row in one.status_log_ids],
            ]
            for one in tickets
        ]

    def test_the_order_of_the_imports_does_not_matter(self):
        expected = self._run_story("first")
        for seed in range(5):
            with self.subTest(seed=seed), shuffled_events(self.env, seed):
                self.assertEqual(self._run_story(f"shuffled_{seed}"), expected)
