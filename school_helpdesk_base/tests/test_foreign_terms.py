"""Texts in the code of OCA's addons are in Thai, as the texts of their records are."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools.translate import CodeTranslations, code_translations

from odoo.addons.school_helpdesk_base.tools import foreign_terms

from .common import HelpdeskCommon

LANG = "th_TH"


@tagged("post_install", "-at_install")
class TestForeignTerms(HelpdeskCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang(LANG)

    def test_dashboard_of_the_teams(self):
        Team = self.env["helpdesk.ticket.team"].with_context(lang=LANG)
        names = [card["name"] for card in Team.retrieve_dashboard()]
        self.assertIn("ใบแจ้งที่ยังไม่เสร็จ", names)

    def test_error(self):
        ticket = self._create_ticket()
        wizard = self.env["helpdesk.ticket.duplicate.wizard"].with_context(lang=LANG)
        with self.assertRaisesRegex(UserError, "กรุณาเลือกใบแจ้ง"):
            wizard.create(
                {"ticket_id": ticket.id, "duplicate_of_id": ticket.id}
            ).action_confirm()

    def test_name_of_an_action(self):
        ticket = self._create_ticket().with_context(lang=LANG)
        self.assertEqual(ticket.action_view_ticket_rating()["name"], "คะแนนของใบแจ้ง")

    def test_other_languages_stay(self):
        [*_, card] = self.env["helpdesk.ticket.team"].retrieve_dashboard()
        self.assertEqual(card["name"], "Open Tickets")
        found = code_translations.get_python_translations("helpdesk_mgmt", "da_DK")
        self.assertNotIn("Open Tickets", found)

    def test_browser(self):
        """The web client gets the terms of JavaScript, and no others."""
        found = code_translations.get_web_translations("helpdesk_mgmt", LANG)
        terms = {term["id"]: term["string"] for term in found["messages"]}
        self.assertEqual(
            set(terms),
            {"The selected file (%sB) is over the maximum allowed file size (%sB)."},
        )

    def test_only_the_addon_that_is_named(self):
        """The same word of another addon keeps its own translation."""
        found = code_translations.get_python_translations("helpdesk_mgmt", LANG)
        self.assertEqual(found["None"], "ไม่จัดกลุ่ม")
        for addon in ("web", "helpdesk_mgmt_merge", "school_helpdesk_portal"):
            with self.subTest(addon):
                found = code_translations.get_python_translations(addon, LANG)
                self.assertNotEqual(found.get("None"), "ไม่จัดกลุ่ม")

    def test_the_addon_itself_counts_more(self):
        """A translation by OCA, once there is one, is used."""
        own = {"Open Tickets": "ของตัวเอง"}
        with patch.object(foreign_terms, "_get_own_terms", lambda *args: dict(own)):
            found = CodeTranslations._get_code_translations(
                "helpdesk_mgmt", LANG, lambda row: True
            )
        self.assertEqual(found["Open Tickets"], "ของตัวเอง")
        self.assertEqual(found["Newest"], "ใหม่ที่สุด")
