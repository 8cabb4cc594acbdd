"""The file checks of school_helpdesk_base apply to the photos of guests."""

from odoo.tests import tagged
from odoo.tools import split_every

from odoo.addons.school_helpdesk_base.tests.files_common import (
    DISGUISED,
    FilesCommon,
    get_photos,
)

from ..controllers.guest import PHOTOS
from .test_guest import GuestCase


@tagged("post_install", "-at_install", "security")
class TestGuestFiles(GuestCase, FilesCommon):
    def _confirm_with(self, path, files):
        return self._confirm(path, [("photo", file) for file in files])

    def test_disguised_files_are_refused(self):
        path = self._send()
        for some in split_every(PHOTOS, DISGUISED.items()):
            response = self._confirm_with(path, dict(some).values())
            self.assertEqual(response.status_code, 422)
            self.assert_all_refused(response.text, dict(some))
        self.assertEqual(self._new_tickets_count(), 0)

    def test_photos_lose_their_position_and_are_upright(self):
        for some in split_every(PHOTOS, get_photos().items()):
            self._confirm_with(self._send(), some)
            ticket = self.Ticket.search([], order="id desc", limit=1)
            self.assertEqual(len(ticket.attachment_ids), len(some))
            for file in ticket.attachment_ids:
                self.assert_upright_without_place(file)
                self.assert_served(file, shown=True)
