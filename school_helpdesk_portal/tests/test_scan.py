"""The scan page: submissions, access, known problems and offered problems."""

import io
import uuid
from unittest.mock import patch

from lxml import html
from PIL import Image
from pillow_heif import from_pillow

from odoo.exceptions import AccessError, ConcurrencyError
from odoo.http import Request
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.asset_asset import scan
from .scan_common import PIXEL, ScanCase


@tagged("post_install", "-at_install")
class TestScanReport(ScanCase):
    def test_two_taps_create_a_ticket(self):
        for user in (self.student, self.employee):
            with self.subTest(user.login):
                self._sign_in(user)
                form = self._scan().forms[-1]
                response = self._report(key=form.fields["key"])
                ticket = self.env["helpdesk.ticket"].search(
                    [("partner_id", "=", user.partner_id.id)]
                )
                self.assertEqual(response.status_code, 303)
                self.assertTrue(
                    response.headers["Location"].endswith(f"/my/ticket/{ticket.id}")
                )
                self.assertEqual(ticket.name, "Too dark - EPS-0012")
                self.assertEqual(ticket.asset_id, self.asset)
                self.assertEqual(ticket.asset_link_ids.role, "primary")
                self.assertEqual(ticket.category_id, self.dark)
                self.assertTrue(ticket.team_id.show_in_portal)
                self.assertEqual(ticket.status_category, "open")
                self.assertFalse(ticket.user_id)
                self.assertEqual(ticket.create_uid, user)
                self.assertEqual(
                    ticket.channel_id, self.env.ref("school_helpdesk_portal.channel_qr")
                )
                self.assertIn(user.partner_id, ticket.message_partner_ids)
                page = self.url_open(response.headers["Location"])
                self.assertIn("Too dark - EPS-0012", page.text)

    def test_something_else_with_a_description(self):
        self._sign_in()
        self._report(category="other", words="It smells.\nOf fire.\0")
        ticket = self._sent()
        self.assertEqual(ticket.name, "It smells. Of fire. - EPS-0012")
        self.assertFalse(ticket.category_id)
        self.assertIn("It smells.", ticket.description)

    def test_something_else_without_a_description(self):
        self._sign_in()
        self._report(category="other")
        self.assertIn("EPS-0012", self._sent().name)

    def test_a_text_of_invisible_characters_is_empty(self):
        self._sign_in()
        self._report(category="other")
        expected = self._sent()
        for words in ("\u200b", " \u2060\n\ufeff", "\u00ad\u202e"):
            with self.subTest(words=words):
                self._report(category="other", words=words, key=uuid.uuid4().hex)
                ticket = self._sent() - expected
                self.assertEqual(ticket.name, expected.name)
                self.assertEqual(ticket.description, expected.description)
                ticket.unlink()

    def test_the_type_is_the_topmost_categorys(self):
        team = self.env["helpdesk.ticket.team"].create(
            {"name": "Beam Team", "sequence": 99, "show_in_portal": True}
        )
        kind = self.env["helpdesk.ticket.type"].create(
            {"name": "Beaming", "team_ids": [(4, team.id)]}
        )
        self.dark.parent_id = self.env["helpdesk.ticket.category"].create(
            {"name": "Light", "type_id": kind.id}
        )
        self._sign_in()
        self._report()
        self.assertEqual(self._sent().type_id, kind)
        self.assertEqual(self._sent().team_id, team)

    def test_a_form_sent_twice_creates_one_ticket(self):
        self._sign_in()
        key = uuid.uuid4().hex
        answers = [self._report(key=key) for _time in range(2)]
        ticket = self._sent()
        self.assertEqual(len(ticket), 1)
        self.assertEqual(*[answer.headers["Location"] for answer in answers])
        # the key of another user gives no access to their ticket
        self._sign_in(self.employee)
        self._report(key=key)
        self.assertEqual(
            self.env["helpdesk.submission"].search_count([("key", "=", key)]), 2
        )

    @mute_logger("odoo.sql_db")
    def test_changes_after_a_lost_response_become_a_comment(self):
        """A form that is sent again adds its new parts to the ticket as a comment."""
        self._sign_in()
        key = uuid.uuid4().hex
        first = [("photo", ("a.png", PIXEL, "image/png"))]
        self._report(key=key, words="It hums < loud", files=first)
        ticket = self._sent()
        self._report(key=key, words="It hums < loud", files=first)
        self.assertFalse(ticket._portal_messages())
        second = [("photo", ("log.txt", b"hum", "text/plain"))]
        response = self._report(
            key=key,
            category=str(self.noisy.id),
            words="It hums, and it smells",
            files=first + second,
        )
        self.assertTrue(
            response.headers["Location"].endswith(f"/my/ticket/{ticket.id}")
        )
        self.assertEqual(self._sent(), ticket)
        message = ticket._portal_messages()
        self.assertEqual(message.author_id, self.student.partner_id)
        self.assertIn("Too noisy", message.body)
        self.assertIn("it smells", message.body)
        self.assertEqual(message.attachment_ids.mapped("name"), ["log.txt"])

    def test_a_form_sent_twice_at_the_same_time_is_retried(self):
        Ticket = self.env["helpdesk.ticket"].with_user(self.student)
        values = Ticket._prepare_submission_values(self.dark, assets_sudo=self.asset)
        report = (uuid.uuid4().hex, values)
        first, is_new = Ticket._create_from_submission(*report)
        self.assertTrue(is_new)
        # as if another transaction had just sent the form: the search does not find it
        with (
            patch.object(
                type(Ticket), "_find_submission", lambda self, key: self.browse()
            ),
            self.assertRaises(ConcurrencyError),
        ):
            Ticket._create_from_submission(*report)
        self.assertEqual(Ticket._create_from_submission(*report), (first, False))

    def test_photos(self):
        self._sign_in()
        self._report(
            files=[
                ("photo", ("one.png", PIXEL, "image/png")),
                ("photo", ("two.png", PIXEL, "image/png")),
            ]
        )
        ticket = self._sent()
        self.assertEqual(ticket.attachment_ids.mapped("raw"), [PIXEL, PIXEL])
        page = html.fromstring(self.url_open(f"/my/ticket/{ticket.id}").content)
        links = page.xpath("//a[text()='one.png' or text()='two.png']/@href")
        self.assertEqual(len(links), 2)
        self.assertEqual(self.url_open(links[0]).content, PIXEL)

    def test_heic_becomes_jpeg_without_position(self):
        exif = Image.Exif()
        exif[0x8825] = {1: "N", 2: (13.0, 45.0, 0.0)}
        heic, jpeg = io.BytesIO(), io.BytesIO()
        picture = Image.new("RGB", (64, 32), "red")
        from_pillow(picture).save(heic, exif=exif.tobytes())
        picture.save(jpeg, "JPEG", exif=exif)
        self._sign_in()
        self._report(
            files=[
                ("photo", ("IMG_1.HEIC", heic.getvalue(), "image/heic")),
                ("photo", ("two.jpeg", jpeg.getvalue(), "image/jpeg")),
            ]
        )
        photos = self._sent().attachment_ids.sorted("name")
        self.assertEqual(photos.mapped("name"), ["IMG_1.jpg", "two.jpg"])
        for photo in photos:
            kept = Image.open(io.BytesIO(photo.raw))
            self.assertEqual((kept.format, kept.size), ("JPEG", (64, 32)))
            self.assertFalse(kept.getexif())

    def test_a_refused_broken_photo_keeps_the_text(self):
        self._sign_in()
        broken = b"\x00\x00\x00\x18ftypheic" + b"\xff" * 99
        response = self._report(
            words="Look at this", files=[("photo", ("a.heic", broken, "image/heic"))]
        )
        self.assertEqual(response.status_code, 422)
        self.assertIn("The photo a.heic cannot be read.", response.text)
        self.assertIn("Look at this", response.text)
        self.assertFalse(self._sent())

    def test_a_refused_other_file_keeps_the_text(self):
        self._sign_in()
        response = self._report(
            words="Look at this",
            files=[("photo", ("one.png", b"<svg onload=alert(1)>", "image/png"))],
        )
        self.assertEqual(response.status_code, 422)
        self.assertIn("one.png cannot be sent", response.text)
        self.assertIn("Look at this", response.text)
        self.assertFalse(self._sent())

    def test_a_refused_category_keeps_the_text(self):
        self._sign_in()
        key = uuid.uuid4().hex
        for category in (self.hidden.id, 999_999_999, "", "0", "x", "9" * 40, "-1"):
            with self.subTest(category=category):
                response = self._report(category=category, words="Keep me", key=key)
                self.assertEqual(response.status_code, 422)
                form = html.fromstring(response.content).forms[-1]
                self.assertEqual(form.fields["words"].strip(), "Keep me")
                self.assertEqual(form.fields["key"], key)
                self.assertIn(
                    "frame-ancestors", response.headers["Content-Security-Policy"]
                )
        self.assertFalse(self._sent())

    def test_texts_are_escaped(self):
        self._sign_in()
        words = "</textarea><script>alert(1)</script><img src=x onerror=alert(1)>"
        refused = self._report(words=words, category="x")
        self.assertNotIn("<script>alert", refused.text)
        self._report(words=words)
        page = self.url_open(f"/my/ticket/{self._sent().id}")
        self.assertNotIn("<script>alert", page.text)
        self.assertNotIn("<img src=x", page.text)
        self.assertIn("&lt;script&gt;alert(1)", page.text)

    def test_limits(self):
        self._sign_in()
        self.assertEqual(self._report(words="x" * 10_001).status_code, 422)
        for key in ("", "x", "A" * 32, "a" * 33):
            self.assertEqual(self._report(key=key).status_code, 400)
        self.env.company.helpdesk_portal_limit = 1
        self.assertEqual(self._report().status_code, 303)
        self.assertEqual(self._report().status_code, 422)
        self.assertEqual(len(self._sent()), 1)

    def test_actions_need_a_valid_token(self):
        """Unknown, revoked and archived labels get the same response."""
        revoked = self._new_asset("EPS-0013")
        old = revoked.qr_token
        revoked.action_qr_revoke()
        archived = self._new_asset("EPS-0014", active=False)
        self._sign_in()
        for token in ("A" * 22, "x", old, archived.qr_token):
            for verb in ("report", "affected"):
                with self.subTest(token=token, verb=verb):
                    response = self._post(f"/helpdesk/scan/{token}/{verb}", key="x")
                    self.assertEqual(response.status_code, 404)

    def test_actions_need_account_post_and_csrf_token(self):
        ticket = self._new_report()
        for verb in ("report", "affected"):
            path = f"{self.path}/{verb}"
            data = {
                "key": uuid.uuid4().hex,
                "category": str(self.dark.id),
                "ticket_id": ticket.id,
            }
            with self.subTest(verb=verb):
                self.authenticate(None, None)
                response = self._post_plain(path, **data)
                self.assertIn("/web/login", response.headers["Location"])
                self._sign_in()
                with self.assertLogs("odoo.http", "WARNING"):
                    response = self.url_open(path, data=data)
                self.assertEqual(response.status_code, 400)
        self.assertFalse(self._sent())
        self.assertFalse(ticket.affected_ids)

    def test_a_new_sign_in_returns_to_the_device(self):
        """After the sign-in, the browser opens the form's address with GET."""
        self._sign_in()
        response = self.url_open(f"{self.path}/report", allow_redirects=False)
        self.assertEqual(response.status_code, 303)
        self.assertTrue(response.headers["Location"].endswith(self.path))
        self.assertEqual(self.url_open(f"{self.path}/affected").status_code, 404)
        response = self.url_open(f"/helpdesk/scan/{'A' * 22}/report")
        self.assertEqual(response.status_code, 404)

    def _post_plain(self, path, **data):
        data["csrf_token"] = Request.csrf_token(self)
        return self.url_open(path, data=data, allow_redirects=False)


@tagged("post_install", "-at_install")
class TestScanPage(ScanCase):
    def test_signed_out_visitors_see_only_model_and_room(self):
        self._new_report()
        self.authenticate(None, None)
        page = self._scan()
        self.assertFalse(page.forms)
        text = page.text_content()
        self.assertIn("Testar TX-06", text)
        self.assertNotIn("reported", text.lower())

    def test_the_page_loads_nothing_from_other_servers(self):
        self._sign_in()
        response = self.url_open(self.path)
        policy = response.headers["Content-Security-Policy"]
        self.assertIn("script-src 'self';", policy)
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")
        page = html.fromstring(response.content)
        for address in page.xpath("//script/@src | //link/@href | //img/@src"):
            self.assertTrue(address.startswith("/"), address)

    def test_known_problems_show_only_age_and_status(self):
        ticket = self._new_report(name="Private matter")
        ticket.description = "<p>My own words</p>"
        self._sign_in()
        page = self._scan()
        text = " ".join(page.text_content().split())
        self.assertIn("Reported 1 minute ago", text)
        self.assertIn("1 person is affected.", text)
        for secret in ("Private matter", "My own words", "Tara", ticket.number):
            self.assertNotIn(secret, html.tostring(page, encoding="unicode"))
        ticket._set_status("resolved")
        self.assertNotIn("Already reported", self._scan().text_content())

    def test_this_is_my_problem_too(self):
        ticket = self._new_report()
        self._sign_in()
        for _time in range(2):
            response = self._post(f"{self.path}/affected", ticket_id=ticket.id)
            self.assertEqual(response.status_code, 200)
        self.assertIn("You are counted", response.text)
        self.assertIn("people are affected", response.text)
        self.assertEqual(ticket.affected_partner_ids, self.student.partner_id)
        self.assertEqual(ticket.with_user(self.agent).affected_count, 1)
        # the person is counted, but has no access to the ticket
        self.assertEqual(self.url_open(f"/my/ticket/{ticket.id}").status_code, 404)
        self.assertFalse(ticket.with_user(self.student).has_access("read"))
        self.assertNotIn(self.student.partner_id, ticket.message_partner_ids)
        with self.assertRaises(AccessError):
            ticket.affected_ids.with_user(self.student).read(["partner_id"])
        with self.assertRaises(AccessError):
            self.env["helpdesk.ticket.affected"].with_user(self.student).create(
                {"ticket_id": ticket.id, "partner_id": self.student.partner_id.id}
            )

    def test_the_requester_is_not_counted_twice(self):
        ticket = self._new_report()
        self._sign_in(self.teacher)
        self.assertIn("See my ticket", self._scan().text_content())
        self._post(f"{self.path}/affected", ticket_id=ticket.id)
        self.assertFalse(ticket.affected_ids)

    def test_only_open_tickets_of_the_device_can_be_joined(self):
        other = self._new_report(self._new_asset("EPS-0013"))
        loose = self._new_tickets(self.teacher)
        self._sign_in()
        expected = dict.fromkeys((other.id, loose.id), 404)
        expected |= dict.fromkeys((0, "x", "9" * 40), 400)
        for ticket_id, status in expected.items():
            with self.subTest(ticket_id=ticket_id):
                response = self._post(f"{self.path}/affected", ticket_id=ticket_id)
                self.assertEqual(response.status_code, status)
        self.assertFalse((other | loose).affected_ids)

    def test_a_ticket_that_has_ended_cannot_be_joined(self):
        ticket = self._new_report()
        ticket._set_status("resolved")
        self._sign_in()
        response = self._post(f"{self.path}/affected", ticket_id=ticket.id)
        self.assertEqual(response.status_code, 200)
        self.assertIn("This ticket has ended", response.text)
        self.assertFalse(ticket.affected_ids)

    def test_a_ticket_that_the_page_does_not_show_can_be_joined(self):
        ticket = self._new_report()
        self._new_report(count=3)
        self._sign_in()
        self._post(f"{self.path}/affected", ticket_id=ticket.id)
        self.assertEqual(ticket.affected_ids.partner_id, self.student.partner_id)

    def test_problems_of_the_model_before_those_of_the_category(self):
        same_model = self._new_asset("EPS-0013")
        same_kind = self._new_asset("BEN-1", brand="Other", model="MX550")
        self._new_report(same_kind, count=3, category_id=self.noisy.id)
        self._new_report(same_model, count=1, category_id=self.dark.id)
        self._new_report(same_model, count=5, category_id=self.hidden.id)
        self._sign_in()
        choices = self._choices()
        self.assertEqual(choices[:2], ["Too dark", "Too noisy"])
        self.assertEqual(choices[-1], "Something else")
        self.assertLessEqual(len(choices), 7)
        self.assertNotIn("Secret", choices)

    def test_old_tickets_are_not_counted(self):
        """The number of counted tickets is limited, so that the page stays fast."""
        self._new_report(count=3, category_id=self.noisy.id)
        self._new_report(count=2, category_id=self.dark.id)
        self._sign_in()
        self.assertEqual(self._choices()[0], "Too noisy")
        with patch.object(scan, "COUNTED_TICKETS", 2):
            self.assertEqual(self._choices()[0], "Too dark")

    def test_without_tickets_similar_names_come_first(self):
        self.kind.name = "Projectors"
        self._sign_in()
        self.assertEqual(self._choices()[0], "Projector issues")
