"""When escalation rules fire, and what they do."""

import math
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL, mute_logger

from ..hooks import limit_numbers
from ..models.helpdesk_escalation_rule import MOST_HOURS
from .escalation_common import EscalationCommon
from .sla_common import at

SWEEP_LOG = "odoo.addons.school_helpdesk_workflow.models.helpdesk_ticket_escalation"


@tagged("post_install", "-at_install")
class TestTriggers(EscalationCommon):
    """Monday, 2 March, 8:00: the answer is due within 2 hours, the solution in 8."""

    def test_share_of_the_first_response(self):
        rule = self._create_rule(trigger="first_response", percent=80)
        ticket = self._create_at(at("2 08:00"))
        # 80 % of 2 hours are 96 minutes
        line = self._assert_fires(ticket, at("2 09:35"), at("2 09:36"))
        self.assertEqual(line.rule_id, rule)
        self.assertEqual(line.due_date, at("2 09:36"))
        self.assertEqual(line.reason, "No first response after 80 % of 2 hours")

    def test_deadline_of_the_first_response(self):
        self._create_rule(trigger="first_response")
        ticket = self._create_at(at("2 08:00"))
        line = self._assert_fires(ticket, at("2 09:59"), at("2 10:00"))
        self.assertEqual(line.reason, "No first response within 2 hours")

    def test_an_answer_ends_the_wait_for_it(self):
        self._create_rule(trigger="first_response", percent=80)
        ticket = self._create_at(at("2 08:00"))
        self._run(at("2 09:00"))
        self._answer(ticket, at("2 09:30"))
        self._run(at("2 16:00"))
        self.assertFalse(self._get_lines(ticket))

    def test_after_the_deadline_of_the_solution(self):
        self._create_rule(percent=150)
        ticket = self._create_at(at("2 08:00"))
        # 150 % of 8 hours: 8 on Monday, 4 on Tuesday
        line = self._assert_fires(ticket, at("3 11:59"), at("3 12:00"))
        self.assertEqual(line.reason, "Not resolved after 150 % of 8 hours")

    def test_the_clock_counts_and_not_the_time(self):
        self._create_rule(percent=50)
        ticket = self._create_at(at("2 08:00"))
        self._move(ticket, at("2 10:00"), "waiting", waiting_for="requester")
        self._run(at("4 08:00"))
        self.assertFalse(self._get_lines(ticket, "planned", "done"))
        self._move(ticket, at("4 08:00"), "open")
        # 2 hours were used, 2 of the 4 are left
        self._assert_fires(ticket, at("4 09:59"), at("4 10:00"))

    def test_time_used_before_a_pause_is_not_forgotten(self):
        self._create_rule(percent=50)
        ticket = self._create_at(at("2 08:00"))
        self._move(ticket, at("2 15:00"), "waiting", waiting_for="requester")
        # no run of the scheduled action was in time
        self._run(at("3 08:00"))
        self.assertFalse(self._get_lines(ticket))
        self._move(ticket, at("3 09:00"), "open")
        self._run(at("3 09:00"))
        self.assertEqual(len(self._get_lines(ticket)), 1)

    def test_nobody_is_assigned(self):
        self._create_rule(trigger="unassigned", hours=3)
        ticket = self._create_at(at("2 15:00"))
        # the night does not count
        line = self._assert_fires(ticket, at("3 08:59"), at("3 09:00"))
        self.assertEqual(line.reason, "Unassigned for 3 hours of working time")

    def test_an_assignee_who_is_removed_begins_another_round(self):
        self._create_rule(trigger="unassigned", hours=1)
        ticket = self._create_at(at("2 08:00"))
        self._assert_fires(ticket, at("2 08:30"), at("2 09:00"))
        with freeze_time(at("2 10:00")):
            ticket.user_id = self.agent
        self._run(at("2 14:00"))
        with freeze_time(at("2 14:00")):
            ticket.user_id = False
        self._run(at("2 14:59"))
        self.assertEqual(len(self._get_lines(ticket)), 1)
        self._run(at("2 15:00"))
        self.assertEqual(len(self._get_lines(ticket)), 2)

    def test_nothing_happens(self):
        self._create_rule(trigger="no_movement", hours=4)
        ticket = self._create_at(at("2 08:00"))
        with freeze_time(at("2 10:00")):
            ticket.user_id = self.agent
        self._answer(ticket, at("2 11:00"))
        # 1 hour until lunch, 3 afterwards
        line = self._assert_fires(ticket, at("2 15:59"), at("2 16:00"))
        self.assertEqual(line.reason, "Nothing happened for 4 hours of working time")
        # the note of the escalation is no movement, but the note of a person is
        self._run(at("3 17:00"))
        self.assertEqual(len(self._get_lines(ticket)), 1)
        with freeze_time(at("4 08:00")):
            ticket.with_user(self.agent).message_post(
                body="Asked the vendor", message_type="comment", date=at("4 08:00")
            )
        self._run(at("4 12:00"))
        self.assertEqual(len(self._get_lines(ticket)), 2)

    def test_waiting_for_the_requester_is_no_standstill(self):
        self._create_rule(trigger="no_movement", hours=4)
        waits = {
            "requester": False,
            "vendor": True,
        }
        for waiting_for, fires in waits.items():
            with self.subTest(waiting_for):
                ticket = self._create_at(at("2 08:00"))
                self._move(ticket, at("2 08:00"), "waiting", waiting_for=waiting_for)
                self._run(at("3 17:00"))
                self.assertEqual(bool(self._get_lines(ticket)), fires)

    def test_reopened(self):
        self._create_rule(trigger="reopened", count=2)
        ticket = self._create_at(at("2 08:00"))
        for hour, count in ((9, 0), (11, 1), (13, 2)):
            self._move(ticket, at(f"2 {hour}:00"), "resolved")
            self._move(ticket, at(f"2 {hour}:30"), "open")
            self._run(at(f"2 {hour}:40"))
            self.assertEqual(len(self._get_lines(ticket)), count, hour)
        self.assertEqual(
            self._get_lines(ticket).mapped("reason"),
            ["Reopened 2 times", "Reopened 3 times"],
        )

    def test_rated_badly_although_it_has_ended(self):
        self._create_rule(trigger="rated_bad").active_since = at("2 08:00")
        good, bad, cancelled = tickets = self.env["helpdesk.ticket"].concat(
            *(self._create_ticket() for _number in range(3))
        )
        (good | bad)._set_status("resolved")
        cancelled._set_status("cancelled")
        self._run("2027-03-01 08:00")
        for ticket, value in ((good, 5), (bad, 1), (cancelled, 1)):
            ticket.rating_apply(value, token=ticket._rating_get_access_token())
        self._run("2027-03-01 09:00")
        self.assertEqual(self._get_lines(tickets).ticket_id, bad)
        self.assertEqual(self._get_lines(bad).reason, "Rated badly")

    def test_ended_tickets_never(self):
        for trigger in ("first_response", "resolution", "unassigned", "no_movement"):
            self._create_rule(trigger=trigger, hours=1, percent=50)
        ended = self.env["helpdesk.ticket"]
        for category in ("resolved", "closed", "cancelled"):
            ticket = self._create_at(at("2 08:00"))
            self._run(at("2 08:10"))
            self._move(ticket, at("2 08:20"), category)
            ended += ticket
        self._run(at("6 08:00"))
        self.assertFalse(self._get_lines(ended, "planned", "done"))

    def test_a_ticket_that_ends_just_before_it_is_escalated(self):
        """The moments were computed, and then the ticket has ended."""
        self._create_rule()
        ticket = self._create_at(at("2 08:00"))
        self._run(at("2 08:10"))
        self._move(ticket, at("2 16:59"), "resolved")
        line = self._get_lines(ticket, "planned")
        with freeze_time(at("2 17:00")):
            line._carry_out()
        self.assertFalse(self._get_lines(ticket))

    def test_criteria(self):
        category = self.env["helpdesk.ticket.category"].create({"name": "Network"})
        child = category.create({"name": "WiFi", "parent_id": category.id})
        self._create_rule(
            trigger="unassigned",
            hours=1,
            category_ids=[(4, category.id)],
            priority_high=True,
            domain="[('name', 'ilike', 'wifi')]",
        )
        right = {"category_id": child.id, "priority": "2", "name": "WiFi is slow"}
        fits = self._create_at(at("2 08:00"), **right)
        others = self._create_at(at("2 08:00"), **{**right, "priority": "1"})
        others += self._create_at(at("2 08:00"), **{**right, "name": "Slow"})
        others += self._create_at(at("2 08:00"), **{**right, "category_id": False})
        self._run(at("2 12:00"))
        self.assertEqual(self._get_lines(fits | others).ticket_id, fits)
        # a change of each criterion is noticed
        changes = ({"priority": "2"}, {"name": "WiFi"}, {"category_id": category.id})
        for ticket, values in zip(others, changes, strict=True):
            with freeze_time(at("2 12:00")):
                ticket.write(values)
        self._run(at("2 12:05"))
        self.assertEqual(self._get_lines(others).ticket_id, others)

    def test_dates_of_a_rule(self):
        self._create_rule(
            trigger="unassigned", hours=1, date_from="2026-03-03", date_to="2026-03-04"
        )
        ticket = self._create_at(at("2 08:00"))
        self._run(at("2 17:00"))
        self.assertFalse(self._get_lines(ticket))
        # the hour begins with the first day of the rule
        self._run(at("3 09:00"))
        self.assertEqual(len(self._get_lines(ticket)), 1)
        late = self._create_at(at("4 16:30"))
        self._run(at("5 09:00"))
        self.assertFalse(self._get_lines(late, "planned", "done"))

    def test_a_team_without_working_hours_works_always(self):
        self._create_rule(trigger="unassigned", hours=10)
        self.team.resource_calendar_id = False
        self.team.company_id.resource_calendar_id = False
        ticket = self._create_at(at("2 20:00"))
        self._assert_fires(ticket, at("3 05:59"), at("3 06:00"))


@tagged("post_install", "-at_install")
class TestRounds(EscalationCommon):
    def test_reopening_begins_another_round(self):
        self._create_rule(percent=50)
        ticket = self._create_at(at("2 08:00"))
        self._assert_fires(ticket, at("2 11:59"), at("2 12:00"))
        self._move(ticket, at("2 14:00"), "resolved")
        self._move(ticket, at("3 08:00"), "open")
        self._run(at("3 08:00"))
        lines = self._get_lines(ticket)
        self.assertEqual(lines.mapped("round"), ["0", "1"])
        self._run(at("6 08:00"))
        self.assertEqual(self._get_lines(ticket), lines)

    def test_a_deadline_that_moves_into_the_future_is_due_again(self):
        self._create_rule()
        ticket = self._create_at(at("2 08:00"))
        self._assert_fires(ticket, at("2 16:59"), at("2 17:00"))
        self.policy.hours = 10
        self._refresh_at(at("2 17:00"))
        self._run(at("3 09:59"))
        self.assertEqual(self._get_lines(ticket).mapped("state"), ["replaced"])
        self._run(at("3 10:00"))
        self.assertEqual(self._get_lines(ticket).mapped("state"), ["replaced", "done"])

    def test_a_deadline_that_stays_in_the_past_is_not(self):
        self._create_rule()
        ticket = self._create_at(at("2 08:00"))
        self._assert_fires(ticket, at("2 16:59"), at("2 17:00"))
        self.policy.hours = 9
        self._refresh_at(at("4 08:00"))
        self._run(at("4 09:00"))
        self.assertEqual(self._get_lines(ticket).mapped("state"), ["done"])

    def test_less_time_makes_it_due_earlier(self):
        self._create_rule()
        ticket = self._create_at(at("2 08:00"))
        self._run(at("2 09:00"))
        self.policy.hours = 2
        self._refresh_at(at("2 11:00"))
        self._run(at("2 11:00"))
        self.assertEqual(self._get_lines(ticket).due_date, at("2 10:00"))

    def test_a_changed_rule_concerns_open_tickets(self):
        rule = self._create_rule(trigger="unassigned", hours=4)
        ticket = self._create_at(at("2 08:00"))
        self._run(at("2 09:00"))
        rule.hours = 1
        self._run(at("2 09:00"))
        self.assertEqual(len(self._get_lines(ticket)), 1)
        # more hours: the moment is in the future again
        rule.hours = 6
        self._run(at("2 09:10"))
        self.assertEqual(self._get_lines(ticket).state, "replaced")
        self.assertEqual(self._get_lines(ticket, "planned").due_date, at("2 15:00"))

    def test_an_archived_rule_does_nothing(self):
        rules = self._create_rule() | self._create_rule(trigger="unassigned")
        ticket = self._create_at(at("2 08:00"))
        self._run(at("2 09:00"))
        self.assertEqual(len(self._get_lines(ticket, "planned")), 2)
        rules[0].active = False
        self._run(at("2 09:05"))
        self.assertEqual(self._get_lines(ticket, "planned").rule_id, rules[1])
        rules[1].active = False
        self._run(at("5 09:00"))
        self.assertFalse(self._get_lines(ticket, "planned", "done"))

    def test_a_deleted_rule_leaves_what_it_did(self):
        rule = self._create_rule(name="Tell the leader", trigger="unassigned", hours=1)
        ticket = self._create_at(at("2 08:00"))
        later = self._create_at(at("2 09:30"))
        self._run(at("2 10:00"))
        rule.unlink()
        self._run(at("2 12:00"))
        self.assertEqual(self._get_lines(ticket).rule_name, "Tell the leader")
        self.assertFalse(self._get_lines(later, "planned", "done"))

    def test_holidays_and_working_hours_move_the_moment(self):
        self._create_rule(trigger="unassigned", hours=3)
        self.team.use_sla = False
        ticket = self._create_at(at("2 15:00"))
        self._run(at("2 15:00"))
        self._create_holiday(at("3 00:00"), at("3 23:00"))
        self._assert_fires(ticket, at("4 08:59"), at("4 09:00"))

    def test_the_database_refuses_a_second_escalation(self):
        rule = self._create_rule(trigger="unassigned", hours=1)
        ticket = self._create_at(at("2 08:00"))
        self._run(at("2 10:00"))
        line = self._get_lines(ticket)
        values = {
            "ticket_id": ticket.id,
            "rule_id": rule.id,
            "round": line.round,
            "due_date": at("2 09:00"),
        }
        with (
            self.assertRaises(UniqueViolation),
            self.env.cr.savepoint(),
            mute_logger("odoo.sql_db"),
        ):
            line.create(values)

    def test_late_runs_catch_up_in_order(self):
        self._create_rule(trigger="unassigned", hours=5, name="Fifth")
        self._create_rule(trigger="first_response", percent=50, name="First")
        self._create_rule(trigger="unassigned", hours=3, name="Third")
        ticket = self._create_at(at("2 08:00"))
        self._run(at("4 08:00"))
        notes = ticket.message_ids.sorted("id").filtered(
            lambda message: "Escalated" in message.body
        )
        self.assertEqual(
            [
                word
                for note in notes
                for word in ("First", "Third", "Fifth")
                if word in note.body
            ],
            ["First", "Third", "Fifth"],
        )

    def _refresh_at(self, moment):
        with freeze_time(moment):
            self._refresh()


@tagged("post_install", "-at_install")
class TestActions(EscalationCommon):
    def _escalate(self, user=None, values=None, **rule):
        """Let a rule fire for a new ticket, and return the ticket."""
        values = {"user_id": self.agent.id, **(values or {})}
        ticket = self._create_at(at("2 08:00"), **values)
        self._create_rule(trigger="no_movement", hours=1, **rule)
        self._run(at("2 10:00"))
        self.assertEqual(len(self._get_lines(ticket)), 1)
        return ticket

    def test_priority(self):
        cases = [
            ("0", "step", "1"),
            ("3", "step", "3"),
            ("1", "3", "3"),
            ("3", "2", "3"),
        ]
        for before, how, after in cases:
            with self.subTest(before=before, how=how):
                ticket = self._escalate(values={"priority": before}, raise_priority=how)
                self.assertEqual(ticket.priority, after)
                self.env["helpdesk.escalation.rule"].search([]).active = False

    def test_hand_to_another_team(self):
        member = new_test_user(
            self.env, "second_line", groups="helpdesk_mgmt.group_helpdesk_user"
        )
        other = self.team.copy({"name": "Second line", "user_ids": [(4, member.id)]})
        for stage in self.team._get_applicable_stages():
            stage.team_ids = [(4, other.id)]
        ticket = self._escalate(hand_to="team", hand_team_id=other.id)
        self.assertEqual(ticket.team_id, other)
        self.assertNotEqual(ticket.user_id, self.agent)

    def test_hand_to_the_leader(self):
        ticket = self._escalate(hand_to="leader")
        self.assertEqual(ticket.user_id, self.leader)

    def test_a_team_without_leader_keeps_the_assignee(self):
        self.team.user_id = False
        ticket = self._escalate(hand_to="leader", notify_leader=True)
        self.assertEqual(ticket.user_id, self.agent)

    def test_nobody_who_has_left_gets_a_ticket(self):
        self.leader.active = False
        for rule in (
            {"hand_to": "leader"},
            {"hand_to": "user", "hand_user_id": self.leader.id},
            {"activity_type_id": self.env.ref("mail.mail_activity_data_call").id},
        ):
            with self.subTest(rule):
                ticket = self._escalate(**rule)
                self.assertEqual(ticket.user_id, self.agent)
                self.assertNotIn(self.leader, ticket.activity_ids.user_id)
                self.env["helpdesk.escalation.rule"].search([]).active = False

    def test_mistyped_years_do_not_stop_other_rules(self):
        self.env.user.tz = "Asia/Bangkok"
        for day in ("0001-01-01", "0206-03-01", "9999-12-31"):
            with self.subTest(day):
                self._create_rule(
                    trigger="no_movement", hours=900, date_from=day, raise_priority="3"
                )
                self._escalate(add_tag_ids=[(0, 0, {"name": day})])
                self.env["helpdesk.escalation.rule"].search([]).active = False

    def test_hand_to_a_person(self):
        ticket = self._escalate(hand_to="user", hand_user_id=self.leader.id)
        self.assertEqual(ticket.user_id, self.leader)

    def test_tags_activity_and_server_action(self):
        old, new = self.env["helpdesk.ticket.tag"].create(
            [{"name": "Old"}, {"name": "Escalated"}]
        )
        action = self._create_server_action("record.write({'name': 'Urgent!'})")
        ticket = self._escalate(
            values={"tag_ids": [(4, old.id)]},
            add_tag_ids=[(4, new.id)],
            activity_type_id=self.env.ref("mail.mail_activity_data_call").id,
            activity_summary="Ring the teacher",
            server_action=str(action.id),
        )
        self.assertEqual(ticket.tag_ids, old | new)
        self.assertEqual(ticket.name, "Urgent!")
        self.assertEqual(
            (ticket.activity_ids.summary, ticket.activity_ids.user_id),
            ("Ring the teacher", self.leader),
        )

    def test_logged_for_agents_only_in_the_language_of_the_desk(self):
        self.env["res.lang"]._activate_lang("th_TH")
        self.leader.lang = "th_TH"
        rule = {"name": "Stuck"}
        ticket = self._escalate(**rule)
        note = ticket.message_ids.filtered(lambda message: "Stuck" in message.body)
        self.assertTrue(note.is_internal)
        self.assertFalse(note._is_readable_by_requester())
        self.assertIn("ชั่วโมง", note.body)
        self.assertEqual(ticket.escalated_date, at("2 10:00"))
        found = ticket.search([("escalated_date", "!=", False)])
        self.assertIn(ticket, found)

    def test_a_bad_ticket_does_not_stop_the_others(self):
        action = self._create_server_action(
            "if record.name == 'Bad': raise UserError('No, never')"
        )
        self._create_rule(
            trigger="unassigned",
            hours=1,
            raise_priority="3",
            server_action=str(action.id),
        )
        tickets = self.env["helpdesk.ticket"]
        for name in ("Good", "Bad", "Better"):
            tickets += self._create_at(at("2 08:00"), name=name, priority="1")
        with mute_logger(SWEEP_LOG):
            self._run(at("2 10:00"))
            self.assertEqual(
                self._get_lines(tickets).ticket_id.mapped("name"), ["Good", "Better"]
            )
            # all actions of the bad one are undone
            self.assertEqual(tickets.mapped("priority"), ["3", "1", "3"])
            bad = self._get_lines(tickets[1], "planned")
            self.assertIn("No, never", bad.error)
            self.assertEqual(bad.due_date, at("2 10:15"))
            for _number in range(8):
                self._run(bad.due_date)
        self.assertEqual((bad.state, bad.attempts), ("failed", 5))
        self._run(at("6 10:00"))
        self.assertEqual(bad.attempts, 5)

    def test_a_ticket_that_is_locked_is_left_for_the_next_run(self):
        self._create_rule(trigger="unassigned", hours=1)
        ticket = self._create_at(at("2 08:00"))
        Ticket = self.env.registry["helpdesk.ticket"]
        original = Ticket.try_lock_for_update

        def lock_nothing(records, **options):
            if records.env.context.get("active_test", True):
                return records.browse()
            return original(records, **options)

        with patch.object(Ticket, "try_lock_for_update", lock_nothing):
            self._run(at("2 10:00"))
        self.assertFalse(self._get_lines(ticket))
        self._run(at("2 10:00"))
        self.assertTrue(self._get_lines(ticket))

    def _create_server_action(self, code, **values):
        return self.env["ir.actions.server"].create(
            {
                "name": "Do something",
                "model_id": self.env.ref("helpdesk_mgmt.model_helpdesk_ticket").id,
                "state": "code",
                "code": code,
                **values,
            }
        )

    def test_managers_choose_only_the_actions_for_tickets(self):
        manager = new_test_user(
            self.env, "boss", groups="helpdesk_mgmt.group_helpdesk_manager"
        )
        allowed = self._create_server_action("pass")
        refused = self._create_server_action(
            "pass", group_ids=[(4, self.env.ref("base.group_system").id)]
        )
        refused += self._create_server_action(
            "pass", model_id=self.env.ref("base.model_res_users").id
        )
        Rule = self.env["helpdesk.escalation.rule"].with_user(manager)
        rule = Rule.create({"name": "Rule", "server_action": str(allowed.id)})
        self.assertEqual(rule.sudo().server_action_id, allowed)
        self.assertIn("Do something", rule.action_text)
        for action in refused:
            with self.assertRaises(ValidationError):
                rule.server_action = str(action.id)
            with self.assertRaises(AccessError):
                rule.server_action_id = action
        self.assertEqual(rule.sudo().server_action_id, allowed)

    def test_a_rule_must_say_to_whom_it_hands_the_ticket(self):
        for hand_to in ("team", "user"):
            with self.subTest(hand_to), self.assertRaises(ValidationError):
                self._create_rule(hand_to=hand_to)

    def test_impossible_hours_are_refused(self):
        for hours in (0, -1, math.nan, math.inf, 1e9):
            with (
                self.subTest(hours),
                mute_logger("odoo.sql_db"),
                self.assertRaises(CheckViolation),
                self.env.cr.savepoint(),
            ):
                self._create_rule(trigger="unassigned", hours=hours)

    def test_an_update_brings_numbers_into_their_limits(self):
        rule = self._create_rule(trigger="unassigned", hours=2)
        usual = self._create_rule(trigger="unassigned", hours=3)
        member = self.team.member_ids[:1]
        self.env.flush_all()
        for table, constraint, column, record, number in (
            ("helpdesk_escalation_rule", "hours_positive", "hours", rule, "NaN"),
            ("helpdesk_team_member", "numbers_positive", "share", member, "Infinity"),
        ):
            self.env.cr.execute(
                SQL(
                    "ALTER TABLE %(table)s DROP CONSTRAINT %(constraint)s;"
                    "UPDATE %(table)s SET %(column)s = %(number)s WHERE id = %(id)s",
                    table=SQL.identifier(table),
                    constraint=SQL.identifier(f"{table}_{constraint}"),
                    column=SQL.identifier(column),
                    number=number,
                    id=record.id,
                )
            )
        limit_numbers(self.env.cr)
        self.env.invalidate_all()
        self.assertEqual((rule.hours, usual.hours), (MOST_HOURS, 3))
        self.assertEqual(member.share, 100)
