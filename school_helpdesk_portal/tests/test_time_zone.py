"""Every time on the pages, read and typed, is in the time zone of the reader."""

from datetime import datetime
from unittest.mock import patch

from freezegun import freeze_time
from lxml import html

from odoo.tests import tagged

from .common import PortalCase

#: 10:00 of the next day in Bangkok, 22:00 in New York, 12:00 of the next day in Tokyo
MOMENT = datetime(2030, 1, 15, 3, 0)
READERS = (
    ("Asia/Bangkok", "Jan 15, 2030, 10:00 AM"),
    ("America/New_York", "Jan 14, 2030, 10:00 PM"),
    # a user without a time zone gets the one of the school
    (False, "Jan 15, 2030, 12:00 PM"),
)


def tidy(text):
    """Replace the narrow space before AM and PM, and join the lines."""
    return " ".join(text.replace("\u202f", " ").split())


@tagged("post_install", "-at_install")
class TestTimeZone(PortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.partner_id.tz = "Asia/Tokyo"
        # the pages are rendered as OdooBot, whose time zone must have no effect
        cls.env.ref("base.user_root").tz = "Pacific/Auckland"
        cls.ticket = cls._new_tickets(cls.teacher)
        cls.ticket.description = "<p>Mine</p>"
        cls.message = cls.ticket.with_user(cls.agent).message_post(
            body="Answer", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        cls.message.sudo().date = MOMENT
        cls.ticket.last_stage_update = MOMENT
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE helpdesk_ticket SET create_date = %s WHERE id = %s",
            [MOMENT, cls.ticket.id],
        )
        cls.env.invalidate_all()

    def _sign_in(self, zone, user=None):
        user = user or self.teacher
        user.tz = zone
        self.authenticate(user.login, user.login)

    def _page(self, path):
        response = self.url_open(path)
        self.assertEqual(response.status_code, 200)
        return html.fromstring(response.content)

    def _times(self, path):
        return {tidy(time.text_content()) for time in self._page(path).iter("time")}

    def test_list_and_page_show_the_same_time(self):
        for zone, said in READERS:
            with self.subTest(zone=zone):
                self._sign_in(zone)
                self.assertEqual(self._times("/my/tickets?filterby=all"), {said})
                self.assertEqual(self._times(f"/my/ticket/{self.ticket.id}"), {said})

    def test_a_link_from_a_mail_shows_the_zone_of_the_school(self):
        self.authenticate(None, None)
        token = self.ticket._portal_ensure_token()
        path = f"/my/ticket/{self.ticket.id}?access_token={token}"
        self.assertEqual(self._times(path), {READERS[-1][1]})

    def test_the_page_of_affected_people(self):
        self.ticket.share_with_affected = True
        self.ticket._add_affected(self.student.partner_id)
        for zone, said in READERS:
            with self.subTest(zone=zone):
                self._sign_in(zone, self.student)
                times = self._times(f"/my/affected/{self.ticket.id}")
                self.assertEqual(times, {said})

    def test_the_expected_time(self):
        deadline = datetime(2130, 1, 15, 3, 0)
        Ticket = self.env.registry["helpdesk.ticket"]
        for zone, said in (
            ("Asia/Bangkok", "Sunday Jan 15, 10:00 AM"),
            ("America/New_York", "Saturday Jan 14, 10:00 PM"),
            (False, "Sunday Jan 15, 12:00 PM"),
        ):
            with (
                self.subTest(zone=zone),
                patch.object(Ticket, "_get_deadline", lambda *args: deadline),
            ):
                self._sign_in(zone)
                page = self._page(f"/my/ticket/{self.ticket.id}")
                [box] = page.find_class("o_helpdesk_next")
                self.assertIn(f"by {said}.", tidy(box.text_content()))

    def test_a_typed_time_is_shown_unchanged(self):
        """A time from the form is stored in UTC and shown as it was typed."""
        self.team.write(
            {
                "show_in_portal": True,
                "ticket_properties": [
                    {"name": "until", "type": "datetime", "string": "Affected until"}
                ],
            }
        )
        Team = self.env["helpdesk.ticket.team"]
        name = self.team._portal_get_input_name({"name": "until"})
        for zone, stored in (
            ("Asia/Bangkok", "2030-01-15 03:00:00"),
            ("America/New_York", "2030-01-15 15:00:00"),
            (False, "2030-01-15 01:00:00"),
        ):
            with self.subTest(zone=zone):
                self._sign_in(zone)
                team = Team.with_user(self.teacher).sudo().browse(self.team.id)
                values, errors = team._portal_parse_properties(
                    lambda asked: ["2030-01-15T10:00"] if asked == name else []
                )
                self.assertFalse(errors)
                self.assertEqual(values, {"until": stored})
                self.ticket.properties = values
                page = self._page(f"/my/ticket/{self.ticket.id}")
                [facts] = page.find_class("o_helpdesk_facts")
                self.assertIn(
                    "Affected until Jan 15, 2030, 10:00 AM",
                    tidy(facts.text_content()),
                )
                # as a default, it is offered as it was typed
                self.assertEqual(
                    team._portal_format_default(
                        {"type": "datetime", "default": stored}
                    ),
                    ["2030-01-15T10:00"],
                )

    def test_actions_of_the_page_belong_to_the_reader(self):
        self._sign_in("Asia/Bangkok")
        self._comment(self.ticket, comment="It is still dark")
        message = self.ticket.message_ids.sorted("id")[-1]
        self.assertIn("still dark", message.body)
        self.assertEqual(message.author_id, self.teacher.partner_id)
        self.ticket._set_status("resolved")
        self._post(f"/my/ticket/{self.ticket.id}/not_solved")
        self.assertEqual(self.ticket.status_category, "open")
        [*_, row] = self.ticket.status_log_ids.sorted("id")
        self.assertEqual(row.user_id, self.teacher)

    def test_a_warranty_ends_with_the_day_of_the_reader(self):
        asset = self.env["asset.asset"].new({"warranty_end_date": "2030-01-14"})
        for zone, covered in (
            ("Asia/Bangkok", False),
            ("America/New_York", True),
            (False, False),
        ):
            with self.subTest(zone=zone), freeze_time(MOMENT):
                self.teacher.tz = zone
                text = asset.with_user(self.teacher).sudo()._portal_get_warranty()
                self.assertEqual(text.startswith("Yes"), covered)
