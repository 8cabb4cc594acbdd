"""Renders label sheets as PDF, exact to a tenth of a millimetre.

This module does not use Odoo, so that its geometry can be tested alone. All lengths
are in millimetres, and all positions start at the top left corner of the page.
"""

import functools
import io
import logging
import os
import unicodedata
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
#: The smallest share of the chosen font sizes at which a label can be read.
MIN_SQUEEZE = 0.7
#: A long code is cut into lines after one of these characters, if possible.
SEPARATORS = "-_/.:, "
#: The height of a row, in font sizes. Thai has marks above and below its letters.
LINE = 1.45
MAX_LABELS = 2000

#: Folders of Debian's fonts-thai-tlwg: each font has Latin and Thai letters.
FONT_FOLDERS = (
    "/usr/share/fonts/truetype/tlwg",
    "/usr/share/fonts/truetype/thai-tlwg",
    "/usr/share/fonts/opentype/tlwg",
)
FONT_NAMES = ("Loma", "Waree", "Garuda")
#: Fonts for letters that the font of the labels does not have, the first choice first.
FALLBACK_FONTS = (
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf",
    "/usr/share/fonts/truetype/noto/NotoSansThai-Regular.ttf",
    "/usr/share/fonts/truetype/noto/NotoSansLao-Regular.ttf",
    "/usr/share/fonts/truetype/noto/NotoSansKhmer-Regular.ttf",
    "/usr/share/fonts/truetype/noto/NotoSansMyanmar-Regular.ttf",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
)


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
    """Register a font file; return the font's name, or None if it cannot be used."""
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
    """Return whether a font has Thai letters."""
    try:
        return bool(find_runs("ก", find_fonts(path)[0]))
    except MissingLetters:
        return False


def _fonts_with_fallbacks(font):
    """Yield `font` and then the fallback fonts, bold ones for a bold font."""
    yield font
    bold = "Bold" in font
    for path in FALLBACK_FONTS:
        stem, extension = os.path.splitext(path)
        heavy = _register(f"{stem.removesuffix('-Regular')}-Bold{extension}")
        if found := (bold and heavy) or _register(path):
            yield found


def _find_glyphs(cluster, font):
    """Return the characters to draw for a letter with its marks, or None.

    None means that the font does not have the letter or one of its marks.
    """
    glyphs = getattr(pdfmetrics.getFont(font).face, "charToGlyph", None)
    if glyphs is None:  # one of the fonts that every PDF reader has
        known = cluster.encode("cp1252", "ignore").decode("cp1252")
        return cluster if known == cluster else None
    for form in (thai_text.shape(cluster), cluster):  # not all fonts have shifted marks
        if all(ord(char) in glyphs for char in form):
            return form
    return None


def clean(text):
    """Return `text` in one line, without characters that show nothing."""
    text = " ".join(unicodedata.normalize("NFC", text).split())
    return "".join(
        char
        for char in text
        if unicodedata.category(char) not in ("Cc", "Cf")
        and not "\ufe00" <= char <= "\ufe0f"  # they choose the form of an emoji
    )


@functools.lru_cache(maxsize=4096)
def find_runs(text, font):
    """Split `text` by the fonts that have its letters.

    :param font: the preferred font; words with other letters get another font
    :return: list of pairs of the name of a font and the characters to draw with it
    :raise MissingLetters: if no font has a letter
    """
    runs, missing = [], []
    for number, word in enumerate(clean(text).split(" ")):
        parts = thai_text.clusters(word)
        # a word has one font if possible
        for font_of_word in _fonts_with_fallbacks(font):
            drawn = [_find_glyphs(part, font_of_word) for part in parts]
            if None not in drawn:
                found = [(font_of_word, "".join(drawn))]
                break
        else:
            found = [_find_letter(part, font) for part in parts]
        missing += [part for name, part in found if not name]
        if number:
            runs.append((runs[-1][0], " "))
        runs += found
    if missing:
        raise MissingLetters(" ".join(dict.fromkeys(missing)))
    merged = []
    for name, drawn in runs:
        if merged and merged[-1][0] == name:
            drawn = merged.pop()[1] + drawn
        merged.append((name, drawn))
    return merged


def _find_letter(cluster, font):
    """Return the first font that has a letter, and the characters to draw.

    If no font has it, return None and the letter.
    """
    for candidate in _fonts_with_fallbacks(font):
        drawn = _find_glyphs(cluster, candidate)
        if drawn is not None:
            return candidate, drawn
    return None, cluster


def _get_width(text, font, size):
    """Return the width of `text` in mm."""
    runs = find_runs(text, font)
    return sum(pdfmetrics.stringWidth(part, name, size) for name, part in runs) / mm


def _shrink(text, font, width, size, smallest):
    """Return the largest font size at which `text` fits, or `smallest` if none fits."""
    while size > smallest and _get_width(text, font, size) > width:
        size = max(smallest, size - 0.25)
    return size


def fit(text, font, width, size, smallest):
    """Return the text and the font size (in points) that fit into `width` (mm).

    The font is reduced to `smallest` first; then the text is cut.
    """
    text = clean(text)
    size = _shrink(text, font, width, size, smallest)
    parts = thai_text.clusters(text)
    while parts and _get_width(text, font, size) > width:
        parts.pop()
        text = "".join(parts).rstrip() + ELLIPSIS
    return text, size


def wrap(text, font, width, size, smallest):
    """Return the whole text as lines of at most `width` (mm), and the font size.

    The font is reduced to `smallest` first; then the text is cut into lines.
    """
    text = clean(text)
    size = _shrink(text, font, width, size, smallest)
    lines, parts = [], thai_text.clusters(text)
    while parts:
        count = len(parts)
        while count > 1 and _get_width("".join(parts[:count]), font, size) > width:
            count -= 1
        if count < len(parts):
            # prefer a shorter line to a cut inside a number
            for place in range(count, count // 2, -1):
                if parts[place - 1] in SEPARATORS:
                    count = place
                    break
        lines.append("".join(parts[:count]).strip())
        parts = parts[count:]
    return lines, size


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
    fonts = find_fonts(font_path)
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
        place = left * mm
        for name, part in find_runs(text, font):
            canvas.setFont(name, size * squeeze)
            canvas.drawString(
                place, (layout.page_height - baseline - step * 0.75) * mm, part
            )
            place += pdfmetrics.stringWidth(part, name, size * squeeze)
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
    lines, size = wrap(label.code, bold, width, 11, 6)
    code = [(line, size, bold) for line in lines or [""]]
    others = [
        (*fit(line, regular, width, 8, 5.5), regular) for line in label.lines if line
    ]
    if label.hint:
        others.append((*fit(label.hint, bold, width, 7, 5), bold))
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
