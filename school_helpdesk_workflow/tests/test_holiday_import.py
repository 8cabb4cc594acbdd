"""Holidays from .ics files."""

import base64
from datetime import datetime

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .sla_common import SlaCommon

FILE = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//School//EN
BEGIN:VEVENT
UID:songkran-2026@school
DTSTART;VALUE=DATE:20260413
DTEND;VALUE=DATE:20260416
SUMMARY:Songkran
END:VEVENT
BEGIN:VEVENT
UID:makha-2026@school
DTSTART;VALUE=DATE:20260303
SUMMARY:วันมาฆบูชา
END:VEVENT
BEGIN:VEVENT
UID:sports@school
DTSTART;TZID=Asia/Bangkok:20260610T080000
DTEND;TZID=Asia/Bangkok:20260610T120000
SUMMARY:Sports day
END:VEVENT
BEGIN:VEVENT
UID:meeting@school
DTSTART:20260611T010000Z
DURATION:PT2H
SUMMARY:Meeting
END:VEVENT
END:VCALENDAR
"""

REPEATED = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//School//EN
BEGIN:VEVENT
UID:mother@school
DTSTART;VALUE=DATE:20150812
DTEND;VALUE=DATE:20150813
RRULE:FREQ=YEARLY
SUMMARY:Mother's Day
END:VEVENT
BEGIN:VEVENT
UID:meeting@school
DTSTART;TZID=Asia/Bangkok:20260610T080000
DTEND;TZID=Asia/Bangkok:20260610T120000
RRULE:FREQ=WEEKLY;COUNT=3
SUMMARY:Meeting
END:VEVENT
BEGIN:VEVENT
UID:meeting@school
RECURRENCE-ID;TZID=Asia/Bangkok:20260617T080000
DTSTART;TZID=Asia/Bangkok:20260618T080000
DTEND;TZID=Asia/Bangkok:20260618T120000
SUMMARY:Meeting in the hall
END:VEVENT
END:VCALENDAR
"""


class TestHolidayImport(SlaCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar.tz = "Asia/Bangkok"
        cls.manager = new_test_user(
            cls.env, "sla_manager", groups="helpdesk_mgmt.group_helpdesk_manager"
        )

    def _import(self, text=FILE, user=None, calendar=None):
        data = text if isinstance(text, bytes) else text.encode()
        wizard = (
            self.env["helpdesk.holiday.import"]
            .with_user(user or self.manager)
            .create(
                {
                    "calendar_id": (calendar or self.calendar).id,
                    "ics_file": base64.b64encode(data),
                }
            )
        )
        return wizard.action_import()["params"]["message"]

    def _get_holidays(self):
        return {
            leave.name: (leave.date_from, leave.date_to)
            for leave in self.calendar.global_leave_ids
        }

    def test_import(self):
        message = self._import()
        self.assertEqual(message, "4 holidays, 4 of them new.")
        self.assertEqual(
            self._get_holidays(),
            {
                # whole days of the school's time zone, seven hours before UTC
                "Songkran": (
                    datetime(2026, 4, 12, 17, 0),
                    datetime(2026, 4, 15, 16, 59, 59),
                ),
                "วันมาฆบูชา": (
                    datetime(2026, 3, 2, 17, 0),
                    datetime(2026, 3, 3, 16, 59, 59),
                ),
                "Sports day": (
                    datetime(2026, 6, 10, 1, 0),
                    datetime(2026, 6, 10, 4, 59, 59),
                ),
                "Meeting": (
                    datetime(2026, 6, 11, 1, 0),
                    datetime(2026, 6, 11, 2, 59, 59),
                ),
            },
        )

    def test_import_again(self):
        self._import()
        before = self.calendar.global_leave_ids
        self.assertEqual(self._import(), "4 holidays, 0 of them new.")
        moved = FILE.replace("20260303", "20260304").replace("Songkran", "New Year")
        self._import(moved)
        self.assertEqual(self.calendar.global_leave_ids, before)
        holidays = self._get_holidays()
        self.assertIn("New Year", holidays)
        self.assertEqual(holidays["วันมาฆบูชา"][0], datetime(2026, 3, 3, 17, 0))

    def test_cancelled_events_are_no_holidays(self):
        with freeze_time("2026-03-02 03:00:00"):
            cancelled = FILE.replace(
                "SUMMARY:Songkran", "SUMMARY:Songkran\nSTATUS:CANCELLED"
            )
            self.assertEqual(self._import(cancelled), "3 holidays, 3 of them new.")
            self.assertNotIn("Songkran", self._get_holidays())
            self._import()
            self.assertIn("Songkran", self._get_holidays())
            self._import(cancelled)
            self.assertNotIn("Songkran", self._get_holidays())
            self.assertIn("Sports day", self._get_holidays())

    def test_events_that_are_repeated(self):
        """Mother's Day is each year, the meeting in three weeks, once a day later."""
        self.calendar.global_leave_ids.unlink()
        with freeze_time("2026-03-02 03:00:00"):
            self.assertEqual(self._import(REPEATED), "7 holidays, 7 of them new.")
            found = self.calendar.global_leave_ids.sorted("date_from")
            self.assertEqual(
                [(leave.name, str(leave.date_from)) for leave in found],
                [
                    # the day begins at 17:00 UTC
                    ("Mother's Day", "2025-08-11 17:00:00"),
                    ("Meeting", "2026-06-10 01:00:00"),
                    ("Meeting in the hall", "2026-06-18 01:00:00"),
                    ("Meeting", "2026-06-24 01:00:00"),
                    ("Mother's Day", "2026-08-11 17:00:00"),
                    ("Mother's Day", "2027-08-11 17:00:00"),
                    ("Mother's Day", "2028-08-11 17:00:00"),
                ],
            )
            self.assertEqual(self._import(REPEATED), "7 holidays, 0 of them new.")
            self.assertEqual(self.calendar.global_leave_ids, found)
            # one is left out, in a newer file
            fewer = REPEATED.replace(
                "RRULE:FREQ=YEARLY",
                "RRULE:FREQ=YEARLY\nEXDATE;VALUE=DATE:20270812",
            )
            self._import(fewer)
            self.assertEqual(len(self.calendar.global_leave_ids), 6)

    def test_clocks_follow(self):
        version = self.team.clocks_version
        self._import()
        self.assertGreater(self.team.clocks_version, version)

    def test_other_files_are_refused(self):
        empty = "BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR\n"
        no_uid = FILE.replace("UID:sports@school\n", "")
        no_start = FILE.replace("DTSTART;VALUE=DATE:20260413\n", "")
        for text in (" ", "hello", b"\xff\xfe\x00", empty, no_uid, no_start):
            with self.subTest(text), self.assertRaises(UserError):
                self._import(text)
        self.assertFalse(self.calendar.global_leave_ids)

    def test_only_calendars_of_the_desk(self):
        other = self.calendar.copy({"name": "Office"})
        with self.assertRaises(AccessError):
            self._import(calendar=other)
        self.team.copy({"name": "Office", "resource_calendar_id": other.id})
        self._import(calendar=other)

    def test_only_managers(self):
        with self.assertRaises(AccessError):
            self._import(user=self.agent)
        self.agent.group_ids = [
            Command.link(self.env.ref("helpdesk_mgmt.group_helpdesk_manager").id)
        ]
        self._import(user=self.agent)
