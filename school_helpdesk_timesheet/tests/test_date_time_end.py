"""The end time of a timesheet line is computed in every unit and searchable."""

from datetime import datetime

from odoo import fields
from odoo.tests import new_test_user, tagged

from odoo.addons.base.tests.common import BaseCommon


@tagged("post_install", "-at_install")
class TestDateTimeEnd(BaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(
            cls.env, "timekeeper", groups="hr_timesheet.group_hr_timesheet_user"
        )
        cls.user.action_create_employee()
        cls.project = cls.env["project.project"].create(
            {"name": "Desk", "allow_timesheets": True}
        )
        cls.hour = cls.env.ref("uom.product_uom_hour")
        cls.day = cls.env.ref("uom.product_uom_day")
        cls.two_hours = cls._create_line(2, cls.hour)
        cls.half_day = cls._create_line(0.5, cls.day)
        cls.running = cls._create_line(0, cls.hour)
        cls.no_time = cls._create_line(500, cls.env.ref("uom.product_uom_gram"))
        cls.without_end = cls.running + cls.no_time
        cls.lines = cls.two_hours + cls.half_day + cls.without_end

    @classmethod
    def _create_line(cls, amount, uom):
        """A line that starts on 10 January 2023 at 8:00."""
        return (
            cls.env["account.analytic.line"]
            .with_user(cls.user)
            .create(
                {
                    "name": "Work",
                    "project_id": cls.project.id,
                    "date_time": datetime(2023, 1, 10, 8),
                    "unit_amount": amount,
                    "product_uom_id": uom.id,
                }
            )
        )

    def _search(self, operator, value):
        return self.lines.search(
            [("id", "in", self.lines.ids), ("date_time_end", operator, value)]
        )

    def test_compute(self):
        self.assertEqual(self.two_hours.date_time_end, datetime(2023, 1, 10, 10))
        self.assertEqual(self.half_day.date_time_end, datetime(2023, 1, 10, 12))
        self.assertFalse(self.running.date_time_end)
        self.assertFalse(self.no_time.date_time_end)

    def test_search_compares(self):
        """Both strings and datetimes are accepted; running lines never match."""
        for value in ("2023-01-10 10:00:00", datetime(2023, 1, 10, 10)):
            with self.subTest(value=value):
                self.assertEqual(self._search("<=", value), self.two_hours)
                self.assertEqual(self._search("<", value), self.lines.browse())
                self.assertEqual(self._search(">", value), self.half_day)
                self.assertEqual(
                    self._search(">=", value), self.two_hours + self.half_day
                )

    def test_search_equals(self):
        ten, noon = datetime(2023, 1, 10, 10), datetime(2023, 1, 10, 12)
        self.assertEqual(self._search("=", ten), self.two_hours)
        self.assertEqual(self._search("!=", ten), self.half_day + self.without_end)
        self.assertEqual(
            self._search("in", [ten, noon]), self.two_hours + self.half_day
        )
        self.assertEqual(self._search("not in", [ten, noon]), self.without_end)

    def test_search_set(self):
        self.assertEqual(self._search("=", False), self.without_end)
        self.assertEqual(self._search("!=", False), self.two_hours + self.half_day)

    def test_search_finds_unsaved_change(self):
        """The search sees changes that are not yet flushed to the database."""
        self.two_hours.unit_amount = 3
        self.assertEqual(
            self._search("=", fields.Datetime.to_datetime("2023-01-10 11:00:00")),
            self.two_hours,
        )
