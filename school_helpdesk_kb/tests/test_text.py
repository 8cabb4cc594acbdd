"""The helpers for text and HTML."""

from odoo.tests import BaseCase, tagged

from ..tools.text import excerpt, html_lines, tokens, without_personal_data


@tagged("post_install", "-at_install")
class TestText(BaseCase):
    def test_html_lines(self):
        self.assertEqual(
            html_lines(
                "<h2>A</h2><ul><li>b <b>c</b></li><li>d</li></ul>e<br/>f &amp; g"
            ),
            ["A", "b c", "d", "e", "f & g"],
        )
        self.assertEqual(html_lines('<p>x<img src="/a.png"/>y</p>'), ["x[/a.png]y"])
        self.assertEqual(html_lines('<p>x<img src="/a"/>y</p>', images=False), ["xy"])
        self.assertEqual(html_lines(False), [])

    def test_excerpt(self):
        self.assertEqual(excerpt("<h2>Head</h2><p>One</p><p>two</p>"), "One two")
        self.assertEqual(excerpt("<p>one two three</p>", length=10), "one two…")
        self.assertEqual(len(excerpt(f"<p>{'ก' * 300}</p>")), 161)
        for character in ("น้ำ", "กี่", "e\u0301"):
            for length in range(20, 26):
                line = excerpt(f"<p>{character * 99}</p>", length)[:-1]
                self.assertEqual(line, character * (len(line) // len(character)))

    def test_tokens(self):
        self.assertEqual(tokens("a b"), ["a", " ", "b"])
        self.assertEqual(tokens("ที่นี่"), ["ที่", "นี่"])
        for text in ("wifi ไวไฟ 5 GHz", "ฟ้าผ่า!", "\u0e49x"):
            self.assertEqual("".join(tokens(text)), text)

    def test_without_personal_data(self):
        names = ["Somchai Jaidee", "สมชาย ใจดี", "s.jaidee"]
        for text, expected in (
            ("Somchai cannot print", "… cannot print"),
            ("somchai jaidee's laptop", "…'s laptop"),
            ("ครูสมชาย ใจดีพิมพ์ไม่ได้", "ครู…พิมพ์ไม่ได้"),
            ("mail a.b@school.ac.th now", "mail … now"),
            ("call +66 81-234-5678 please", "call … please"),
            ("call (02) 123 4567", "call …"),
            ("student 6412345678", "student …"),
            ("login s.jaidee", "login …"),
            (
                "error 0x80070005, 5 GHz, Windows 11",
                "error 0x80070005, 5 GHz, Windows 11",
            ),
            ("see https://x.example/a?access_token=1", "see https://x.example/a"),
            ("see https://x.example/a#token and b?", "see https://x.example/a and b?"),
            ("(a@b.example, c+d@e.example)", "(…)"),
            ("mailto:a@b.example!c@d.example", "mailto:…"),
            ("a@b and @c are no addresses", "a@b and @c are no addresses"),
        ):
            with self.subTest(text=text):
                self.assertEqual(without_personal_data(text, names), expected)
        self.assertEqual(without_personal_data(False, [False, None, ""]), "")

    def test_hostile_texts_take_linear_time(self):
        """Patterns that backtrack at each character would take hours here."""
        for piece in ("a", "@", "a@", "a.", "@a.", "http://", "1-", "x@y.z!", "…,"):
            with self.subTest(piece=piece):
                text = piece * (1_000_000 // len(piece))
                self.assertLessEqual(len(without_personal_data(text)), len(text))
