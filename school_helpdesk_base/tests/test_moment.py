"""The time zone in which a person reads and types times."""

from datetime import datetime

from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.school_helpdesk_base.tools.moment import (
    format_moment,
    get_time_zone,
    get_today,
    parse_local,
)

from .common import HelpdeskCommon, tell

#: 10:00 on the same day in Bangkok, 22:00 of the day before in New York
MOMENT = datetime(2026, 1, 15, 3, 0)
READERS = (
    ("Asia/Bangkok", "Jan 15, 10:00 AM"),
    ("America/New_York", "Jan 14, 10:00 PM"),
    ("Europe/Paris", "Jan 15, 4:00 AM"),
    # a person without a time zone: that of the school, which is Tokyo here
    (False, "Jan 15, 12:00 PM"),
)


def tidy(text):
    """Replace the narrow space that some versions of Babel write before AM and PM."""
    return text.replace("\u202f", " ")


@tagged("post_install", "-at_install")
class TestMoment(HelpdeskCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.school = cls.env.company.partner_id
        cls.school.tz = "Asia/Tokyo"
        cls.startClassPatcher(freeze_time(MOMENT))

    def _get_zone(self):
        return get_time_zone(self.requester.with_user(self.requester).env).zone

    def test_each_reader_sees_their_own_time_zone(self):
        for zone, said in READERS:
            with self.subTest(zone=zone):
                self.requester.tz = zone
                env = self.requester.with_user(self.requester).env
                self.assertEqual(tidy(format_moment(env, MOMENT)), said)

    def test_what_is_typed_is_shown_again(self):
        for zone, _said in READERS:
            for typed in ("2026-01-15T10:00", "2026-07-01T00:30", "2026-12-31T23:59"):
                with self.subTest(zone=zone, typed=typed):
                    self.requester.tz = zone
                    env = self.requester.with_user(self.requester).env
                    moment = parse_local(env, typed)
                    shown = tidy(format_moment(env, moment))
                    clock = datetime.fromisoformat(typed).strftime("%-I:%M %p")
                    self.assertIn(clock, shown)
                    day = datetime.fromisoformat(typed).strftime("%b %-d,")
                    self.assertIn(day, shown)

    def test_the_zone_of_the_school(self):
        self.requester.tz = False
        self.assertEqual(self._get_zone(), "Asia/Tokyo")
        self.school.tz = False
        self.env.company.resource_calendar_id.tz = "Asia/Seoul"
        self.assertEqual(self._get_zone(), "Asia/Seoul")
        # Odoo's own working hours are in UTC until somebody chooses a zone
        self.env.company.resource_calendar_id.tz = "UTC"
        self.env["helpdesk.ticket.team"].search([]).resource_calendar_id = self.calendar
        self.calendar.tz = "Asia/Manila"
        self.env.invalidate_all()
        self.assertEqual(self._get_zone(), "Asia/Manila")
        self.calendar.tz = "UTC"
        self.env.invalidate_all()
        self.assertEqual(self._get_zone(), "UTC")

    def test_who_asks_first_does_not_decide_the_zone(self):
        company = self.env.company
        self.requester.tz = self.school.tz = False
        company.resource_calendar_id.tz = "UTC"
        self.calendar.tz = "Asia/Manila"
        teams = self.env["helpdesk.ticket.team"].search([])
        teams.resource_calendar_id = self.calendar
        teams.active = False
        every = company.with_context(active_test=False)
        self.assertEqual(every._get_helpdesk_time_zone(), "UTC")
        self.assertEqual(self._get_zone(), "UTC")

    def test_an_unknown_zone_is_no_error(self):
        # old names are dropped from the lists of zones, but stay in the database
        self.env.cr.execute(
            "UPDATE res_partner SET tz = 'Mars/Base' WHERE id = %s",
            [self.requester.partner_id.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self._get_zone(), "Asia/Tokyo")

    def test_the_day_of_today(self):
        for zone, day in (
            ("Asia/Bangkok", 15),
            ("America/New_York", 14),
            (False, 15),
        ):
            with self.subTest(zone=zone):
                self.requester.tz = zone
                env = self.requester.with_user(self.requester).env
                self.assertEqual(get_today(env).day, day)

    def test_a_mail_shows_the_zone_of_its_recipient(self):
        template = self.env["mail.template"].create(
            {
                "name": "Waiting",
                "model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "subject": "{{ format_datetime(object.wait_until) }}",
                "body_html": '<p><t t-out="format_datetime(object.wait_until, '
                "dt_format='HH:mm')\"/> <t t-out=\"format_time(object.wait_until,"
                " time_format='HH.mm')\"/></p>",
            }
        )
        tickets = self.env["helpdesk.ticket"]
        expected = {}
        for zone, hour, long in (
            ("Asia/Bangkok", "10", "10:00:00 AM"),
            ("America/New_York", "22", "10:00:00 PM"),
            (False, "12", "12:00:00 PM"),
        ):
            person = self.env["res.partner"].create({"name": "R", "tz": zone})
            ticket = self._create_ticket(
                partner_id=person.id,
                stage_id=self.stage_waiting.id,
                wait_until=MOMENT,
            )
            expected[ticket.id] = f"{hour}:00 {hour}.00", long
            tickets |= ticket
        # the zone of the sender must not matter
        self.env.user.tz = "Pacific/Auckland"
        bodies = template._render_field("body_html", tickets.ids)
        subjects = template._render_field("subject", tickets.ids)
        for ticket_id, (said, long) in expected.items():
            with self.subTest(said=said):
                self.assertIn(said, bodies[ticket_id])
                self.assertIn(long, tidy(subjects[ticket_id]))

    def test_the_mail_of_a_stage_shows_the_zone_of_the_requester(self):
        self.stage_resolved.mail_template_id = self.env["mail.template"].create(
            {
                "name": "Solved",
                "model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "body_html": '<p>Solved at <t t-out="format_datetime('
                "object.resolved_date, dt_format='HH:mm')\"/></p>",
                "use_default_to": True,
            }
        )
        for zone, said in (
            ("Asia/Bangkok", "10:00"),
            ("America/New_York", "22:00"),
            (False, "12:00"),
        ):
            with self.subTest(zone=zone):
                self.requester.tz = zone
                ticket = self._create_ticket()
                tell(self.env)
                ticket.with_user(self.agent).stage_id = self.stage_resolved
                tell(self.env)
                mails = ticket.message_ids.filtered(
                    lambda one: "Solved at" in (one.body or "")
                )
                self.assertIn(f"Solved at {said}", mails.body)

    def flush_tracking(self):
        self.env.flush_all()
        self.cr.flush()
