"""Clocks and escalations with calendars that no school has, or hardly any."""

import math
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.school_helpdesk_base.models.helpdesk_ticket.working_time import (
    WorkingClock,
    get_ends,
)

from .escalation_common import EscalationCommon
from .sla_common import at


@tagged("post_install", "-at_install")
class TestOddCalendars(EscalationCommon):
    def _set_hours(self, *spans, **values):
        """Replace the working hours by spans of day of the week, start and end."""
        self.calendar.attendance_ids.unlink()
        self.calendar.write(
            {
                "attendance_ids": [
                    (
                        0,
                        0,
                        {
                            "name": "Hours",
                            "dayofweek": str(day),
                            "hour_from": start,
                            "hour_to": end,
                            **more,
                        },
                    )
                    for day, start, end, *rest in spans
                    for more in (rest[0] if rest else {},)
                ],
                **values,
            }
        )

    def _assert_walk(self, start, hours, end):
        """Check the deadline of a clock, and the moment of an escalation."""
        self.policy.hours = math.ceil(hours)
        ticket = self._create_at(start)
        self.assertEqual(get_ends(self.calendar, {1: (start, hours)})[1], end)
        clock = self._get_clock(ticket)
        if hours == math.ceil(hours):
            self.assertEqual(clock.deadline, end)
        if end:
            working = WorkingClock(self.calendar, start, end)
            self.assertAlmostEqual(working.get_hours(start, end), hours, places=4)

    def test_no_hours_at_all(self):
        self.calendar.attendance_ids.unlink()
        self._create_rule(trigger="unassigned", hours=1)
        self._create_rule(trigger="resolution")
        ticket = self._create_at(at("2 08:00"))
        self.assertFalse(ticket.ticket_sla_ids)
        self._run(at("2 12:00"))
        self._run(at("30 12:00"))
        self.assertFalse(ticket.escalation_ids)
        self.assertEqual(get_ends(self.calendar, {1: (at("2 08:00"), 1)}), {1: False})

    def test_hours_on_one_day_of_the_year(self):
        """All other days are holidays: Monday, 2 March 2026, and the same day later."""
        self._set_hours(*((day, 8, 12) for day in range(7)))
        begin = datetime(2026, 1, 1)
        for year in range(2026, 2031):
            day = datetime(year, 3, 2)
            self._create_holiday(begin, day - timedelta(seconds=1))
            begin = day + timedelta(days=1)
        self._create_holiday(begin, datetime(2040, 1, 1))
        self._assert_walk(at("2 08:00"), 4, at("2 12:00"))
        self._assert_walk(at("2 08:00"), 5, datetime(2027, 3, 2, 9))
        self._assert_walk(at("2 08:00"), 16, datetime(2029, 3, 2, 12))
        # later than in four years
        self._assert_walk(at("3 08:00"), 17, False)

    def test_two_weeks(self):
        first, second = {"week_type": "0"}, {"week_type": "1"}
        self._set_hours((0, 8, 12, first), (2, 8, 12, second), two_weeks_calendar=True)
        # two working days in two weeks, whichever week comes first
        clock = WorkingClock(self.calendar, at("2 00:00"), at("30 00:00"))
        self.assertEqual(clock.before[-1], 16)
        self._assert_walk(clock.starts[0].replace(tzinfo=None), 16, self._naive(clock))
        # far ahead, the weeks still take turns
        end = get_ends(self.calendar, {1: (at("2 00:00"), 400)})[1]
        working = WorkingClock(self.calendar, at("2 00:00"), end)
        self.assertEqual(working.get_hours(at("2 00:00"), end), 400)

    def _naive(self, clock):
        return clock.ends[-1].replace(tzinfo=None)

    def test_clock_changes(self):
        """In Berlin, 29 March has no 2:30, and 25 October has two."""
        self._set_hours(*((day, 0, 24) for day in range(7)), tz="Europe/Berlin")
        self._assert_walk(at("28 23:00"), 23, at("29 22:00"))
        self._assert_walk(datetime(2026, 10, 24, 22), 25, datetime(2026, 10, 25, 23))
        self._set_hours(*((day, 1, 4) for day in range(7)), tz="Europe/Berlin")
        # 1:00 to 2:00 and 3:00 to 4:00 local
        self._assert_walk(at("29 00:00"), 2, at("29 02:00"))
        self._assert_walk(datetime(2026, 10, 24, 23), 4, datetime(2026, 10, 25, 3))

    def test_a_leave_of_ten_years(self):
        self._create_holiday(at("3 00:00"), datetime(2036, 3, 2, 23, 59, 59))
        self._assert_walk(at("2 08:00"), 8, at("2 17:00"))
        self._assert_walk(at("2 09:00"), 8, False)
        self._create_rule(trigger="unassigned", hours=20)
        ticket = self._create_at(at("2 08:00"))
        self._run(at("2 09:00"))
        self.assertFalse(ticket.escalation_ids)

    def test_hours_across_midnight(self):
        """From 22:00 to 6:00, as Odoo wants it: two rows."""
        self._set_hours(
            *((day, 22, 24) for day in range(7)), *((day, 0, 6) for day in range(7))
        )
        self._assert_walk(at("2 23:00"), 7, at("3 06:00"))
        self._assert_walk(at("2 23:00"), 8, at("3 23:00"))
        self._assert_walk(at("2 12:00"), 2, at("3 00:00"))

    def test_overlapping_holidays(self):
        self._create_holiday(at("3 00:00"), at("4 12:00"))
        self._create_holiday(at("4 00:00"), at("5 23:59"))
        self._create_holiday(at("4 09:00"), at("4 10:00"))
        self._create_holiday(at("3 00:00"), at("4 12:00"))
        self._assert_walk(at("2 08:00"), 9, at("6 09:00"))

    # ------------------------------------------------------------------
    # How much of the calendar is read
    # ------------------------------------------------------------------

    def _get_days_read(self, function, *args):
        """Return how many days of calendars a function reads, and its result."""
        Calendar = self.env.registry["resource.calendar"]
        # below it, the hours of a year are kept in the cache
        read = Calendar._get_worked_intervals
        days = []

        def spy(calendar, first, last):
            days.append((last - first).days)
            return read(calendar, first, last)

        with patch.object(Calendar, "_get_worked_intervals", spy):
            result = function(*args)
        return sum(days), result

    def test_one_request_far_away_does_not_slow_the_rest(self):
        usual = {number: (at("2 08:00"), 1 + number) for number in range(50)}
        few, ends = self._get_days_read(get_ends, self.calendar, usual)
        odd = {
            # more hours than the calendar has in four years
            "never": (at("2 08:00"), 30_000),
            "after years": (datetime(2035, 3, 5, 8), 1),
            "long ago": (datetime(2016, 3, 7, 8), 1),
        }
        many, result = self._get_days_read(get_ends, self.calendar, {**usual, **odd})
        self.assertEqual(
            result,
            {
                **ends,
                "never": False,
                "after years": datetime(2035, 3, 5, 9),
                "long ago": datetime(2016, 3, 7, 9),
            },
        )
        self.assertLessEqual(many, 3 * few)

    def test_a_policy_that_nobody_can_meet_does_not_slow_the_rest(self):
        tickets = self._create_ticket() + self._create_ticket() + self._create_ticket()
        few, _result = self._get_days_read(tickets._compute_clocks)
        self.answer_policy.days = 100_000
        many, clocks = self._get_days_read(tickets._compute_clocks)
        self.assertEqual(many, few)
        self.assertEqual([*clocks[tickets[0]]], ["resolution"])

    def test_a_rule_that_never_fires_does_not_slow_the_rest(self):
        self._create_rule(trigger="unassigned", hours=2)
        tickets = self._create_ticket() + self._create_ticket()
        few, _result = self._get_days_read(tickets._compute_escalations)
        self._create_rule(trigger="unassigned", hours=35_000)
        many, lines = self._get_days_read(tickets._compute_escalations)
        self.assertEqual((many, len(lines)), (few, 2))
