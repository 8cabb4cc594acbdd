"""Renders label sheets as PDF, exact to a tenth of a millimetre.

This module does not use Odoo, so that its geometry can be tested alone. All lengths
are in millimetres, and all positions start at the top left corner of the page.
"""

import io
import logging
import os
from dataclasses import dataclass

import qrcode
from qrcode.constants import ERROR_CORRECT_M, ERROR_CORRECT_Q
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas

from . import thai_text

_logger = logging.getLogger(__name__)

#: Smallest module (square of a QR code) that phones can read in print.
MIN_MODULE = 0.4
#: Number of white modules that decoders need on each side of the code.
QUIET_ZONE = 4
ELLIPSIS = "…"
MAX_LABELS = 2000

#: Folders of Debian's fonts-thai-tlwg: each font has Latin and Thai letters.
FONT_FOLDERS = (
    "/usr/share/fonts/truetype/tlwg",
    "/usr/share/fonts/truetype/thai-tlwg",
    "/usr/share/fonts/opentype/tlwg",
)
FONT_NAMES = ("Loma", "Waree", "Garuda")


class LabelError(ValueError):
    """The label is too small for a code that phones can read."""


@dataclass(frozen=True)
class Layout:
    """One kind of label sheet: sizes and positions in millimetres."""

    page_width: float
    page_height: float
    width: float
    height: float
    columns: int = 1
    rows: int = 1
    left: float = 0
    top: float = 0
    pitch_x: float = 0
    pitch_y: float = 0
    padding_x: float = 5
    padding_y: float = 4

    @property
    def per_page(self):
        return self.columns * self.rows

    def position(self, index):
        """Return the page (from 0) and the left and top edge of label `index`."""
        page, place = divmod(index, self.per_page)
        row, column = divmod(place, self.columns)
        return page, self.left + column * self.pitch_x, self.top + row * self.pitch_y

    def page_count(self, labels, skip=0):
        return -(-(labels + skip) // self.per_page) if labels else 0


LAYOUTS = {
    "a4_3x8": Layout(210, 297, 70, 37, 3, 8, 0, 0.5, 70, 37),
    "a4_2x7": Layout(210, 297, 99.1, 38.1, 2, 7, 4.65, 15.15, 101.6, 38.1),
    "roll_50x30": Layout(50, 30, 50, 30, padding_x=1.5, padding_y=1.5),
}


@dataclass(frozen=True)
class Label:
    """The content of a label: the QR code's payload and the lines of text."""

    payload: str
    code: str
    lines: tuple = ()
    hint: str = ""


def find_fonts(path=None):
    """Return the names of the regular and the bold font.

    :param path: a TrueType file that is preferred, if the school has its own font
    """
    candidates = [path] if path else []
    candidates += [
        os.path.join(folder, f"{name}.ttf")
        for name in FONT_NAMES
        for folder in FONT_FOLDERS
    ]
    for candidate in candidates:
        if regular := _register(candidate):
            stem, extension = os.path.splitext(candidate)
            return regular, _register(f"{stem}-Bold{extension}") or regular
    return "Helvetica", "Helvetica-Bold"


def _register(path):
    name = f"label:{path}"
    if name in pdfmetrics.getRegisteredFontNames():
        return name
    if not os.path.isfile(path):
        return None
    try:
        pdfmetrics.registerFont(TTFont(name, path))
    except (TTFError, OSError) as error:
        _logger.info("Label font %s cannot be used: %s", path, error)
        return None
    return name


def draws_thai(path=None):
    """Return whether the font has Thai letters."""
    return bool(_drawable("ก", find_fonts(path)[0]))


def _drawable(text, font):
    """Return `text` without the characters that are missing in `font`."""
    text = " ".join(text.split())
    face = pdfmetrics.getFont(font).face
    glyphs = getattr(face, "charToGlyph", None)
    if glyphs is None:
        return text.encode("cp1252", "ignore").decode("cp1252")
    shaped = thai_text.shape(text)
    if not all(ord(char) in glyphs for char in shaped):
        shaped = text  # a font without the shifted marks
    return "".join(char for char in shaped if ord(char) in glyphs)


def fit(text, font, width, size, smallest):
    """Return the text and the font size (in points) that fit into `width` (mm).

    The font is reduced to `smallest` first; then the text is cut.
    """

    def too_wide(drawn, points):
        return pdfmetrics.stringWidth(drawn, font, points) > width * mm

    drawn = _drawable(text, font)
    while size > smallest and too_wide(drawn, size):
        size = max(smallest, size - 0.25)
    parts = thai_text.clusters(" ".join(text.split()))
    while parts and too_wide(drawn, size):
        parts.pop()
        drawn = _drawable("".join(parts).rstrip() + ELLIPSIS, font)
    return drawn, size


def matrix(payload, side):
    """Return the rows of modules, with quiet zone, for a square of `side` mm.

    :raise LabelError: if the payload is too long for modules that phones can read
    """
    for level in (ERROR_CORRECT_Q, ERROR_CORRECT_M):
        code = qrcode.QRCode(error_correction=level, border=QUIET_ZONE)
        code.add_data(payload)
        code.make(fit=True)
        rows = code.get_matrix()
        if side / len(rows) >= MIN_MODULE:
            return rows
    raise LabelError("payload")


def render(labels, layout, skip=0, offset_x=0.0, offset_y=0.0, font_path=None):
    """Return a PDF (bytes) with `labels` on sheets of `layout`.

    :param skip: number of used labels on the first sheet
    :param offset_x: shift to the right, in mm, to calibrate a printer
    :param offset_y: shift down, in mm
    :param font_path: a TrueType file that is preferred
    :raise LabelError: if a payload is too long for the label
    """
    fonts = find_fonts(font_path)
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(layout.page_width * mm, layout.page_height * mm))
    current = 0
    for index, label in enumerate(labels, start=skip):
        page, x, y = layout.position(index)
        if page != current:
            canvas.showPage()
            current = page
        _draw_label(canvas, layout, label, x + offset_x, y + offset_y, fonts)
    canvas.save()
    return buffer.getvalue()


def _draw_label(canvas, layout, label, x, y, fonts):
    regular, bold = fonts
    inner_height = layout.height - 2 * layout.padding_y
    side = min(inner_height, layout.width * 0.52)
    top = y + layout.padding_y + (inner_height - side) / 2
    _draw_code(canvas, layout, label.payload, x + layout.padding_x, top, side)
    left = x + layout.padding_x + side + 0.5
    width = x + layout.width - layout.padding_x - left
    rows = [(label.code, bold, 11, 6)]
    rows += [(line, regular, 8, 5.5) for line in label.lines if line]
    if label.hint:
        rows.append((label.hint, bold, 7, 5))
    rows = [(*fit(text, font, width, *sizes), font) for text, font, *sizes in rows]
    # Thai needs higher lines than Latin, for marks above and vowels below.
    needed = sum(size for _text, size, _font in rows) * 1.45 / mm
    squeeze = min(1, inner_height / needed)
    baseline = y + layout.padding_y + (inner_height - needed * squeeze) / 2
    for text, size, font in rows:
        step = size * 1.45 / mm * squeeze
        canvas.setFont(font, size * squeeze)
        canvas.drawString(
            left * mm, (layout.page_height - baseline - step * 0.75) * mm, text
        )
        baseline += step


def _draw_code(canvas, layout, payload, x, y, side):
    rows = matrix(payload, side)
    module = side / len(rows)
    # one path avoids hairlines between modules, and keeps the file small
    path = canvas.beginPath()
    for row, modules in enumerate(rows):
        start = None
        for column, dark in enumerate([*modules, False]):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                path.rect(
                    (x + start * module) * mm,
                    (layout.page_height - y - (row + 1) * module) * mm,
                    (column - start) * module * mm,
                    module * mm,
                )
                start = None
    canvas.drawPath(path, stroke=0, fill=1)
