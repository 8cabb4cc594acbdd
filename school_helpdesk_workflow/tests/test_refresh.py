"""A change of working hours or policies reaches the open tickets, in the background."""

from unittest.mock import patch

from freezegun import freeze_time

from odoo.tools import mute_logger

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from .sla_common import SlaCommon, at


class TestRefresh(SlaCommon, CronMixinCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time(at("2 08:00")):
            cls.ticket = cls._create_ticket()
            cls.ended = cls._create_ticket()
        with freeze_time(at("2 09:00")):
            cls.ended._set_status("resolved")

    def _check_change(self, change, deadline):
        """Check that a change of setup updates the clock of the open ticket only.

        :param change: function that changes the setup
        :param deadline: the new deadline of the open ticket
        """
        self.env.flush_all()
        cron = self.env.ref("school_helpdesk_workflow.ir_cron_refresh_clocks")
        before = self._get_clock(self.ended).deadline
        with freeze_time(at("2 10:00")):
            with self.capture_triggers(cron.id) as triggers:
                change()
            self.assertTrue(triggers.records)
            self.assertEqual(self._get_clock(self.ticket).deadline, at("2 17:00"))
            self._refresh()
        self.assertEqual(self._get_clock(self.ticket).deadline, deadline)
        self.assertEqual(self._get_clock(self.ended).deadline, before)

    def test_policy(self):
        self._check_change(lambda: self.policy.write({"hours": 4}), at("2 12:00"))

    def test_new_policy(self):
        self._check_change(
            lambda: self._create_policy(hours=1, team_ids=[(4, self.team.id)]),
            at("2 09:00"),
        )

    def test_archived_policy(self):
        with freeze_time(at("2 08:00")):
            self._create_policy(hours=9, sequence=50)
        self._refresh()
        self._check_change(self.policy.action_archive, at("3 09:00"))

    def test_holiday(self):
        self._check_change(
            lambda: self._create_holiday(at("2 13:00"), at("2 23:59")), at("3 12:00")
        )

    def test_holiday_of_all_calendars(self):
        self._check_change(
            lambda: self._create_holiday(
                at("2 13:00"), at("2 23:59"), calendar_id=False
            ),
            at("3 12:00"),
        )

    def test_holiday_is_moved_and_deleted(self):
        with freeze_time(at("2 08:00")):
            holiday = self._create_holiday(at("10 00:00"), at("10 23:59"))
            self._refresh()
        self._check_change(
            lambda: holiday.write(
                {"date_from": at("2 13:00"), "date_to": at("2 23:59")}
            ),
            at("3 12:00"),
        )
        with freeze_time(at("2 10:30")):
            holiday.unlink()
            self._refresh()
        self.assertEqual(self._get_clock(self.ticket).deadline, at("2 17:00"))

    def test_attendance(self):
        monday = self.calendar.attendance_ids.filtered(
            lambda one: one.dayofweek == "0" and one.day_period == "afternoon"
        )
        self._check_change(lambda: monday.write({"hour_to": 16}), at("3 09:00"))

    def test_deleted_attendance(self):
        monday = self.calendar.attendance_ids.filtered(
            lambda one: one.dayofweek == "0" and one.day_period == "afternoon"
        )
        self._check_change(monday.unlink, at("3 12:00"))

    def test_time_zone(self):
        # 08:00 UTC is 15:00 in Bangkok: 2 hours on Monday, 6 on Tuesday until 15:00
        self._check_change(
            lambda: self.calendar.write({"tz": "Asia/Bangkok"}), at("3 08:00")
        )

    def test_calendar_of_the_team(self):
        other = self.env["resource.calendar"].create(
            {"name": "Mornings", "tz": "UTC", "company_id": False}
        )
        other.attendance_ids.filtered(lambda one: one.hour_from >= 12).unlink()
        self._check_change(
            lambda: self.team.write({"resource_calendar_id": other.id}), at("3 12:00")
        )

    def test_category_moves_in_the_tree(self):
        Category = self.env["helpdesk.ticket.category"]
        parent = Category.create({"name": "Hardware"})
        child = Category.create({"name": "Mouse"})
        with freeze_time(at("2 08:00")):
            self._create_policy(hours=1, category_ids=[(4, parent.id)])
            self.ticket.category_id = child
            self._refresh()
        self._check_change(lambda: child.write({"parent_id": parent.id}), at("2 09:00"))

    def test_absence_of_a_person_changes_nothing(self):
        resource = self.env["resource.resource"].create(
            {"name": "Agent", "calendar_id": self.calendar.id}
        )
        version = self.team.clocks_version
        self._create_holiday(at("2 08:00"), at("2 17:00"), resource_id=resource.id)
        self.assertEqual(self.team.clocks_version, version)

    def test_other_teams_are_left_alone(self):
        other = self.team.copy(
            {"name": "Other", "resource_calendar_id": self.calendar.copy().id}
        )
        version = other.clocks_version
        self._create_holiday(at("2 13:00"), at("2 23:59"))
        self.assertEqual(other.clocks_version, version)

    def test_a_failing_ticket_does_not_stop_the_others(self):
        with freeze_time(at("2 08:00")):
            other = self._create_ticket()
        self.policy.hours = 4
        Ticket = self.env.registry["helpdesk.ticket"]
        original = Ticket._compute_clocks

        def fail(tickets, *args):
            if self.ticket in tickets:
                raise ValueError("broken")
            return original(tickets, *args)

        with (
            freeze_time(at("2 10:00")),
            patch.object(Ticket, "_compute_clocks", fail),
            mute_logger("odoo.addons.school_helpdesk_base.models.helpdesk_sweep_mixin"),
        ):
            self._refresh()
        self.assertEqual(self._get_clock(other).deadline, at("2 12:00"))
        self.assertEqual(self._get_clock(self.ticket).deadline, at("2 17:00"))
        with freeze_time(at("2 10:00")):
            self._refresh()
        self.assertEqual(self._get_clock(self.ticket).deadline, at("2 12:00"))
