from datetime import datetime

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .common import HelpdeskCommon

MONDAY_9 = datetime(2026, 3, 2, 9)
MONDAY_10 = datetime(2026, 3, 2, 10)
TUESDAY_10 = datetime(2026, 3, 3, 10)


class TestLifecycle(HelpdeskCommon):
    def _move(self, ticket, stage, moment):
        with freeze_time(moment):
            ticket.stage_id = stage

    def test_a_ticket_closed_at_once_is_also_resolved(self):
        ticket = self._create_ticket()
        self._move(ticket, self.stage_closed, MONDAY_9)
        self.assertEqual(ticket.resolved_date, MONDAY_9)
        self.assertEqual(ticket.closed_date, MONDAY_9)

    def test_resolved_then_closed(self):
        ticket = self._create_ticket()
        self._move(ticket, self.stage_resolved, MONDAY_9)
        self.assertEqual(ticket.resolved_date, MONDAY_9)
        self.assertFalse(ticket.closed_date)
        self._move(ticket, self.stage_closed, TUESDAY_10)
        self.assertEqual(ticket.resolved_date, MONDAY_9)
        self.assertEqual(ticket.closed_date, TUESDAY_10)

    def test_moving_between_closed_stages_keeps_the_date(self):
        other = self.stage_closed.copy({"name": "Shut for good"})
        ticket = self._create_ticket()
        self._move(ticket, self.stage_closed, MONDAY_9)
        self._move(ticket, other, TUESDAY_10)
        self.assertEqual(ticket.closed_date, MONDAY_9)

    def test_reopen_clears_and_counts(self):
        ticket = self._create_ticket()
        self._move(ticket, self.stage_closed, MONDAY_9)
        self._move(ticket, self.stage_open, MONDAY_10)
        self.assertFalse(ticket.closed_date)
        self.assertFalse(ticket.resolved_date)
        self.assertEqual(ticket.reopen_count, 1)
        self._move(ticket, self.stage_resolved, TUESDAY_10)
        self.assertEqual(ticket.resolved_date, TUESDAY_10)
        self.assertEqual(ticket.reopen_count, 1)

    def test_cancelled_is_neither_resolved_nor_reopened(self):
        ticket = self._create_ticket()
        self._move(ticket, self.stage_cancelled, MONDAY_9)
        self.assertFalse(ticket.resolved_date)
        self.assertEqual(ticket.closed_date, MONDAY_9)
        self._move(ticket, self.stage_open, MONDAY_10)
        self.assertFalse(ticket.closed_date)
        self.assertEqual(ticket.reopen_count, 0)

    def test_created_in_an_ended_stage(self):
        with freeze_time(MONDAY_9):
            closed = self._create_ticket(stage_id=self.stage_closed.id)
            resolved = self._create_ticket(stage_id=self.stage_resolved.id)
            past = self._create_ticket(
                stage_id=self.stage_closed.id, closed_date=datetime(2026, 1, 5)
            )
        self.assertEqual(closed.closed_date, MONDAY_9)
        self.assertEqual(closed.resolved_date, MONDAY_9)
        self.assertEqual(resolved.resolved_date, MONDAY_9)
        self.assertFalse(resolved.closed_date)
        self.assertEqual(past.closed_date, datetime(2026, 1, 5))

    def test_waiting_hours_follow_the_calendar_of_the_team(self):
        ticket = self._create_ticket()
        self._move(ticket, self.stage_waiting, MONDAY_10)
        self.assertEqual(ticket.waiting_since, MONDAY_10)
        self.assertEqual(ticket.waiting_hours, 0)
        # 10-12 and 13-17 on Monday, 8-10 on Tuesday
        self._move(ticket, self.stage_open, TUESDAY_10)
        self.assertFalse(ticket.waiting_since)
        self.assertEqual(ticket.waiting_hours, 8)
        self._move(ticket, self.stage_waiting, TUESDAY_10)
        self._move(ticket, self.stage_resolved, datetime(2026, 3, 3, 11, 30))
        self.assertEqual(ticket.waiting_hours, 9.5)

    def test_waiting_hours_without_team_calendar(self):
        self.team.resource_calendar_id = False
        self.env.company.resource_calendar_id = self.calendar
        ticket = self._create_ticket()
        self._move(ticket, self.stage_waiting, MONDAY_10)
        self._move(ticket, self.stage_open, TUESDAY_10)
        self.assertEqual(ticket.waiting_hours, 8)

    def test_a_new_team_changes_the_stage(self):
        other_team = self.env["helpdesk.ticket.team"].create({"name": "Other"})
        self.stage_waiting.team_ids += other_team
        ticket = self._create_ticket()
        with freeze_time(MONDAY_9):
            ticket.team_id = other_team
        self.assertEqual(ticket.stage_id, self.stage_waiting)
        self.assertEqual(ticket.waiting_since, MONDAY_9)

    def test_first_response(self):
        ticket = self._create_ticket()

        def post(user, **values):
            ticket.with_user(user).sudo().message_post(
                body="Something", message_type="comment", **values
            )
            return ticket.first_response_date

        self.assertFalse(post(self.agent, subtype_xmlid="mail.mt_note"))
        self.assertFalse(post(self.requester, subtype_xmlid="mail.mt_comment"))
        ticket.message_post(
            body="Automatic",
            message_type="auto_comment",
            subtype_xmlid="mail.mt_comment",
            author_id=self.agent.partner_id.id,
        )
        self.assertFalse(ticket.first_response_date)
        ticket.with_user(self.agent).stage_id = self.stage_open
        self.assertFalse(ticket.first_response_date)
        with freeze_time(MONDAY_9):
            post(self.agent, subtype_xmlid="mail.mt_comment")
        self.assertEqual(ticket.first_response_date, MONDAY_9)
        with freeze_time(MONDAY_10):
            post(self.agent_2, subtype_xmlid="mail.mt_comment")
        self.assertEqual(ticket.first_response_date, MONDAY_9)

    def test_an_agent_who_is_a_requester_does_not_answer(self):
        ticket = self._create_ticket(submitter_id=self.agent.partner_id.id)
        ticket.with_user(self.agent).message_post(
            body="More about it",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertFalse(ticket.first_response_date)

    def test_assigned_date_of_a_default_assignee(self):
        self.env.company.helpdesk_mgmt_ticket_auto_assign = True
        Ticket = self.env["helpdesk.ticket"].with_user(self.agent)
        ticket = Ticket.create({"name": "Mouse", "description": "Gone"})
        self.assertEqual(ticket.user_id, self.agent)
        self.assertTrue(ticket.assigned_date)

    def test_assigned_date_follows_the_assignee(self):
        ticket = self._create_ticket()
        with freeze_time(MONDAY_9):
            ticket.user_id = self.agent
        with freeze_time(MONDAY_10):
            ticket.user_id = self.agent
        self.assertEqual(ticket.assigned_date, MONDAY_9)
        ticket.user_id = False
        self.assertFalse(ticket.assigned_date)

    def test_team_change_keeps_a_member(self):
        other = self.team.copy({"name": "Other"})
        other.user_ids = [Command.set(self.agent.ids)]
        kept = self._create_ticket(user_id=self.agent.id)
        dropped = self._create_ticket(user_id=self.agent_2.id)
        (kept | dropped).team_id = other
        self.assertEqual(kept.user_id, self.agent)
        self.assertFalse(dropped.user_id)
        self.assertFalse(dropped.assigned_date)
        self.assertIn(
            "base_agent_2", " ".join(dropped.message_ids.mapped("body")).lower()
        )
        self.assertNotIn("not a member", " ".join(kept.message_ids.mapped("body")))

    def test_a_missing_stage_raises_an_error(self):
        self.stage_cancelled.active = False
        ticket = self._create_ticket()
        with self.assertRaisesRegex(UserError, "Cancelled"):
            ticket._set_status("cancelled")

    def test_first_response_is_not_before_the_ticket_nor_in_the_future(self):
        for date, expected in (
            (datetime(1970, 1, 1), MONDAY_9),
            (datetime(2038, 1, 1), MONDAY_10),
        ):
            with freeze_time(MONDAY_9):
                ticket = self._create_ticket()
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE helpdesk_ticket SET create_date = %s WHERE id = %s",
                [MONDAY_9, ticket.id],
            )
            ticket.invalidate_recordset()
            with freeze_time(MONDAY_10):
                ticket.with_user(self.agent).message_post(
                    body="Is it plugged in?",
                    message_type="comment",
                    subtype_xmlid="mail.mt_comment",
                    date=date,
                )
            self.assertEqual(ticket.first_response_date, expected)

    def _new_agent(self, level):
        agent = new_test_user(
            self.env,
            f"base_agent_{level}",
            groups=f"helpdesk_mgmt.group_helpdesk_user_{level}",
        )
        self.team.user_ids += agent
        return agent

    def _write_as(self, user, ticket, **values):
        self.env.flush_all()
        self.env.invalidate_all()
        with freeze_time(MONDAY_10):
            ticket.with_user(user).write(values)

    def test_an_agent_hands_a_ticket_over(self):
        agent = self._new_agent("own")
        ticket = self._create_ticket(user_id=agent.id)
        self._write_as(agent, ticket, user_id=self.agent.id)
        self.assertEqual(ticket.user_id, self.agent)
        self.assertEqual(ticket.assigned_date, MONDAY_10)
        self.assertFalse(ticket.with_user(agent).has_access("read"))

    def test_an_agent_hands_over_with_another_status(self):
        agent = self._new_agent("own")
        with freeze_time(MONDAY_9):
            ticket = self._create_ticket(
                user_id=agent.id, stage_id=self.stage_waiting.id
            )
        self._write_as(
            agent, ticket, user_id=self.agent.id, stage_id=self.stage_resolved.id
        )
        self.assertEqual(ticket.resolved_date, MONDAY_10)
        self.assertEqual(ticket.waiting_hours, 1)

    def test_an_agent_hands_over_to_another_team(self):
        other = self.env["helpdesk.ticket.team"].create(
            {"name": "Other", "user_ids": [Command.set(self.agent_2.ids)]}
        )
        self.stage_new.team_ids += other
        for level in ("own", "team"):
            with self.subTest(level=level):
                agent = self._new_agent(level)
                ticket = self._create_ticket(user_id=agent.id)
                self._write_as(agent, ticket, team_id=other.id)
                self.assertEqual(ticket.team_id, other)
                self.assertFalse(ticket.user_id)
                self.assertFalse(ticket.assigned_date)
                self.assertIn(
                    "not a member", " ".join(ticket.message_ids.mapped("body"))
                )
                with self.assertRaises(AccessError):
                    self._write_as(agent, ticket, user_id=agent.id)

    def test_a_forbidden_write_changes_nothing(self):
        ticket = self._create_ticket(user_id=self.agent.id)
        with self.assertRaises(AccessError):
            self._write_as(self._new_agent("own"), ticket, user_id=self.agent_2.id)
        self.assertEqual(ticket.user_id, self.agent)

    def test_a_copy_starts_without_facts(self):
        ticket = self._create_ticket(stage_id=self.stage_closed.id)
        ticket.write({"reopen_count": 2, "waiting_hours": 3.0})
        twin = ticket.copy()
        self.assertEqual(twin.stage_id, self.stage_new)
        for name in ("closed_date", "resolved_date", "reopen_count", "waiting_hours"):
            self.assertFalse(twin[name], name)
