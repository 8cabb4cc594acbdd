"""The deadline of a ticket, from its running SLA clocks."""

from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tools import mute_logger

from odoo.addons.school_helpdesk_base.tests.access_common import AccessCommon

from ..hooks import post_init_hook, uninstall_hook

EARLY, LATE = datetime(2030, 3, 5, 10), datetime(2030, 3, 6, 10)


class TestDeadline(AccessCommon):
    def _create_clock(self, deadline, target="resolution", **values):
        return self.env["helpdesk.ticket.sla"].create(
            {
                "ticket_id": self.ticket.id,
                "target": target,
                "state": "in_progress",
                "is_running": True,
                "deadline": deadline,
                **values,
            }
        )

    def test_without_clocks(self):
        self.assertIs(self.ticket._get_deadline("resolution"), False)
        self.assertIs(self.ticket._get_deadline("first_response"), False)
        self.assertFalse(self.ticket.next_due)

    def test_each_target_has_its_deadline(self):
        self._create_clock(LATE)
        answer = self._create_clock(EARLY, target="first_response")
        self.assertEqual(self.ticket._get_deadline("resolution"), LATE)
        self.assertEqual(self.ticket._get_deadline("first_response"), EARLY)
        self.assertEqual(self.ticket.next_due, EARLY)
        answer.is_running = False
        self.assertEqual(self.ticket.next_due, LATE)

    def test_states(self):
        clock = self._create_clock(EARLY)
        for state, is_running, deadline in (
            ("in_progress", True, EARLY),
            ("expired", True, EARLY),
            ("expired", False, False),
            ("on_hold", False, False),
            ("accomplished", False, False),
            ("void", False, False),
        ):
            with self.subTest(state):
                clock.write({"state": state, "is_running": is_running})
                self.assertEqual(self.ticket._get_deadline("resolution"), deadline)
                self.assertEqual(self.ticket.next_due, deadline)

    def test_requesters_get_the_deadline(self):
        self._create_clock(EARLY)
        for user in (self.owner, self.submitter):
            ticket = self.ticket.with_user(user)
            self.env.invalidate_all()
            self.assertEqual(ticket._get_deadline("resolution"), EARLY, user.login)

    def _due(self, now, user=None, tz="UTC", lang="en_US"):
        user = user or self.agent_all
        user.tz = tz
        ticket = self.ticket.with_user(user).with_context(lang=lang)
        self.env.invalidate_all()
        with freeze_time(now):
            return ticket.due_text, ticket.is_overdue

    def test_the_form_says_when_it_is_due(self):
        self._create_clock(EARLY)
        for now, tz, expected in (
            (datetime(2030, 3, 5, 8), "UTC", ("due 10:00 AM, in 2 hours", False)),
            (
                datetime(2030, 3, 5, 8),
                "Asia/Bangkok",
                ("due 5:00 PM, in 2 hours", False),
            ),
            (
                datetime(2030, 3, 2, 8),
                "UTC",
                ("due Tue 5 Mar 10:00 AM, in 3 days", False),
            ),
            (
                datetime(2030, 3, 5, 10, 40),
                "UTC",
                ("due 10:00 AM, 40 minutes ago", True),
            ),
        ):
            with self.subTest((now, tz)):
                text, is_past = self._due(now, tz=tz)
                self.assertEqual((text.replace("\u202f", " "), is_past), expected)

    def test_nothing_is_due(self):
        self.assertEqual(self._due(EARLY), (False, False))
        self._create_clock(EARLY)
        self.ticket.stage_id = self.stage_resolved
        self.assertEqual(self._due(EARLY), (False, False))

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_requesters_do_not_see_the_text(self):
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.owner).read(["due_text"])

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_nobody_writes_clocks(self):
        clock = self._create_clock(EARLY)
        for user in (self.owner, self.agent_all, self.agent_manager):
            with self.subTest(user.login), self.assertRaises(AccessError):
                clock.with_user(user).write({"state": "accomplished"})
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.ticket.with_user(user).write({"clocks_version": 0})

    def test_the_queue_follows_the_clocks(self):
        self.assertFalse(self.ticket.next_due)
        clock = self._create_clock(LATE)
        self.assertEqual(self.ticket.next_due, LATE)
        other = self._create_clock(EARLY, target="first_response")
        self.assertEqual(self.ticket.next_due, EARLY)
        other.is_running = False
        self.assertEqual(self.ticket.next_due, LATE)
        clock.unlink()
        self.assertFalse(self.ticket.next_due)

    def test_an_ended_ticket_is_not_due(self):
        for status in ("resolved", "closed", "cancelled"):
            self._create_clock(EARLY)
            self.assertEqual(self.ticket.next_due, EARLY)
            self.ticket._set_status(status)
            self.assertFalse(self.ticket.next_due)
            self.ticket.ticket_sla_ids.unlink()
            self.ticket._set_status("open")

    def test_installation_and_removal(self):
        """Base alone knows no deadlines, before and after this addon."""
        self.team.use_sla = True
        self.env["helpdesk.sla"].create({"name": "Soon", "hours": 2})
        self.ticket._sync_clocks()
        due = self.ticket.next_due
        self.assertTrue(due)
        self.env.flush_all()
        uninstall_hook(self.env)
        self.env.invalidate_all()
        self.assertFalse(self.ticket.next_due)
        post_init_hook(self.env)
        self.assertEqual(self.ticket.next_due, due)
