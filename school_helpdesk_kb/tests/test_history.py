"""Every text of an article can be read, compared and restored."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models.helpdesk_article_version import difference
from .common import ArticleCommon


@tagged("post_install", "-at_install")
class TestArticleHistory(ArticleCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("th_TH")
        cls.article = cls._create_article("No sound", content="<p>Check the plug.</p>")

    def _versions(self, lang="en_US"):
        return self.article.version_ids.filtered(
            lambda version: version.lang_id.code == lang
        ).sorted("id")

    def test_versions(self):
        """Each changed text is saved with its author; other changes are not."""
        self.assertEqual(self._versions().mapped("title"), ["No sound"])
        editor = self.users["editor"]
        self.article.with_user(editor).write({"title": "No sound at all"})
        self.assertEqual(
            self._versions().mapped("title"), ["No sound", "No sound at all"]
        )
        self.assertEqual(self._versions()[-1].create_uid, editor)
        self.article.write({"title": "No sound at all", "audience": "portal"})
        self.article.review_date = "2030-01-01"
        self.assertEqual(len(self._versions()), 2)

    def test_languages_are_independent(self):
        """The Thai text has its own history and does not change the English one."""
        thai = self.article.with_context(lang="th_TH")
        thai.write({"title": "ไม่มีเสียง", "content": "<p>ดูปลั๊ก</p>"})
        self.assertEqual(self._versions("th_TH").mapped("title"), ["ไม่มีเสียง"])
        self.assertEqual(len(self._versions()), 1)
        self.assertEqual(self.article.with_context(lang="en_US").title, "No sound")

    def test_translation_dialog(self):
        self.article.update_field_translations("title", {"th_TH": "เสียงไม่ออก"})
        self.assertEqual(self._versions("th_TH").mapped("title"), ["เสียงไม่ออก"])

    def test_text_from_a_translation_file(self):
        """A text stored without the ORM gets a version when it is overwritten."""
        self.env.cr.execute(
            "UPDATE helpdesk_article SET title = title || %s WHERE id = %s",
            ['{"th_TH": "จากไฟล์"}', self.article.id],
        )
        self.article.invalidate_recordset()
        self.article.with_context(lang="th_TH").title = "แก้แล้ว"
        self.assertEqual(self._versions("th_TH").mapped("title"), ["จากไฟล์", "แก้แล้ว"])

    def test_difference(self):
        self.article.content = "<p>Check the plug and the volume.</p><p>Restart.</p>"
        shown = self._versions()[-1].difference
        self.assertIn("<del>plug.</del>", shown)
        self.assertIn("<ins>plug and the volume.</ins>", shown)
        self.assertIn("<p><ins>Restart.</ins></p>", shown)
        self.assertEqual(self._versions()[-1].previous_id, self._versions()[0])

    def test_difference_escapes(self):
        """Text that looks like HTML is escaped."""
        shown = difference(["<script>a</script>"], ["<script>b</script>", "& more"])
        self.assertNotIn("<script>", shown)
        self.assertIn("&lt;script&gt;", shown)

    def test_restore(self):
        first = self._versions()
        self.article.write({"title": "Wrong", "content": "<p>Wrong</p>"})
        self.assertFalse(first.is_current)
        first.with_user(self.users["editor"]).action_restore()
        self.assertEqual(self.article.title, "No sound")
        self.assertEqual(self.article.content, "<p>Check the plug.</p>")
        self.assertEqual(len(self._versions()), 3)
        self.assertTrue(first.is_current)

    def test_restore_in_its_language(self):
        thai = self.article.with_context(lang="th_TH")
        thai.title = "เก่า"
        old = self._versions("th_TH")
        thai.title = "ใหม่"
        old.with_context(lang="en_US").action_restore()
        thai.invalidate_recordset()
        self.assertEqual(thai.title, "เก่า")
        self.assertEqual(self.article.with_context(lang="en_US").title, "No sound")

    def test_users_cannot_write_versions(self):
        version = self._versions().with_user(self.users["manager"])
        with self.assertRaises(AccessError):
            version.title = "Never said"
        with self.assertRaises(AccessError):
            version.unlink()
        with self.assertRaises(AccessError):
            version.create({"article_id": self.article.id, "lang_id": 1})

    def test_stored_script(self):
        """Scripts are removed from the HTML before it is stored."""
        attack = (
            '<p onclick="x()">a</p><script>x()</script><a href="javascript:x()">b</a>'
            '<img src="x" onerror="x()"/><svg onload="x()"></svg>'
            '<iframe src="https://example.com"></iframe>'
        )
        editor = self.article.with_user(self.users["editor"])
        editor.write({"content": attack})
        self.article.update_field_translations("content", {"th_TH": attack})
        thai = self.article.with_context(lang="th_TH")
        for content in (editor.content, thai.content, editor.version_ids[0].content):
            for danger in ("<script", "onclick", "javascript:", "onerror", "onload"):
                self.assertNotIn(danger, content)
