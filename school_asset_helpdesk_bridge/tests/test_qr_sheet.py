"""Label sheets: rendered, decoded and measured."""

from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from odoo.addons.school_helpdesk_base.tools import pdf_text

from ..tools import label_sheet
from .common import read_pdf, read_texts

PAYLOAD = "https://helpdesk.sample-school.example/helpdesk/scan/{:022d}"
LONG = "Interactive projector with a name nobody would ever read to the end " * 3
THAI = "เครื่องฉายภาพที่ห้องญี่ปุ่น อาคารปิ่นเกล้า"
#: Page, grid, first corner, pitch and label size in mm, from the makers' data sheets.
STOCK = {
    "a4_3x8": ((210, 297), (3, 8), (0, 0.5), (70, 37), (70, 37)),
    "a4_2x7": ((210, 297), (2, 7), (4.65, 15.15), (101.6, 38.1), (99.1, 38.1)),
    "roll_50x30": ((50, 30), (1, 1), (0, 0), (0, 0), (50, 30)),
}


def make_labels(count):
    names = (THAI, LONG, "Epson EB-X06")
    return [
        label_sheet.Label(
            PAYLOAD.format(number),
            f"NB-{number:04d}",
            (names[number % 3], "Model", "ห้อง 204", "โรงเรียนตัวอย่าง"),
            "Scan to report a problem",
        )
        for number in range(count)
    ]


@tagged("post_install", "-at_install")
class TestQrSheet(BaseCase):
    def test_every_label_scans_at_its_position(self):
        for key, (size, grid, corner, pitch, label) in STOCK.items():
            layout = label_sheet.LAYOUTS[key]
            labels = make_labels(grid[0] * grid[1] + 1)
            pages = read_pdf(self, label_sheet.render(labels, layout))
            with self.subTest(layout=key):
                self.assertEqual(len(pages), 2)
                self.assertAlmostEqual(pages[0][0][0], size[0], 1)
                self.assertAlmostEqual(pages[0][0][1], size[1], 1)
                found = pages[0][1]
                self.assertEqual(set(found), {item.payload for item in labels[:-1]})
                self.assertEqual(set(pages[1][1]), {labels[-1].payload})
                for index, item in enumerate(labels[:-1]):
                    row, column = divmod(index, grid[0])
                    left = corner[0] + column * pitch[0]
                    middle = corner[1] + row * pitch[1] + label[1] / 2
                    x, y = found[item.payload]
                    self.assertAlmostEqual(y, middle, delta=0.3)
                    side = min(label[1] - 2 * layout.padding_y, layout.width * 0.52)
                    self.assertAlmostEqual(
                        x, left + layout.padding_x + side / 2, delta=0.3
                    )

    def test_skip_and_offset(self):
        layout = label_sheet.LAYOUTS["a4_3x8"]
        labels = make_labels(2)
        [(_size, plain)] = read_pdf(self, label_sheet.render(labels, layout))
        [(_size, moved)] = read_pdf(
            self, label_sheet.render(labels, layout, 4, 1.5, -1)
        )
        for item in labels:
            x, y = plain[item.payload]
            self.assertAlmostEqual(moved[item.payload][0], x + 70 + 1.5, delta=0.2)
            self.assertAlmostEqual(moved[item.payload][1], y + 37 - 1, delta=0.2)
        self.assertEqual(layout.page_count(21, skip=3), 1)
        self.assertEqual(layout.page_count(22, skip=3), 2)
        self.assertEqual(layout.page_count(0, skip=3), 0)

    def test_minimum_module_size(self):
        for layout in label_sheet.LAYOUTS.values():
            side = min(layout.height - 2 * layout.padding_y, layout.width * 0.52)
            rows = label_sheet.matrix("https://" + "h" * 60 + PAYLOAD[-30:], side)
            self.assertGreaterEqual(side / len(rows), label_sheet.MIN_MODULE)
            quiet = label_sheet.QUIET_ZONE
            self.assertFalse(any(any(row) for row in rows[:quiet]))
            self.assertFalse(any(any(row[:quiet]) for row in rows))
        with self.assertRaises(label_sheet.LabelError):
            label_sheet.matrix("h" * 500, 22)

    def test_long_codes_are_whole(self):
        """Codes that differ only at their end stay different."""
        for stem in (
            "SCHOOL-2024-BUILDING-A-ROOM-204-PROJECTOR-EPSON-EBX06-",
            "ห้องคอมพิวเตอร์/อาคารเฉลิมพระเกียรติ/ชั้นสอง/เครื่องที่/",
            "W" * 40,
            "asset code with spaces and number ",
        ):
            codes = [f"{stem}{number:03d}" for number in (1, 2, 10)]
            for key, layout in label_sheet.LAYOUTS.items():
                labels = [
                    label_sheet.Label(PAYLOAD.format(1), code, ("Name", "Room"), "Scan")
                    for code in codes
                ]
                drawn = self._read_rows(labels, layout)
                for code, rows in zip(codes, drawn, strict=True):
                    with self.subTest(code=code, layout=key):
                        text = "".join(text for text, _size, _font in rows)
                        whole = "".join(code.split())
                        self.assertTrue("".join(text.split()).startswith(whole), text)
                        height = layout.height - 2 * layout.padding_y
                        squeeze = height / label_sheet._get_height(rows)
                        self.assertGreaterEqual(squeeze, label_sheet.MIN_SQUEEZE)

    def _read_rows(self, labels, layout):
        """Return per label its rows, whose widths are checked."""
        fonts = pdf_text.find_fonts()
        found = []
        side = min(layout.height - 2 * layout.padding_y, layout.width * 0.52)
        width = layout.width - 2 * layout.padding_x - side - 0.5
        height = layout.height - 2 * layout.padding_y
        for label in labels:
            rows = label_sheet._arrange(label, width, height, fonts)
            for text, size, font in rows:
                self.assertLessEqual(pdf_text.get_width(text, font, size), width)
            found.append(rows)
        return found

    def test_short_codes_keep_their_size_and_row(self):
        for code in ("NB-1", "PRJ-0004", "ห้อง 204"):
            label = label_sheet.Label(PAYLOAD.format(1), code, ("Name",), "Scan")
            for layout in label_sheet.LAYOUTS.values():
                [rows] = self._read_rows([label], layout)
                self.assertEqual([row[0] for row in rows], [code, "Name", "Scan"])
                self.assertEqual(rows[0][1], 11)

    def test_the_error_names_a_code_that_does_not_fit(self):
        for code in ("W" * 400, "ก" * 600, "12-" * 300):
            label = label_sheet.Label(PAYLOAD.format(1), code, ("Name",), "Scan")
            with self.assertRaises(label_sheet.CodeTooLong) as caught:
                label_sheet.render([label], label_sheet.LAYOUTS["roll_50x30"])
            self.assertEqual(caught.exception.code, code)

    def test_missing_letters_are_printed_in_another_font(self):
        font, bold = pdf_text.find_fonts()
        for text in ("Żółć Ω", "Ноутбук 12", "Đường →", "ລາວ 3"):
            with self.subTest(text=text):
                runs = pdf_text.find_runs(text, font)
                self.assertEqual("".join(part for _font, part in runs), text)
                fonts = {name for name, _part in runs}
                self.assertTrue(fonts - {font}, "the font had all letters")
                label = label_sheet.Label(PAYLOAD.format(1), text, (text,), "Scan")
                pdf = label_sheet.render([label], label_sheet.LAYOUTS["a4_3x8"])
                [page] = read_texts(self, pdf)
                found = "".join("".join(page).split())
                self.assertEqual(found, "".join(text.split()) + "Scan")
                # as the code and as a line below it
                self.assertEqual(
                    {len(page[part]) for part in page if part != "Scan"}, {2}
                )
        # a bold font has bold letters of the other font beside it
        [*_others, (name, _part)] = pdf_text.find_runs("Ω", bold)
        self.assertIn("Bold", name)

    def test_the_error_names_letters_that_no_font_has(self):
        for text, letters in (
            ("NB-\U0001f98a", "\U0001f98a"),
            ("\U00013000 12 \U00013001", "\U00013000 \U00013001"),
            ("NB-\ue123\ue123", "\ue123"),
        ):
            for label in (
                label_sheet.Label(PAYLOAD.format(1), text),
                label_sheet.Label(PAYLOAD.format(1), "NB-1", ("", text)),
            ):
                with self.subTest(label=label):
                    with self.assertRaises(label_sheet.MissingLetters) as caught:
                        label_sheet.render([label], label_sheet.LAYOUTS["a4_3x8"])
                    self.assertEqual(str(caught.exception), letters)
                    self.assertEqual(caught.exception.code, label.code)

    def test_fallback_without_a_thai_font(self):
        pdf = label_sheet.render(
            make_labels(3),
            label_sheet.LAYOUTS["roll_50x30"],
            font_path="/nonexistent.ttf",
        )
        self.assertEqual(len(read_pdf(self, pdf)), 3)
        runs = pdf_text.find_runs("ห้อง 204", "Helvetica")
        self.assertEqual("".join(part for _font, part in runs), "ห้อง 204")
        self.assertEqual(runs[-1][0], "Helvetica")
        self.assertTrue(pdf_text.draws_thai())
        pdf_text.find_runs.cache_clear()
        self.addCleanup(pdf_text.find_runs.cache_clear)
        with (
            patch.object(pdf_text, "FALLBACK_FONTS", ()),
            patch.object(pdf_text, "FONT_FOLDERS", ()),
        ):
            self.assertFalse(pdf_text.draws_thai())
            with self.assertRaises(pdf_text.MissingLetters):
                pdf_text.fit("ห้อง 204", "Helvetica", 30, 8, 5)
