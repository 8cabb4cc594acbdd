"""No term of ours is left without its Thai."""

import polib

from odoo.tests import BaseCase, tagged
from odoo.tools.misc import file_path


@tagged("post_install", "-at_install")
class TestTranslations(BaseCase):
    def test_thai_is_complete(self):
        template = polib.pofile(
            file_path("school_helpdesk_kb/i18n/school_helpdesk_kb.pot")
        )
        thai = {
            (entry.msgctxt, entry.msgid): entry
            for entry in polib.pofile(file_path("school_helpdesk_kb/i18n/th.po"))
            if not entry.obsolete
        }
        self.assertGreater(len(template), 150)
        missing = [
            entry.msgid
            for entry in template
            if not (translated := thai.get((entry.msgctxt, entry.msgid)))
            or not translated.msgstr.strip()
            or translated.fuzzy
        ]
        self.assertFalse(missing)
