"""A long text is cut where a reader of its script would cut it."""

import unicodedata

from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestCutText(TransactionCase):
    def _get_title(self, text):
        Ticket = self.env["helpdesk.ticket"]
        category = self.env["helpdesk.ticket.category"]
        return Ticket._prepare_submission_values(category, text)["name"]

    def test_text_without_spaces_keeps_its_beginning(self):
        for text in (
            "เครื่องฉายภาพในห้องเรียนไม่มีสัญญาณภาพ" * 4,
            "投影仪没有画面" * 20,
            "https://school.com/" + "a" * 200,
            "Projector " + "เครื่องฉายภาพไม่มีสัญญาณ" * 6,
        ):
            with self.subTest(text=text[:20]):
                title = self._get_title(text)
                self.assertTrue(title.endswith("…"))
                self.assertTrue(text.startswith(title[:-1]))
                self.assertGreater(len(title), 70)
                self.assertLessEqual(len(title), 80)

    def test_a_written_character_stays_whole(self):
        for character in ("กี่", "น้ำ", "e\u0301", "👩🏽‍🏫", "🇹🇭"):
            for before in range(12):
                with self.subTest(character=character, before=before):
                    title = self._get_title("x" * before + character * 50)
                    rest = title[before:-1]
                    count = len(rest) // len(character)
                    self.assertEqual(rest, character * count)

    def test_words_stay_whole_where_there_are_some(self):
        title = self._get_title("The projector is dark. " * 9)
        self.assertEqual(
            title,
            "The projector is dark. The projector is dark. The projector is dark. The…",
        )

    def test_a_short_text_is_not_changed(self):
        for text in ("ไม่มีภาพ", "No picture", "x" * 80):
            with self.subTest(text=text):
                self.assertEqual(self._get_title(text), text)
        self.assertEqual(self._get_title("No\n picture"), "No picture")

    def test_endless_marks_do_not_empty_the_title(self):
        self.assertEqual(unicodedata.category("\u0301"), "Mn")
        self.assertEqual(len(self._get_title("e" + "\u0301" * 300)), 80)
