"""Renders label sheets as PDF, exact to a tenth of a millimetre.

This module does not use the database, so that its geometry can be tested alone. All
lengths are in millimetres, and all positions start at the top left corner of the page.
"""

import io
from dataclasses import dataclass

import qrcode
from qrcode.constants import ERROR_CORRECT_M, ERROR_CORRECT_Q
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from odoo.addons.school_helpdesk_base.tools import pdf_text
from odoo.addons.school_helpdesk_base.tools.pdf_text import LINE

#: Smallest module (square of a QR code) that phones can read in print.
MIN_MODULE = 0.4
#: Number of white modules that decoders need on each side of the code.
QUIET_ZONE = 4
#: The smallest share of the chosen font sizes at which a label can be read.
MIN_SQUEEZE = 0.7
MAX_LABELS = 2000


class LabelError(ValueError):
    """The label cannot be printed.

    The text of the error says what is wrong. Its ``code`` is the label's asset code.
    """

    code = ""


class AddressTooLong(LabelError):
    """The label is too small for a QR code that phones can read."""


class CodeTooLong(LabelError):
    """The label is too small for the whole asset code."""


class MissingLetters(LabelError):
    """No font has some of the letters; they are the text of the error."""


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


def matrix(payload, side):
    """Return the rows of modules, with quiet zone, for a square of `side` mm.

    :raise AddressTooLong: if the modules are too small for phones
    """
    for level in (ERROR_CORRECT_Q, ERROR_CORRECT_M):
        code = qrcode.QRCode(error_correction=level, border=QUIET_ZONE)
        code.add_data(payload)
        code.make(fit=True)
        rows = code.get_matrix()
        if side / len(rows) >= MIN_MODULE:
            return rows
    raise AddressTooLong(payload)


def render(labels, layout, skip=0, offset_x=0.0, offset_y=0.0, font_path=None):
    """Return a PDF (bytes) with `labels` on sheets of `layout`.

    :param skip: number of used labels on the first sheet
    :param offset_x: shift to the right, in mm, to calibrate a printer
    :param offset_y: shift down, in mm
    :param font_path: a TrueType file that is preferred
    :raise LabelError: if a label cannot be printed whole
    """
    fonts = pdf_text.find_fonts(font_path)
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(layout.page_width * mm, layout.page_height * mm))
    current = 0
    for index, label in enumerate(labels, start=skip):
        page, x, y = layout.position(index)
        if page != current:
            canvas.showPage()
            current = page
        try:
            _draw_label(canvas, layout, label, x + offset_x, y + offset_y, fonts)
        except pdf_text.MissingLetters as error:
            missing = MissingLetters(error)
            missing.code = label.code
            raise missing from error
        except LabelError as error:
            error.code = label.code
            raise
    canvas.save()
    return buffer.getvalue()


def _draw_label(canvas, layout, label, x, y, fonts):
    """Draw a label: the code at the left, the texts beside it.

    :param x: the left edge of the label on the page
    :param y: the top edge of the label
    :param fonts: the names of the regular and the bold font
    """
    inner_height = layout.height - 2 * layout.padding_y
    side = min(inner_height, layout.width * 0.52)
    top = y + layout.padding_y + (inner_height - side) / 2
    _draw_code(canvas, layout, label.payload, x + layout.padding_x, top, side)
    left = x + layout.padding_x + side + 0.5
    width = x + layout.width - layout.padding_x - left
    rows = _arrange(label, width, inner_height, fonts)
    needed = _get_height(rows)
    squeeze = min(1, inner_height / needed)
    baseline = y + layout.padding_y + (inner_height - needed * squeeze) / 2
    for text, size, font in rows:
        step = size * LINE / mm * squeeze
        base = layout.page_height - baseline - step * 0.75
        pdf_text.draw(canvas, text, font, size * squeeze, left, base)
        baseline += step


def _get_height(rows):
    """Return the height of the rows in mm."""
    return sum(size for _text, size, _font in rows) * LINE / mm


def _arrange(label, width, height, fonts):
    """Return the rows of a label as tuples of text, size and font.

    The code is always printed whole. If it needs several rows and the space is not
    enough, the least important other rows are left out.

    :raise CodeTooLong: if even the code alone does not fit
    """
    regular, bold = fonts
    lines, size = pdf_text.wrap(label.code, bold, width, 11, 6)
    code = [(line, size, bold) for line in lines or [""]]
    others = [
        (*pdf_text.fit(line, regular, width, 8, 5.5), regular)
        for line in label.lines
        if line
    ]
    if label.hint:
        others.append((*pdf_text.fit(label.hint, bold, width, 7, 5), bold))
    if len(code) > 1:
        while others and height < _get_height(code + others) * MIN_SQUEEZE:
            # remove the hint last: it says what the label is for
            others.pop(-2 if len(others) > 1 and label.hint else -1)
        if height < _get_height(code) * MIN_SQUEEZE:
            raise CodeTooLong(label.code)
    return code + others


def _draw_code(canvas, layout, payload, x, y, side):
    """Draw a QR code with its quiet zone as a square with the length ``side``."""
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
