"""Forms create records only once: OCA's own form, and the table of keys."""

import io
import uuid
from datetime import timedelta
from html import unescape

from freezegun import freeze_time
from lxml import html
from PIL import Image

from odoo import fields
from odoo.exceptions import AccessError, ConcurrencyError
from odoo.http import Request
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..controllers.main import SchoolHelpdeskTicketController
from ..models.helpdesk_submission import LIFETIME
from .access_common import AccessHttpCase


def get_photo_with_position():
    """Return a JPEG with a position in its metadata."""
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (13.0, 45.0, 0.0)}
    buffer = io.BytesIO()
    Image.new("RGB", (64, 32), "red").save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


@tagged("post_install", "-at_install")
class TestSubmittedForm(AccessHttpCase):
    """OCA's own form, as used without the portal addon."""

    def setUp(self):
        super().setUp()
        self._sign_in(self.owner)
        self.key = uuid.uuid4().hex

    def _submit(self, *files, **values):
        data = {
            "csrf_token": Request.csrf_token(self),
            "key": self.key,
            "subject": "No picture",
            "description": "It stays dark.\nSince today.",
            **values,
        }
        return self.url_open(
            "/submitted/ticket",
            {name: value for name, value in data.items() if value is not None},
            files=[("attachment", file) for file in files],
            allow_redirects=False,
        )

    def _sent(self):
        self.env.invalidate_all()
        return self.env["helpdesk.ticket"].search(
            [("name", "=", "No picture"), ("create_uid", "=", self.owner.id)]
        )

    def test_the_form_has_a_key(self):
        page = html.fromstring(self.url_open("/new/ticket").content)
        [key] = page.xpath("//form[@action='/submitted/ticket']//input[@name='key']")
        self.assertRegex(key.get("value"), "^[0-9a-f]{32}$")
        other = html.fromstring(self.url_open("/new/ticket").content)
        [other] = other.xpath("//input[@name='key']")
        self.assertNotEqual(key.get("value"), other.get("value"))

    def test_a_form_sent_twice_creates_one_ticket(self):
        note = ("note.txt", b"words", "text/plain")
        first, second = self._submit(note), self._submit(note)
        ticket = self._sent()
        self.assertEqual(len(ticket), 1)
        self.assertEqual(ticket.attachment_ids.name, "note.txt")
        for response in (first, second):
            self.assertEqual(response.status_code, 302)
            self.assertTrue(response.headers["Location"].endswith(ticket.access_url))
        self.assertFalse(self._get_comments(ticket))

    def test_changes_after_a_lost_response_become_a_comment(self):
        self._submit()
        self._submit(
            ("note.txt", b"words", "text/plain"), description="And now it smells."
        )
        ticket = self._sent()
        self.assertEqual(len(ticket), 1)
        comment = self._get_comments(ticket)
        self.assertEqual(comment.author_id, self.owner.partner_id)
        self.assertIn("And now it smells.", comment.body)
        self.assertNotIn("No picture", comment.body)
        self.assertEqual(comment.attachment_ids.name, "note.txt")

    def _get_comments(self, ticket):
        return ticket.message_ids.filtered(lambda one: one.message_type == "comment")

    def test_keys_of_different_users_are_independent(self):
        self._submit()
        self._sign_in(self.stranger)
        self._submit()
        tickets = self.env["helpdesk.ticket"].search([("name", "=", "No picture")])
        self.assertEqual(tickets.create_uid, self.owner | self.stranger)

    def test_the_limit_ignores_forms_that_are_sent_again(self):
        self.env.company.helpdesk_portal_limit = len(self._sent()) + 1
        self._submit()
        self.assertEqual(self._submit().status_code, 302)
        self.key = uuid.uuid4().hex
        self.assertEqual(self._submit().status_code, 422)

    def test_a_form_without_a_key_works(self):
        """A form that the browser opened before the update has no key."""
        for key in (None, ""):
            self.assertEqual(self._submit(key=key).status_code, 302)
        self.assertEqual(len(self._sent()), 2)

    def test_fields_that_the_form_does_not_have(self):
        for name in ("is_new", "files", "values"):
            self.key = uuid.uuid4().hex
            self.assertEqual(self._submit(**{name: ""}).status_code, 302)

    def test_an_invalid_key_is_refused(self):
        for key in ("x", "A" * 32, self.key + "0"):
            with self.subTest(key), mute_logger("odoo.http"):
                self.assertEqual(self._submit(key=key).status_code, 400)
        self.assertFalse(self._sent())

    def test_a_refused_file_keeps_the_typed_text(self):
        broken = ("broken.jpg", b"\xff\xd8\xff\xe0 no photo", "image/jpeg")
        program = ("photo.jpg", b"MZ\x90\x00 program", "image/jpeg")
        for file in (broken, program):
            response = self._submit(file)
            self.assertEqual(response.status_code, 422)
            page = unescape(response.text)
            self.assertIn(file[0], page)
            self.assertIn('value="No picture"', page)
            self.assertIn("Since today.", page)
            self.assertIn(f'value="{self.key}"', page)
        self.assertFalse(self._sent())
        # the same form, without the file
        self.assertEqual(self._submit().status_code, 302)
        self.assertEqual(len(self._sent()), 1)

    def test_a_photo_loses_its_position(self):
        self._submit(("one.jpeg", get_photo_with_position(), "image/jpeg"))
        file = self._sent().attachment_ids
        kept = Image.open(io.BytesIO(file.raw))
        self.assertEqual((kept.format, kept.size), ("JPEG", (64, 32)))
        self.assertFalse(kept.getexif())

    def test_values_of_other_addons_are_used(self):
        """OCA's addons extend a hook that returns the values of the ticket."""
        prepare = SchoolHelpdeskTicketController._prepare_submit_ticket_vals

        def prepare_urgent(controller, **kw):
            return {**prepare(controller, **kw), "priority": "3"}

        self.patch(
            SchoolHelpdeskTicketController,
            "_prepare_submit_ticket_vals",
            prepare_urgent,
        )
        self._submit()
        self.assertEqual(self._sent().priority, "3")


@tagged("post_install", "-at_install")
class TestSubmission(AccessHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Submission = cls.env["helpdesk.submission"].with_user(cls.owner)
        cls.key = uuid.uuid4().hex

    def _keep(self, key=None, record=None):
        record = record or self.ticket
        submission = self.Submission._claim(key or self.key, record._name)
        submission._set_record(record)
        return submission

    def test_found_by_the_same_user_and_model_only(self):
        self._keep()
        find = self.Submission._find
        self.assertEqual(find(self.key, "helpdesk.ticket"), self.ticket)
        self.assertTrue(find(self.key, "helpdesk.ticket").env.su)
        self.assertFalse(find(self.key, "mail.message"))
        self.assertFalse(find(uuid.uuid4().hex, "helpdesk.ticket"))
        self.assertFalse(find("", "helpdesk.ticket"))
        others = self.Submission.with_user(self.stranger)
        self.assertFalse(others._find(self.key, "helpdesk.ticket"))

    def test_a_key_is_reserved_once(self):
        self._keep()
        with mute_logger("odoo.sql_db"), self.assertRaises(ConcurrencyError):
            self._keep()
        # the transaction continues, and other users and models are independent
        self.Submission.with_user(self.stranger)._claim(self.key, "helpdesk.ticket")
        self.Submission._claim(self.key, "mail.message")

    def test_without_a_key_nothing_is_stored(self):
        before = self.Submission.sudo().search_count([])
        submission = self.Submission._claim("", "helpdesk.ticket")
        submission._set_record(self.ticket)
        self.assertEqual(self.Submission.sudo().search_count([]), before)

    def test_a_deleted_record_can_be_sent_again(self):
        ticket = self.ticket.copy()
        self._keep(record=ticket)
        ticket.unlink()
        self.assertFalse(self.Submission._find(self.key, "helpdesk.ticket"))
        self._keep()
        self.assertEqual(
            self.Submission._find(self.key, "helpdesk.ticket"), self.ticket
        )

    def test_nobody_reads_them(self):
        submission = self._keep()
        for user in (self.public, self.owner, self.employee, self.agent_manager):
            own = submission.sudo(False).with_user(user)
            for operation in ("read", "write", "create", "unlink"):
                self.assertFalse(own.has_access(operation), (user.login, operation))
            with self.assertRaises(AccessError):
                own.read(["key"])

    def test_deleted_after_a_month(self):
        old = self._keep()
        now = fields.Datetime.now()
        self.env.cr.execute(
            "UPDATE helpdesk_submission SET create_date = %s WHERE id = %s",
            [now - LIFETIME - timedelta(minutes=1), old.id],
        )
        new = self._keep(uuid.uuid4().hex)
        self.env.invalidate_all()
        with freeze_time(now):
            self.env["helpdesk.submission"]._gc_submissions()
        self.assertFalse(old.exists())
        self.assertTrue(new.exists())
