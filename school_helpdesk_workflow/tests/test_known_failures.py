"""Situations in which clocks, escalations or assignments of help desks often fail."""

from datetime import timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from .assignment_common import AssignmentCommon
from .escalation_common import EscalationCommon
from .sla_common import SlaCommon, at


@tagged("post_install", "-at_install")
class TestKnownFailuresOfClocks(SlaCommon):
    """Working hours are Monday to Friday, 8-12 and 13-17; the solution is due in 8."""

    def test_another_policy_while_the_ticket_waits(self):
        """The time of the wait is not lost when the priority gives other hours."""
        self._create_policy(name="Urgent", hours=4, priority="3")
        ticket = self._create_at(at("2 08:00"))
        self._move(ticket, at("2 10:00"), "waiting")
        with freeze_time(at("4 10:00")):
            ticket.priority = "3"
        self._assert_clock(ticket, "on_hold", at("2 12:00"), consumed_time=2.0)
        self._move(ticket, at("5 08:00"), "open")
        self._assert_clock(ticket, "in_progress", at("5 10:00"), paused_hours=22.0)

    def test_answered_and_silent_is_not_missed_but_reopened_is_due(self):
        ticket = self._create_at(at("2 08:00"))
        self._move(ticket, at("2 09:00"), "resolved")
        for day in (3, 4, 5):
            self._move(ticket, at(f"{day} 08:00"), "open")
            self._move(ticket, at(f"{day} 10:00"), "resolved")
        self._move(ticket, at("6 08:00"), "open")
        # 1 hour on Monday and 3 times 2 hours are used: 1 hour is left
        self._assert_clock(ticket, "in_progress", at("6 09:00"), consumed_time=7.0)

    def test_created_and_answered_on_a_holiday(self):
        """The first minute that counts is the first one of the next working day."""
        self._create_holiday(at("2 00:00"), at("2 23:59"))
        ticket = self._create_at(at("2 10:00"))
        self._assert_clock(ticket, "in_progress", at("3 17:00"))
        self._assert_clock(ticket, "in_progress", at("3 10:00"), "first_response")
        self._answer(ticket, at("2 11:00"))
        self._assert_clock(
            ticket,
            "accomplished",
            at("3 10:00"),
            "first_response",
            consumed_time=0.0,
        )

    def test_a_wait_that_begins_and_ends_out_of_hours(self):
        ticket = self._create_at(at("6 15:00"))
        self._move(ticket, at("7 11:00"), "waiting")
        self._move(ticket, at("8 20:00"), "open")
        # the weekend neither counts nor pauses
        self._assert_clock(ticket, "in_progress", at("9 15:00"), paused_hours=0.0)

    def test_one_working_day_in_the_week(self):
        self.calendar.attendance_ids.filtered(
            lambda line: line.dayofweek != "1"
        ).unlink()
        ticket = self._create_at(at("2 08:00"))
        self._assert_clock(ticket, "in_progress", at("3 17:00"))
        ticket = self._create_at(at("3 16:00"))
        self._assert_clock(ticket, "in_progress", at("10 16:00"))

    def test_an_end_at_23_59_loses_no_minute(self):
        """People write 23:59 for the end of a day."""
        self.calendar.attendance_ids.unlink()
        self.calendar.attendance_ids = [
            (
                0,
                0,
                {
                    "name": "Always",
                    "dayofweek": str(day),
                    "hour_from": 0,
                    "hour_to": 23 + 59 / 60,
                },
            )
            for day in range(7)
        ]
        self.policy.hours = 48
        ticket = self._create_at(at("2 08:00"))
        self._assert_clock(ticket, "in_progress", at("4 08:00"))

    def test_the_policy_is_kept_after_the_deadline(self):
        ticket = self._create_at(at("2 08:00"))
        with freeze_time(at("3 10:00")):
            ticket._sync_clocks()
        clock = self._get_clock(ticket)
        self.assertEqual((clock.state, clock.sla_id), ("expired", self.policy))
        # and a longer policy is a second chance
        with freeze_time(at("3 10:00")):
            self.policy.hours = 16
            self._refresh()
        self._assert_clock(ticket, "in_progress", at("3 17:00"))

    def test_the_policy_of_the_new_team(self):
        other = self.team.copy({"name": "Second line"})
        for stage in self.team._get_applicable_stages():
            stage.team_ids = [(4, other.id)]
        policy = self._create_policy(hours=2, team_ids=[(6, 0, other.ids)])
        ticket = self._create_at(at("2 08:00"))
        with freeze_time(at("2 09:00")):
            ticket.team_id = other
        self._assert_clock(ticket, "in_progress", at("2 10:00"), sla_id=policy)

    def test_closed_after_resolved_is_resolved_once(self):
        ticket = self._create_at(at("2 08:00"))
        self._move(ticket, at("2 10:00"), "resolved")
        self._move(ticket, at("9 10:00"), "closed")
        self._assert_clock(
            ticket, "accomplished", at("2 17:00"), done_date=at("2 10:00")
        )

    def test_solved_without_an_answer(self):
        ticket = self._create_at(at("2 08:00"))
        self._move(ticket, at("2 09:00"), "closed")
        clock = self._get_clock(ticket, "first_response")
        self.assertEqual((clock.state, clock.is_running), ("void", False))


@tagged("post_install", "-at_install")
class TestKnownFailuresOfEscalations(EscalationCommon):
    def test_a_ticket_that_waits_is_not_missed(self):
        ticket = self._create_at(at("2 08:00"))
        self._answer(ticket, at("2 09:00"))
        self._move(ticket, at("2 10:00"), "waiting")
        self._run(at("20 10:00"))
        with freeze_time(at("20 10:00")):
            self.policy.hours = 9
            self._refresh()
        self._run(at("20 10:10"))
        clock = self._get_clock(ticket)
        self.assertEqual((clock.state, clock.told), ("on_hold", False))

    def test_before_the_deadline_across_a_night(self):
        """75 % of 4 hours from 16:00: 1 hour on Monday, 2 on Tuesday."""
        self.policy.hours = 4
        self._create_rule(trigger="resolution", percent=75)
        ticket = self._create_at(at("2 16:00"))
        line = self._assert_fires(ticket, at("3 09:59"), at("3 10:00"))
        self.assertEqual(line.due_date, at("3 10:00"))

    def test_not_at_night_or_at_the_weekend(self):
        self._create_rule(trigger="no_movement", hours=3)
        ticket = self._create_at(at("6 16:00"))
        for moment in ("6 23:00", "7 12:00", "8 12:00", "9 09:59"):
            self._run(at(moment))
            self.assertFalse(self._get_lines(ticket), moment)
        self._run(at("9 10:00"))
        self.assertEqual(len(self._get_lines(ticket)), 1)

    def test_once_although_the_clock_is_computed_again(self):
        self._create_rule(trigger="resolution", raise_priority="step")
        ticket = self._create_at(at("2 08:00"), priority="0")
        for minute in range(0, 50, 10):
            with freeze_time(at("3 08:00") + timedelta(minutes=minute)):
                ticket._sync_clocks()
                ticket.message_post(body="Text", message_type="comment")
                self.team.clocks_version += 1
                self._refresh()
            self._run(at("3 08:01") + timedelta(minutes=minute))
        self.assertEqual(len(self._get_lines(ticket)), 1)
        self.assertEqual(ticket.priority, "1")

    def test_two_rules_that_send_a_ticket_to_and_fro(self):
        other = self.team.copy({"name": "Second line"})
        for stage in self.team._get_applicable_stages():
            stage.team_ids = [(4, other.id)]
        self.env["helpdesk.escalation.rule"].create(
            [
                {
                    "name": "There",
                    "trigger": "resolution",
                    "hand_to": "team",
                    "hand_team_id": other.id,
                    "team_ids": [(6, 0, self.team.ids)],
                },
                {
                    "name": "Back",
                    "trigger": "resolution",
                    "hand_to": "team",
                    "hand_team_id": self.team.id,
                    "team_ids": [(6, 0, other.ids)],
                },
            ]
        )
        ticket = self._create_at(at("2 08:00"))
        for minute in range(0, 60, 10):
            self._run(at("3 08:00") + timedelta(minutes=minute))
        self.assertEqual(len(self._get_lines(ticket)), 2)
        self.assertEqual(ticket.team_id, self.team)

    def test_a_merged_ticket_is_not_escalated(self):
        self._create_rule(trigger="unassigned", hours=1)
        ticket, target = self._create_at(at("2 08:00")), self._create_at(at("2 08:00"))
        with freeze_time(at("2 08:30")):
            self._merge(ticket + target, target)
        self._run(at("3 08:00"))
        self.assertFalse(self._get_lines(ticket))


@tagged("post_install", "-at_install")
class TestKnownFailuresOfAssignment(AssignmentCommon):
    def test_in_turn_after_an_absence(self):
        """Who comes back does not get all tickets of the absence."""
        self._create_rule(method="round_robin")
        member = self._get_member(self.agents[0])
        member.paused = True
        self._create_tickets(6)
        member.paused = False
        tickets = self._create_tickets(4)
        self.assertEqual(set(tickets.user_id), set(self.agents))

    def test_a_new_member_does_not_get_all_tickets(self):
        self._create_rule(method="round_robin")
        self.team.user_ids = self.agents[:3]
        self._create_tickets(9)
        self.team.user_ids = self.agents
        tickets = self._create_tickets(4)
        self.assertEqual(set(tickets.user_id), set(self.agents))

    def test_nobody_there_keeps_the_ticket_in_the_queue(self):
        """It is not given to somebody who is absent, and not forgotten."""
        self._create_rule()
        members = self.team.member_ids
        members.paused = True
        ticket = self._create_ticket()
        self.assertTrue(ticket.waits_for_agent)
        self.assertFalse(ticket.user_id)
        members[2].paused = False
        self._pull()
        self.assertEqual(ticket.user_id, members[2].user_id)

    def test_deleted_tickets_do_not_disturb_the_turns(self):
        self._create_rule(method="round_robin")
        tickets = self._create_tickets(2)
        order = [*self.agents.sorted("id")]
        tickets[1].unlink()
        new = self._create_tickets(4)
        self.assertEqual(len(set(new.user_id)), len(order))
