"""The expected time of the solution on the ticket page."""

from datetime import datetime, timedelta

from freezegun import freeze_time
from lxml import html

from odoo.tests import tagged

from .common import PortalCase

#: A Tuesday; 08:00 in Bangkok.
NOW = datetime(2030, 3, 5, 1, 0)


@tagged("post_install", "-at_install")
class TestExpected(PortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("th_TH")
        cls.env.company.resource_calendar_id.tz = "Asia/Bangkok"
        cls.ticket = cls._new_tickets(cls.teacher)
        stages = cls.team._get_applicable_stages()
        cls.solved = stages.filtered(lambda one: one.status_category == "resolved")[0]
        cls.seen = stages.filtered(lambda one: one.status_category == "open")[0]

    def _create_clock(self, deadline, target="resolution", state="in_progress"):
        return self.env["helpdesk.ticket.sla"].create(
            {
                "ticket_id": self.ticket.id,
                "target": target,
                "state": state,
                "is_running": True,
                "deadline": deadline,
            }
        )

    def _expected(self, user=None, lang="en_US"):
        user = user or self.teacher
        ticket = self.ticket.with_user(user).with_context(lang=lang)
        with freeze_time(NOW):
            return ticket.sudo()._portal_expected()

    def test_day_and_time(self):
        clock = self._create_clock(NOW)
        for deadline, said in (
            (NOW + timedelta(hours=6), "today by 2:00"),
            (NOW + timedelta(days=1, hours=6), "by Wednesday, 2:00"),
            (NOW + timedelta(days=6), "by Monday, 8:00"),
            (NOW + timedelta(days=7), "by Tuesday Mar 12, 8:00"),
        ):
            with self.subTest(said):
                clock.deadline = deadline
                self.assertIn(said, self._expected())

    def test_the_answer_comes_first(self):
        answer = self._create_clock(NOW + timedelta(hours=1), target="first_response")
        self.assertIn("answer today by 9:00", self._expected())
        self.assertNotIn("solve", self._expected())
        self._create_clock(NOW + timedelta(days=1, hours=6))
        said = self._expected()
        self.assertIn("answer today by 9:00", said)
        self.assertIn("solve it by Wednesday, 2:00", said)
        answer.deadline = NOW + timedelta(days=1)
        self.assertIn("answer by Wednesday, 8:00", self._expected())
        answer.deadline = NOW - timedelta(minutes=1)
        self.assertEqual(
            self._expected(), "It takes longer than planned. We are on it."
        )
        answer.is_running = False
        self.assertNotIn("answer", self._expected())

    def test_in_the_users_language_and_time_zone(self):
        self._create_clock(NOW + timedelta(days=1, hours=6))
        self.assertIn("วันพุธ", self._expected(lang="th_TH"))
        self.teacher.tz = "Europe/Paris"
        self.assertIn("by Wednesday, 8:00", self._expected())

    def test_no_expected_time(self):
        self.assertEqual(self._expected(), "")
        self._create_clock(NOW + timedelta(hours=6))
        for status in ("waiting", "resolved", "closed", "cancelled"):
            with self.subTest(status):
                self.ticket._set_status(status)
                self.assertEqual(self._expected(), "")

    def test_a_missed_deadline_is_shown(self):
        clock = self._create_clock(NOW - timedelta(hours=1))
        for state in ("in_progress", "expired"):
            with self.subTest(state):
                clock.state = state
                self.assertIn("longer than planned", self._expected())

    def test_the_page_shows_the_expected_time(self):
        self._create_clock(datetime.now() + timedelta(days=400))
        self.authenticate(self.teacher.login, self.teacher.login)
        page = html.fromstring(self.url_open(f"/my/ticket/{self.ticket.id}").content)
        [box] = page.find_class("o_helpdesk_next")
        self.assertIn("We expect to solve it by", box.text_content())

    def test_times_on_the_pages_are_local(self):
        with freeze_time("2030-03-05 20:30:00"):
            self.ticket.last_stage_update = "2030-03-05 20:30:00"
            for lang, said in (("en_US", "Mar 6, 3:30"), ("th_TH", "6 มี.ค., 03:30")):
                with self.subTest(lang):
                    ticket = self.ticket.with_context(lang=lang).with_user(self.teacher)
                    moment = ticket._portal_moment(self.ticket.last_stage_update)
                    self.assertIn(said, moment)
        with freeze_time("2031-01-05 20:30:00"):
            moment = self.ticket._portal_moment(datetime(2030, 3, 5, 20, 30))
            self.assertIn("2030", moment)
