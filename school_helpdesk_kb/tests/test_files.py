"""Files of articles are checked like files of tickets."""

from odoo.exceptions import ValidationError
from odoo.tests import HttpCase, tagged

from odoo.addons.school_helpdesk_base.tests.files_common import (
    DISGUISED,
    KNOWN,
    FilesCommon,
    get_photos,
)

from .common import ArticleCommon


@tagged("post_install", "-at_install", "security")
class TestArticleFiles(HttpCase, ArticleCommon, FilesCommon):
    def _create_files(self, name, files):
        article = self.articles["public"]
        place = {"res_model": article._name, "res_id": article.id}
        Attachment = self.env["ir.attachment"].with_user(self.users[name])
        return Attachment.create(
            [{"name": name, "raw": content, **place} for name, content in files]
        )

    def test_disguised_files(self):
        for label, file in DISGUISED.items():
            with self.subTest(label), self.assertRaises(ValidationError):
                self._create_files("editor", [file])
        # agents may attach scripts, which are stored under a safe name
        self.users["editor"].group_ids += self.env.ref(
            "helpdesk_mgmt.group_helpdesk_user_own"
        )
        self.assert_all_kept_safely(self._create_files("editor", DISGUISED.values()))

    def test_known_files(self):
        files = [(name, content) for name, content, _shown in KNOWN]
        self.assert_all_known(self._create_files("editor", files))

    def test_photos(self):
        for file in self._create_files("editor", get_photos().items()):
            self.assert_upright_without_place(file)
