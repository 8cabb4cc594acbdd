"""The demo articles are complete in English and Thai, and can be loaded."""

from lxml import etree

from odoo.tests import TransactionCase, tagged
from odoo.tools import convert_file
from odoo.tools.misc import file_path
from odoo.tools.translate import TranslationImporter

MODULE = "school_helpdesk_kb"
SUBJECTS = ("category", "hardware", "software", "network", "account", "general")


@tagged("post_install", "-at_install")
class TestArticleDemo(TransactionCase):
    def test_written_in_both_languages(self):
        per_subject = {}
        for subject in SUBJECTS[1:]:
            tree = etree.parse(
                file_path(f"{MODULE}/demo/helpdesk_article_{subject}_demo.xml")
            )
            records = tree.findall("record[@model='helpdesk.article']")
            per_subject[subject] = len(records)
            for record in records:
                texts = {field.get("name"): field.text for field in record}
                with self.subTest(article=record.get("id")):
                    for field in ("title", "content"):
                        self.assertTrue(texts[field].strip())
                        self.assertRegex(texts[f"{field}@th"], "[\u0e01-\u0e5b]")
                    self.assertEqual(
                        texts["content"].count("<h2>"),
                        texts["content@th"].count("<h2>"),
                    )
        self.assertGreaterEqual(sum(per_subject.values()), 24)
        self.assertGreaterEqual(min(per_subject.values()), 4)

    def test_thai_activated_later(self):
        """A school that activates Thai later gets the Thai articles then."""
        for subject in SUBJECTS:
            convert_file(
                self.env,
                MODULE,
                f"demo/helpdesk_article_{subject}_demo.xml",
                {},
                mode="init",
                noupdate=True,
            )
        self.env["res.lang"]._activate_lang("th_TH")
        importer = TranslationImporter(self.env.cr, verbose=False)
        for subject in SUBJECTS:
            importer.load_file(
                file_path(f"{MODULE}/demo/helpdesk_article_{subject}_demo.xml"),
                "th_TH",
                module=MODULE,
            )
        importer.save()
        article = self.env.ref(f"{MODULE}.article_projector_no_picture")
        self.assertRegex(article.with_context(lang="th_TH").title, "[\u0e01-\u0e5b]")
        self.assertNotRegex(article.with_context(lang="en_US").title, "[\u0e01-\u0e5b]")
        found, _total = article._search_ranked("โปรเจคเตอร์ไม่มีภาพ")
        self.assertEqual(found[:1], article)
