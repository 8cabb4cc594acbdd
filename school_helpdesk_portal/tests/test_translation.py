"""Half of the school reads Thai: no term of these pages may be missing there."""

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools import file_path
from odoo.tools.translate import TranslationModuleReader

MODULE = "school_helpdesk_portal"


@tagged("post_install", "-at_install")
class TestTranslation(TransactionCase):
    def test_thai_is_complete(self):
        template = polib.pofile(file_path(f"{MODULE}/i18n/{MODULE}.pot"))
        thai = polib.pofile(file_path(f"{MODULE}/i18n/th.po"))
        self.assertFalse([entry.msgid for entry in thai.untranslated_entries()])
        self.assertFalse([entry.msgid for entry in thai.fuzzy_entries()])
        self.assertEqual(
            {entry.msgid for entry in template}, {entry.msgid for entry in thai}
        )

    def test_template_is_up_to_date(self):
        """What stands in the pages and the code stands in the template."""
        reader = TranslationModuleReader(self.env.cr, modules=[MODULE])
        exported = {source for _module, _kind, _name, _id, source, *_rest in reader}
        template = polib.pofile(file_path(f"{MODULE}/i18n/{MODULE}.pot"))
        self.assertEqual(exported, {entry.msgid for entry in template})
