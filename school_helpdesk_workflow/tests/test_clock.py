"""Cases of SLA clocks, with their arithmetic written out.

The team works 8-12 and 13-17, Monday to Friday: 8 hours a day.
"""

from datetime import datetime

from freezegun import freeze_time
from lxml import etree

from odoo.tests import Form

from .sla_common import SlaCommon, at


class TestClock(SlaCommon):
    # ------------------------------------------------------------------
    # The calendar
    # ------------------------------------------------------------------

    def test_lunch(self):
        """2 hours from 11:00: one hour until 12:00, one hour from 13:00."""
        self.policy.hours = 2
        ticket = self._create_at(at("2 11:00"))
        self._assert_clock(ticket, "in_progress", at("2 14:00"), start=at("2 11:00"))

    def test_night_mail(self):
        """Monday 22:10 counts from Tuesday 08:00; 2 hours later it is 10:00."""
        self.policy.hours = 2
        ticket = self._create_at(at("2 22:10"))
        self._assert_clock(ticket, "in_progress", at("3 10:00"))

    def test_friday_evening(self):
        """Friday 16:00, 8 hours: one hour on Friday, 7 on Monday (8-12 and 13-16)."""
        ticket = self._create_at(at("6 16:00"))
        self._assert_clock(ticket, "in_progress", at("9 16:00"))

    def test_a_working_day(self):
        """One working day after Friday 10:00 is Monday 10:00; three are Wednesday."""
        self.policy.write({"hours": 0, "days": 1})
        self._assert_clock(self._create_at(at("6 10:00")), "in_progress", at("9 10:00"))
        self.policy.days = 3
        ticket = self._create_at(at("6 10:00"))
        self._assert_clock(ticket, "in_progress", at("11 10:00"), hours=24.0)

    def test_minutes(self):
        """15 minutes from 11:50: 10 until lunch, 5 after it."""
        self.policy.write({"hours": 0, "minutes": 15})
        ticket = self._create_at(at("2 11:50"))
        self._assert_clock(ticket, "in_progress", at("2 13:05"))

    def test_school_holiday(self):
        """Monday 15:00, 8 hours, holiday on Tuesday: 2 on Monday, 6 on Wednesday."""
        self._create_holiday(at("3 00:00"), at("3 23:59"))
        ticket = self._create_at(at("2 15:00"))
        self._assert_clock(ticket, "in_progress", at("4 15:00"))

    def test_term_break(self):
        """Friday the 6th 16:00, 8 hours, a break of two weeks: 1 hour on Friday, 7
        hours on Monday the 23rd, until 16:00."""
        self._create_holiday(at("7 00:00"), at("22 23:59"))
        ticket = self._create_at(at("6 16:00"))
        self._assert_clock(ticket, "in_progress", at("23 16:00"))

    def test_break_longer_than_the_first_look(self):
        """A summer of three months: the rest of the time counts after it."""
        self._create_holiday(at("3 00:00"), datetime(2026, 6, 7, 23, 59))
        ticket = self._create_at(at("2 16:00"))
        self._assert_clock(ticket, "in_progress", datetime(2026, 6, 8, 16, 0))

    def test_created_in_a_leave(self):
        """Tuesday 09:00 in a holiday until Wednesday: starts on Thursday 08:00."""
        self._create_holiday(at("3 00:00"), at("4 23:59"))
        self.policy.hours = 3
        ticket = self._create_at(at("3 09:00"))
        self._assert_clock(ticket, "in_progress", at("5 11:00"), start=at("3 09:00"))

    def test_half_a_day_off(self):
        """A meeting from 9 to 11: 8-9 and 11-12 count, then 13-14."""
        self._create_holiday(at("2 09:00"), at("2 11:00"))
        self.policy.hours = 3
        ticket = self._create_at(at("2 08:00"))
        self._assert_clock(ticket, "in_progress", at("2 14:00"))

    def test_clock_change(self):
        """In Berlin, summer time begins on Sunday the 29th. Friday 16:00 local is
        15:00 UTC; one hour on Friday, 7 on Monday until 16:00 local, now 14:00 UTC."""
        self.calendar.tz = "Europe/Berlin"
        ticket = self._create_at(at("27 15:00"))
        self._assert_clock(ticket, "in_progress", at("30 14:00"))

    def test_bangkok(self):
        """08:00 in Bangkok is 01:00 UTC: 8 hours end at 17:00, which is 10:00 UTC."""
        self.calendar.tz = "Asia/Bangkok"
        ticket = self._create_at(at("2 01:00"))
        self._assert_clock(ticket, "in_progress", at("2 10:00"))

    def test_holidays_of_another_company_do_not_count(self):
        other = self.env["res.company"].create({"name": "Other School"})
        self.calendar.company_id = self.env.company
        holiday = self._create_holiday(at("2 00:00"), at("3 23:59"))
        # for all working hours of the other company
        holiday.calendar_id = False
        holiday.company_id = other
        ticket = self._create_at(at("2 08:00"))
        self._assert_clock(ticket, "in_progress", at("2 17:00"))

    # ------------------------------------------------------------------
    # Waiting, ending and reopening
    # ------------------------------------------------------------------

    def test_waiting_pauses(self):
        """8 hours from Monday 08:00, two used at 10:00. The wait until Tuesday 09:00
        has 2 + 4 + 1 working hours. 6 hours from Tuesday 09:00: 3 until lunch, 3 after
        it, until 16:00."""
        ticket = self._create_at(at("2 08:00"))
        self._move(ticket, at("2 10:00"), "waiting")
        self._assert_clock(
            ticket, "on_hold", at("2 17:00"), is_running=False, consumed_time=2.0
        )
        self.assertFalse(ticket.next_due)
        self._move(ticket, at("3 09:00"), "open")
        self._assert_clock(
            ticket, "in_progress", at("3 16:00"), is_running=True, paused_hours=7.0
        )
        self.assertTrue(ticket.next_due)

    def test_waiting_for_others_pauses_by_policy(self):
        for kind in ("vendor", "part", "approval", "other"):
            with self.subTest(kind):
                ticket = self._create_at(at("2 08:00"))
                self._move(ticket, at("2 10:00"), "waiting", waiting_for=kind)
                self._assert_clock(ticket, "in_progress", at("2 17:00"))
                self.policy[f"pause_{kind}"] = True
                with freeze_time(at("2 10:30")):
                    self._refresh()
                self._assert_clock(ticket, "on_hold", at("2 17:00"))
                # from 11:00 on it waits for the requester: the clock stays paused
                self._move(ticket, at("2 11:00"), "waiting", waiting_for="requester")
                self._assert_clock(ticket, "on_hold", at("2 17:00"))

    def test_what_a_ticket_waits_for_changes(self):
        """The wait for the vendor counts from 10:00 to 11:00: 3 of 8 hours are used.
        The wait for the requester does not; from 14:00 on, 5 hours: 3 on Monday, 2 on
        Tuesday."""
        ticket = self._create_at(at("2 08:00"))
        self._move(ticket, at("2 10:00"), "waiting", waiting_for="vendor")
        self._move(ticket, at("2 11:00"), "waiting", waiting_for="requester")
        self._assert_clock(ticket, "on_hold", at("2 17:00"), consumed_time=3.0)
        self._move(ticket, at("2 14:00"), "open")
        self._assert_clock(ticket, "in_progress", at("3 10:00"), paused_hours=2.0)

    def test_resolved_while_waiting(self):
        """2 of 8 hours are used when the wait begins. Resolved a week later: met."""
        ticket = self._create_at(at("2 08:00"))
        self._move(ticket, at("2 10:00"), "waiting")
        self._move(ticket, at("9 10:00"), "resolved")
        # 6 hours are left at 10:00: 2 until lunch, 4 after it
        self._assert_clock(
            ticket, "accomplished", at("9 17:00"), done_date=at("9 10:00")
        )

    def test_resolved_at_the_last_moment(self):
        ticket = self._create_at(at("2 08:00"))
        self._move(ticket, at("2 17:00"), "resolved")
        self._assert_clock(ticket, "accomplished", at("2 17:00"))

    def test_resolved_too_late(self):
        ticket = self._create_at(at("2 08:00"))
        self._move(ticket, at("3 08:01"), "resolved")
        self._assert_clock(ticket, "expired", at("2 17:00"), done_date=at("3 08:01"))
        self.assertFalse(ticket.next_due)

    def test_closed_later(self):
        """Closing does not change when it was resolved."""
        ticket = self._create_at(at("2 08:00"))
        self._move(ticket, at("2 12:00"), "resolved")
        self._move(ticket, at("6 12:00"), "closed")
        self._assert_clock(
            ticket, "accomplished", at("2 17:00"), done_date=at("2 12:00")
        )

    def test_reopened_twice(self):
        """8 hours: 2 used on Monday (8-10), 3 on Tuesday (9-12). Reopened on Wednesday
        at 15:00, 3 hours are left: 2 until 17:00, 1 on Thursday until 09:00."""
        ticket = self._create_at(at("2 08:00"))
        self._move(ticket, at("2 10:00"), "resolved")
        self._move(ticket, at("3 09:00"), "open")
        self._assert_clock(ticket, "in_progress", at("3 16:00"), done_date=False)
        self._move(ticket, at("3 12:00"), "resolved")
        self._move(ticket, at("4 15:00"), "open")
        self._assert_clock(ticket, "in_progress", at("5 09:00"), consumed_time=5.0)
        self._move(ticket, at("5 09:00"), "resolved")
        self._assert_clock(ticket, "accomplished", at("5 09:00"))

    def test_missed_stays_missed(self):
        """Neither waiting nor reopening makes a missed clock good again."""
        ticket = self._create_at(at("2 08:00"))
        self._move(ticket, at("3 09:00"), "waiting")
        self._assert_clock(ticket, "expired", at("2 17:00"), is_running=False)
        self._move(ticket, at("4 09:00"), "resolved")
        self._move(ticket, at("5 09:00"), "open")
        self._assert_clock(ticket, "expired", at("2 17:00"), is_running=True)
        self.assertEqual(ticket.next_due, at("2 10:00"))

    def test_cancelled(self):
        ticket = self._create_at(at("2 08:00"))
        self._move(ticket, at("5 08:00"), "cancelled")
        for target in ("first_response", "resolution"):
            clock = self._get_clock(ticket, target)
            self.assertEqual((clock.state, clock.is_running), ("void", False))
            self.assertFalse(clock.expired)
        self.assertFalse(ticket.next_due)
        self._move(ticket, at("5 09:00"), "open")
        self._assert_clock(ticket, "expired", at("2 17:00"))

    def test_merged(self):
        source, target = self._create_at(at("2 08:00")), self._create_at(at("2 09:00"))
        with freeze_time(at("2 09:30")):
            source._merge_into(target)
        self.assertEqual(set(source.ticket_sla_ids.mapped("state")), {"void"})
        # 8 hours from 09:00: 7 until 17:00, 1 on Tuesday
        self._assert_clock(target, "in_progress", at("3 09:00"))

    def test_stage_gets_another_status(self):
        """A stage that means waiting now: the time in it does not count any more."""
        ticket = self._create_at(at("2 08:00"))
        with freeze_time(at("2 10:00")):
            ticket.stage_id = self.stage_open
        with freeze_time(at("2 15:00")):
            self.stage_open.status_category = "waiting"
        self._assert_clock(ticket, "on_hold", at("2 17:00"), consumed_time=2.0)

    # ------------------------------------------------------------------
    # The first response
    # ------------------------------------------------------------------

    def test_first_response(self):
        """2 hours from 08:00."""
        ticket = self._create_at(at("2 08:00"))
        self._assert_clock(ticket, "in_progress", at("2 10:00"), "first_response")
        self.assertEqual(ticket.next_due, at("2 10:00"))
        self._answer(ticket, at("2 09:59"))
        self._assert_clock(
            ticket,
            "accomplished",
            at("2 10:00"),
            "first_response",
            done_date=at("2 09:59"),
        )
        self.assertEqual(ticket.next_due, at("2 17:00"))

    def test_first_response_too_late(self):
        ticket = self._create_at(at("2 08:00"))
        self._answer(ticket, at("2 10:01"))
        self._assert_clock(ticket, "expired", at("2 10:00"), "first_response")

    def test_answer_before_the_ticket_is_assigned(self):
        ticket = self._create_at(at("2 08:00"))
        self.assertFalse(ticket.user_id)
        self._answer(ticket, at("2 08:30"))
        with freeze_time(at("2 15:00")):
            ticket.user_id = self.agent
        self._assert_clock(ticket, "accomplished", at("2 10:00"), "first_response")

    def test_stage_and_note_are_no_answer(self):
        ticket = self._create_at(at("2 08:00"))
        with freeze_time(at("2 08:30")):
            ticket.stage_id = self.stage_open
            ticket.with_user(self.agent).message_post(
                body="Hm", subtype_xmlid="mail.mt_note"
            )
        self._assert_clock(ticket, "in_progress", at("2 10:00"), "first_response")

    def test_resolved_without_an_answer(self):
        """In time, the clock becomes void; too late, it is missed."""
        early, late = self._create_at(at("2 08:00")), self._create_at(at("2 08:00"))
        self._move(early, at("2 09:00"), "resolved")
        self._assert_clock(early, "void", at("2 10:00"), "first_response")
        self._move(late, at("2 11:00"), "resolved")
        self._assert_clock(late, "expired", at("2 10:00"), "first_response")

    # ------------------------------------------------------------------
    # Changes of the setup
    # ------------------------------------------------------------------

    def test_policy_changed_after_a_miss(self):
        """Missed at 17:00 by 8 hours; with 16 hours, it was met on Tuesday."""
        ticket = self._create_at(at("2 08:00"))
        self._move(ticket, at("3 10:00"), "waiting")
        self._assert_clock(ticket, "expired", at("2 17:00"))
        with freeze_time(at("3 11:00")):
            self.policy.hours = 16
            self._refresh()
        # 10 hours are used, 6 are left at 10:00
        self._assert_clock(ticket, "on_hold", at("3 17:00"))

    def test_team_without_working_hours_has_no_clocks(self):
        self.team.resource_calendar_id = False
        self.assertIn("no working hours", self.team.sla_problem)
        form = Form(self.env["helpdesk.ticket"].with_user(self.agent))
        form.name = "Mouse"
        form.description = "<p>Gone</p>"
        form.team_id = self.team
        ticket = form.save()
        self.assertFalse(ticket.ticket_sla_ids)
        ticket.with_user(self.agent).refresh_sla()
        self.assertFalse(ticket.ticket_sla_ids)

    def test_team_with_empty_working_hours(self):
        self.calendar.attendance_ids.unlink()
        self.assertIn("empty", self.team.sla_problem)
        self.assertFalse(self._create_ticket().ticket_sla_ids)

    def test_team_without_problem(self):
        self.assertFalse(self.team.sla_problem)
        self.team.write({"use_sla": False, "resource_calendar_id": False})
        self.assertFalse(self.team.sla_problem)

    def test_ticket_moves_to_a_team_without_working_hours(self):
        ticket = self._create_ticket()
        other = self.team.copy({"name": "Other", "resource_calendar_id": False})
        self.stage_new.team_ids += other
        ticket.team_id = other
        self.assertFalse(ticket.ticket_sla_ids)
        ticket.team_id = self.team
        self.assertEqual(len(ticket.ticket_sla_ids), 2)

    def test_at_risk(self):
        """20 % of 8 hours is left from 15:24 on: 1.6 hours before 17:00."""
        ticket = self._create_at(at("2 08:00"))
        self._answer(ticket, at("2 08:10"))
        self._assert_clock(
            ticket, "in_progress", at("2 17:00"), warn_date=at("2 15:24")
        )
        self.assertEqual(ticket.next_warn, at("2 15:24"))
        for moment, expected in (("15:23", False), ("15:25", True), ("17:01", False)):
            with self.subTest(moment), freeze_time(at(f"2 {moment}")):
                ticket.invalidate_recordset(["is_at_risk"])
                self.assertEqual(ticket.is_at_risk, expected)
        with freeze_time(at("2 09:00")):
            self.env.company.helpdesk_sla_warn_percent = 50
            self._refresh()
        self._assert_clock(
            ticket, "in_progress", at("2 17:00"), warn_date=at("2 12:00")
        )

    def test_missed_is_decided_by_the_deadline(self):
        ticket = self._create_at(at("2 08:00"))
        Ticket = self.env["helpdesk.ticket"]
        clock = self._get_clock(ticket)
        report = self.env["helpdesk.sla.report"]
        for moment, missed in (("17:00", False), ("17:01", True)):
            with self.subTest(moment), freeze_time(at(f"2 {moment}")):
                self.env.invalidate_all()
                self.assertEqual(clock.state, "in_progress")
                self.assertEqual(clock.expired, missed)
                for wanted in (True, False):
                    found = clock.search(
                        [("expired", "=", wanted), ("id", "=", clock.id)]
                    )
                    self.assertEqual(bool(found), wanted == missed)
        with freeze_time(at("2 17:01")):
            found = Ticket.search([("sla_expired", "=", True)])
            self.assertIn(ticket, found)
            self.assertNotIn(ticket, Ticket.search([("sla_expired", "=", False)]))
        [line] = report.search(
            [("ticket_id", "=", ticket.id), ("target", "=", "resolution")]
        )
        # the report looks at the clock of the database
        self.assertEqual(line.state, "expired")
        with freeze_time(at("2 17:01")), self.enter_registry_test_mode():
            self.env.ref(
                "school_helpdesk_workflow.ir_cron_note_missed"
            ).method_direct_trigger()
        self.assertEqual(clock.state, "expired")

    def test_counts_of_the_dashboard(self):
        """Due on Monday 10:00 (answer) and at risk from 09:36 on."""
        self._create_at(at("2 08:00"))
        self._create_at(at("2 08:00"))._set_status("cancelled")
        for moment, counts in (
            ("09:35", (0, 0)),
            ("09:37", (1, 0)),
            ("10:01", (0, 1)),
        ):
            with self.subTest(moment), freeze_time(at(f"2 {moment}")):
                self.team.invalidate_recordset()
                self.assertEqual(
                    (self.team.at_risk_count, self.team.overdue_count), counts
                )

    def test_team_form_shows_working_hours_once(self):
        view = self.env.ref("helpdesk_mgmt.view_helpdesk_team_form")
        arch = etree.fromstring(self.team.get_view(view.id, "form")["arch"])
        shown = [
            field
            for field in arch.iter("field")
            if field.get("name") == "resource_calendar_id"
            and field.get("invisible") != "1"
        ]
        self.assertEqual(len(shown), 1)

    def test_time_on_the_form(self):
        ticket = self._create_at(at("2 08:00"))
        clock = self._get_clock(ticket).with_context(tz="UTC")

        def text(moment):
            clock.invalidate_recordset(["time_text"])
            with freeze_time(moment):
                return clock.time_text.replace("\u202f", " ")

        self.assertEqual(text(at("2 15:00")), "due 5:00 PM, in 2 hours")
        self.assertEqual(text(at("2 17:40")), "due 5:00 PM, 40 minutes ago")
        self._move(ticket, at("2 10:00"), "waiting")
        self.assertEqual(text(at("2 16:00")), "6:00 working hours left")
        self._move(ticket, at("2 16:30"), "resolved")
        self.assertEqual(text(at("2 17:00")), "4:30 PM")
