"""Articles are found by words that people really type."""

from odoo.tests import tagged
from odoo.tools import SQL

from .common import ArticleCommon


@tagged("post_install", "-at_install")
class TestArticleSearch(ArticleCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("th_TH")
        cls.env["helpdesk.article"].search([]).write({"state": "archived"})
        cls.projector = cls._create_article(
            "The projector shows no picture",
            content="<p>Check the HDMI cable.</p>\n<p>Press the source button.</p>",
        )
        cls.printer = cls._create_article(
            "Paper is stuck in the printer",
            content="<p>Open the lid. It has nothing to do with the projector.</p>",
        )
        cls.wifi = cls._create_article(
            "Wi-Fi does not connect", content="<p>Forget the network.</p>"
        )
        cls.password = cls._create_article("Reset your password", keywords="forgot")
        for article, title, content in (
            (cls.projector, "โปรเจกเตอร์ไม่มีภาพ", "<p>ตรวจสายเอชดีเอ็มไอ</p>"),
            (cls.printer, "กระดาษติดในเครื่องพิมพ์", "<p>เปิดฝาเครื่องแล้วดึงกระดาษออกช้า ๆ</p>"),
            (cls.wifi, "ต่อไวไฟไม่ได้", "<p>ลืมเครือข่ายแล้วต่อใหม่</p>"),
            (cls.password, "ตั้งรหัสผ่านใหม่", "<p>กดลืมรหัสผ่าน</p>"),
        ):
            article.with_context(lang="th_TH").write(
                {"title": title, "content": content}
            )

    def _find(self, words, user="public", **kwargs):
        Article = self.env["helpdesk.article"].with_user(self.users[user])
        return Article._search_ranked(words, **kwargs)[0].sudo()

    def _check_first(self, expected, *searches):
        for words in searches:
            with self.subTest(words=words):
                self.assertEqual(self._find(words)[:1], expected)

    def test_words(self):
        self._check_first(
            self.projector, "projector", "no picture", "PICTURE projector", "hdmi"
        )
        self._check_first(self.printer, "paper stuck", "lid")
        self._check_first(self.password, "forgot")

    def test_an_update_recreates_only_changed_columns(self):
        """An update without changes must not rewrite the table."""
        self.env.flush_all()
        self.env.cr.execute(
            "ALTER TABLE helpdesk_article DROP COLUMN search_vector,"
            " ADD COLUMN search_vector tsvector"
            " GENERATED ALWAYS AS (to_tsvector('simple', 'old')) STORED"
        )
        Article = self.env["helpdesk.article"]
        self.assertFalse(self._find("lid"))
        Article.init()
        self._check_first(self.printer, "lid")
        columns = (
            "SELECT attname, attnum FROM pg_attribute"
            " WHERE attrelid = 'helpdesk_article'::regclass"
            " AND attname LIKE 'search%%' AND NOT attisdropped"
        )
        before = self.env.execute_query(SQL(columns))
        self.assertEqual(len(before), 3)
        Article.init()
        self.assertEqual(self.env.execute_query(SQL(columns)), before)

    def test_beginnings_of_words(self):
        self._check_first(self.projector, "proj pict")

    def test_title_ranks_over_text(self):
        self.assertEqual(self._find("projector"), self.projector + self.printer)

    def test_typing_errors(self):
        self._check_first(self.projector, "projecter", "prjector picture", "projectors")
        self._check_first(self.printer, "pinter", "papper stuck")
        self._check_first(self.password, "pasword", "passwrod")

    def test_questions(self):
        """In a sentence, words without meaning are ignored."""
        self._check_first(self.projector, "Why is there no picture on my projector?")
        self._check_first(self.password, "please help, I forgot my password!!")
        self.printer.content = "<p>The picture in room 204 is stuck.</p>"
        self._check_first(self.projector, "Projector in room 204 has no picture")

    def test_thai_without_spaces(self):
        self._check_first(self.projector, "โปรเจกเตอร์", "ไม่มีภาพ", "สายเอชดีเอ็มไอ")
        self._check_first(self.printer, "กระดาษติด", "ดึงกระดาษ")
        self._check_first(self.wifi, "ต่อไวไฟไม่ได้ครับ", "ลืมเครือข่าย")

    def test_thai_spellings_and_errors(self):
        self._check_first(self.projector, "โปรเจคเตอร์ไม่มีภาพ", "โปรเจ็คเตอร์ภาพไม่ขึ้น")
        self._check_first(self.printer, "กระดาดติดเครื่องพิมพ์", "ปริ้นเตอร์กระดาษติดทำยังไง")
        self._check_first(self.password, "รหัสผ่าน", "ลืมพาสเวิร์ดค่ะ")

    def test_synonyms(self):
        self._check_first(self.wifi, "wifi", "wireless", "WIRELESS connect")
        self._check_first(self.projector, "beamer")
        self.assertFalse(self._find("gizmo"))
        self.env["helpdesk.article.synonym"].create({"words": "gizmo, projector"})
        self._check_first(self.projector, "gizmo")

    def test_joined_words(self):
        """The parts of a joined word are searched together, not one by one."""
        self.printer.content = (
            "<p>The first one with a file. Eject every mailing. Plug the index.</p>"
        )
        for words in ("wifi", "wi-fi", "Wi-Fi connect"):
            with self.subTest(words=words):
                self.assertEqual(self._find(words), self.wifi)
        self.env["helpdesk.article.synonym"].create(
            [{"words": "e-mail, outlook"}, {"words": "plug-in, add-on"}]
        )
        self.password.content = "<p>Read your e-mails.</p>"
        self.projector.content = "<p>Remove each plug-in.</p>"
        for words, expected in (
            ("outlook", self.password),
            ("e-mail", self.password),
            ("add-on", self.projector),
        ):
            with self.subTest(words=words):
                self.assertEqual(self._find(words), expected)

    def test_each_language_finds_texts_of_the_other(self):
        """A search on an English page finds Thai text, and the other way round."""
        thai = self.projector.with_user(self.users["public"]).with_context(lang="th_TH")
        self.assertEqual(thai._search_ranked("projector")[0][:1], self.projector)
        self._check_first(self.projector, "ไม่มีภาพ")

    def test_text_from_a_translation_file(self):
        """A text stored without the ORM is found: PostgreSQL indexes it."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE helpdesk_article SET title = title || %s WHERE id = %s",
            ['{"th_TH": "ฟองน้ำวิเศษ"}', self.wifi.id],
        )
        self._check_first(self.wifi, "ฟองน้ำวิเศษ")

    def test_no_result(self):
        for words in ("", " ", "?", "'", "xyzzy", "%", "_", "\\", ":*&!|", "é", "\x00"):
            with self.subTest(words=words):
                self.assertFalse(self._find(words))

    def test_markup_is_not_searched(self):
        self.wifi.content = '<p class="zebra">One</p>\n<p>quagga</p>'
        self.assertFalse(self._find("zebra"))
        self.assertEqual(self._find("quagga"), self.wifi)

    def test_paging(self):
        visitor = self.env["helpdesk.article"].with_user(self.users["public"])
        found, total = visitor._search_ranked("projector", limit=1, offset=1)
        self.assertEqual((found, total), (self.printer, 2))

    def test_paging_of_misspelt_words(self):
        """All pages show results of the same search."""
        visitor = self.env["helpdesk.article"].with_user(self.users["public"])
        self.wifi.title = "Projector and Wi-Fi"
        for words in ("prjector", "projector zebra quagga"):
            found, total = visitor._search_ranked(words)
            with self.subTest(words=words):
                self.assertGreater(total, 1)
                paged = [
                    visitor._search_ranked(words, limit=1, offset=offset)
                    for offset in range(total)
                ]
                self.assertEqual([article for article, _total in paged], [*found])
                self.assertEqual({count for _article, count in paged}, {total})
                beyond, _total = visitor._search_ranked(words, limit=1, offset=total)
                self.assertFalse(beyond)

    def test_search_respects_the_audience(self):
        self.projector.audience = "internal"
        self.assertNotIn(self.projector, self._find("projector picture"))
        self.assertNotIn(self.projector, self._find("projector", user="portal"))
        self.assertIn(self.projector, self._find("projector", user="employee"))

    def test_suggestions_need_three_characters(self):
        Article = self.env["helpdesk.article"]
        self.assertFalse(Article._get_suggestions("pr"))
        self.assertEqual(Article._get_suggestions("pro")[:1], self.projector)

    def test_the_database_recognizes_thai_letters(self):
        """With LC_CTYPE C, PostgreSQL would not recognize Thai letters."""
        self.env.cr.execute("SELECT cardinality(show_trgm('ไวไฟ'))")
        self.assertGreater(self.env.cr.fetchone()[0], 0)


@tagged("post_install", "-at_install")
class TestArticleCodes(ArticleCommon):
    """Numbers, codes and paths, among articles that look alike."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("th_TH")
        cls.env["helpdesk.article"].search([]).write({"state": "archived"})
        cls.by_title = {
            title: cls._create_article(title, content=content)
            for title, content in (
                ("Copier: paper jam", "<p>For the copier in room 204.</p>"),
                ("Copier: scan to mail", "<p>Copier copier, at 11 o'clock.</p>"),
                ("Copier 3300 user code", "<p>Ask the desk. Extension 5201.</p>"),
                ("Copier iR-ADV 5200 user code", "<p>Ask the desk.</p>"),
                ("Update Windows", "<p>Windows 10 and Windows 8 end.</p>"),
                ("Windows 10: printers", "<p>At 11 it starts.</p>"),
                ("Windows 11: printers", "<p>Add it again.</p>"),
                ("Windows sign-in", "<p>Step 11 of 12.</p>"),
                ("Error E-048 on the copier", "<p>Turn the copier off.</p>"),
                ("Error E-049 on the copier", "<p>Turn the copier off.</p>"),
                ("Error <b>E1</b>", "<p>Cable E1 is loose</p>"),
                ("Error E10", "<p>The drum is empty</p>"),
                ("Codes of the big printer", "<p>Code <b>0x0000011b</b></p>"),
                ("Files of teachers", "<p>Open \\\\nas\\teachers and C:\\new</p>"),
                ("Files of students", "<p>Open \\\\box\\students and D:\\old</p>"),
                ("Map \\\\print\\reports", "<p>Windows key and R.</p>"),
                ("Scanner DCP-L2540DW", "<p>Press scan.</p>"),
                ("Scanner DCP-L2550DW", "<p>Press scan.</p>"),
                ("Time of 192.168.1.10", "<p>Time server</p>"),
                ("Time of 192.168.1.100", "<p>Time server</p>"),
                ("Microsoft 365 mail", "<p>Sign in.</p>"),
                ("Battery", "<p>The phone of the desk is 02-049-1234.</p>"),
            )
        }

    def _find(self, words):
        Article = self.env["helpdesk.article"].with_user(self.users["public"])
        return Article._search_ranked(words)[0].sudo().mapped("title")

    def _check_first(self, expected, *searches):
        for words in searches:
            with self.subTest(words=words):
                self.assertEqual(self._find(words)[:1], [expected])

    def test_numbers(self):
        self._check_first(
            "Copier iR-ADV 5200 user code",
            "copier 5200",
            "5200",
            "the copier 5200 does not work",
            "5200 copier code",
            "520",
        )
        self._check_first(
            "Windows 11: printers",
            "windows 11",
            "Windows 11 printer",
            "windows11",
            "printers windows-11",
            "วินโดวส์ windows 11",
        )
        self._check_first("Windows 10: printers", "windows 10", "windows10 printers")

    def test_a_number_need_not_be_in_the_article(self):
        """It may be the number of a room or of a class."""
        self._check_first("Copier: paper jam", "copier paper jam 999", "jam in 7b")
        self._check_first("Windows sign-in", "windows sign-in room 310")

    def test_codes(self):
        self._check_first(
            "Error E-049 on the copier",
            "E-049",
            "e049",
            "E 049",
            "049",
            "error e-049",
            "copier shows E-049",
            "my old laptop says e_049",
        )
        self._check_first("Error E-048 on the copier", "E-048", "048", "copier e048")
        self._check_first("Error <b>E1</b>", "E1", "e-1", "error e1")
        self._check_first("Codes of the big printer", "0x0000011b", "0x0000011B error")
        self._check_first("Scanner DCP-L2540DW", "dcp-l2540dw", "L2540", "dcp l2540dw")
        self._check_first("Time of 192.168.1.10", "192.168.1.10")
        self._check_first("Microsoft 365 mail", "microsoft365", "mail 365", "365")

    def test_a_code_with_synonyms(self):
        self.assertNotEqual(self._find("o365")[:1], ["Microsoft 365 mail"])
        self.env["helpdesk.article.synonym"].create({"words": "o365, microsoft 365"})
        self._check_first("Microsoft 365 mail", "o365", "o365 mail", "microsoft 365")

    def test_a_code_counts_more_than_words(self):
        found = self._find("copier error says sign in with 0x0000011b")
        self.assertEqual(found[:1], ["Codes of the big printer"])

    def test_paths(self):
        self._check_first(
            "Files of teachers",
            "\\\\nas\\teachers",
            "\\\\NAS\\Teachers\\",
            "nas",
            "c:\\new",
            "cannot open \\\\nas\\teachers",
            "//nas/teachers",
        )
        self._check_first("Files of students", "\\\\box\\students", "d:\\old", "box")
        self._check_first("Map \\\\print\\reports", "\\\\print\\reports", "reports")
        self.by_title["Battery"].content = "<p>See smb://store.school.com/lessons</p>"
        self._check_first(
            "Battery", "smb://store.school.com/lessons", "lessons", "store"
        )

    def test_exact_words_in_the_list_of_editors(self):
        self.by_title["Battery"].write({"title": "100% of_it", "keywords": "a\\b"})
        self.by_title["Update Windows"].write({"title": "1000 of it"})
        Article = self.env["helpdesk.article"].with_user(self.users["editor"])
        for typed, count in (("100%", 1), ("of_", 1), ("a\\b", 1), ("%", 1), ("_", 1)):
            with self.subTest(typed=typed):
                found = Article.search([("words", "ilike", typed)])
                self.assertEqual(found.mapped("title"), ["100% of_it"] * count)
        for typed in ("100%", "of_", "%"):
            with self.subTest(name=typed):
                [(_id, name)] = Article.name_search(typed)
                self.assertEqual(name, "100% of_it")

    def test_thai_am_of_either_spelling(self):
        composed = self._create_article("ทำน้ำหกใส่คีย์บอร์ด", content="<p>คว่ำเครื่อง</p>")
        decomposed = self._create_article(
            "ก\u0e4d\u0e32หนดรหัส",
            content="<p>จ\u0e4d\u0e32 ถ\u0e49\u0e4d\u0e32 ค\u0e4d\u0e48\u0e32</p>",
        )
        for typed, article in (
            ("น้ำหก", composed),
            ("น\u0e49\u0e4d\u0e32หก", composed),
            ("น\u0e4d\u0e49\u0e32หก", composed),
            ("คว\u0e48\u0e4d\u0e32เครื่อง", composed),
            ("กำหนด", decomposed),
            ("ก\u0e4d\u0e32หนด", decomposed),
            ("ถ้ำ", decomposed),
            ("ค่ำ", decomposed),
        ):
            with self.subTest(typed=typed):
                self.assertEqual(self._find(typed)[:1], [article.title])
