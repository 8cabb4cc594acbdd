"""Text in a PDF: Thai marks, long texts and letters that a font lacks."""

from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics

from odoo.tests import BaseCase, tagged

from ..tools import pdf_text, thai_text

LONG = "Interactive projector with a name nobody would ever read to the end " * 3


@tagged("post_install", "-at_install")
class TestPdfText(BaseCase):
    def test_long_text_is_cut_to_its_width(self):
        font = pdf_text.find_fonts()[0]
        text, size = pdf_text.fit(LONG, font, 30, 8, 5.5)
        self.assertTrue(text.endswith(pdf_text.ELLIPSIS))
        self.assertEqual(size, 5.5)
        self.assertLessEqual(pdfmetrics.stringWidth(text, font, size), 30 * mm)
        self.assertEqual(pdf_text.fit("NB-1", font, 30, 8, 5.5), ("NB-1", 8))

    def test_thai_marks_are_shaped(self):
        for text, shaped in (
            ("ที่", "ที่"),
            ("น่า", "น\uf70aา"),
            ("ป่า", "ป\uf705า"),
            ("ปี่", "ป\uf702\uf713"),
            ("น้ำ", "นํ้า"),
            ("ฎุ", "ฎ\uf718"),
            ("ญู", "\uf70fู"),
            ("ฟ้า", "ฟ\uf706า"),
            ("ABC é", "ABC é"),
        ):
            self.assertEqual(thai_text.shape(text), shaped, text)
        self.assertEqual(thai_text.clusters("ที่น้ำ"), ["ที่", "น้ำ"])

    def test_a_long_code_is_cut_after_separators(self):
        font = pdf_text.find_fonts()[1]
        lines, size = pdf_text.wrap("AAAA-2024-BBBBB-CCCCC", font, 20, 11, 11)
        self.assertEqual(size, 11)
        self.assertEqual(lines[0], "AAAA-")
        self.assertEqual("".join(lines), "AAAA-2024-BBBBB-CCCCC")

    def test_invisible_characters_are_removed(self):
        for text in ("NB\u200b-1", "NB-1\u200e", "NB-1\ufe0f", "\ufeffNB-1\t"):
            self.assertEqual(pdf_text.clean(text), "NB-1")
