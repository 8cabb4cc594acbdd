"""The file checks of school_helpdesk_base apply to all forms of the portal."""

import uuid

from odoo.http import Request
from odoo.tests import tagged

from odoo.addons.school_helpdesk_base.tests.files_common import (
    DISGUISED,
    KNOWN,
    FilesCommon,
    get_photos,
)

from .test_scan import ScanCase

FILES = [(name, content) for name, content, _shown in KNOWN]


@tagged("post_install", "-at_install", "security")
class TestFiles(ScanCase, FilesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.helpdesk_upload_max_files = 100
        cls.machine = cls.env["helpdesk.ticket.type"].create(
            {"name": "Machine", "show_in_portal": True}
        )
        [cls.ticket] = cls._new_tickets(cls.student)

    def _send_by_form(self, files):
        return self.url_open(
            "/helpdesk/report",
            {
                "csrf_token": Request.csrf_token(self),
                "key": uuid.uuid4().hex,
                "type": self.machine.id,
                "subject": "No picture",
                "description": "It stays dark, since today.",
            },
            [("photo", file) for file in files],
        )

    def _send_by_comment(self, files):
        return self._comment(self.ticket, *files, comment="It stays dark, since today.")

    def _send_by_scan(self, files):
        return self._report(
            files=[("photo", file) for file in files],
            words="It stays dark, since today.",
        )

    def _get_ways(self):
        return (self._send_by_form, self._send_by_comment, self._send_by_scan)

    def _send(self, way, files):
        """Send files with one of the forms; return response and stored files."""
        Attachment = self.env["ir.attachment"]
        mine = [("res_model", "=", "helpdesk.ticket")]
        before = Attachment.search(mine)
        response = way(files)
        self.env.invalidate_all()
        return response, (Attachment.search(mine) - before).sorted("id")

    def test_disguised_files_are_refused_by_every_form(self):
        self._sign_in()
        for way in self._get_ways():
            with self.subTest(way.__name__):
                response, kept = self._send(way, DISGUISED.values())
                self.assertEqual(response.status_code, 422)
                self.assertFalse(kept)
                self.assert_all_refused(response.text)
                self.assertIn("It stays dark, since today.", response.text)

    def test_known_files_are_accepted_by_every_form(self):
        self._sign_in()
        for way in self._get_ways():
            with self.subTest(way.__name__):
                _response, kept = self._send(way, FILES)
                self.assert_all_known(kept)

    def test_every_form_removes_positions_and_rotates_photos(self):
        self._sign_in()
        for way in self._get_ways():
            _response, kept = self._send(way, get_photos().items())
            self.assertEqual(len(kept), len(get_photos()))
            for file in kept:
                with self.subTest(way.__name__, name=file.name):
                    self.assert_upright_without_place(file)
