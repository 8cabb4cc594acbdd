"""Draws text in a PDF with ReportLab: Thai, long texts, letters that a font lacks.

ReportLab draws each letter with the one font that it is told, and does not shape text.
Here each word gets a font that has its letters, and Thai marks get their places
(``thai_text``). All widths are in millimetres, all font sizes in points.
"""

import bisect
import functools
import logging
import os
import unicodedata

from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from . import thai_text

_logger = logging.getLogger(__name__)

ELLIPSIS = "…"
#: A long text is cut into lines after one of these characters, if possible.
SEPARATORS = "-_/.:, "
#: The height of a row, in font sizes. Thai has marks above and below its letters.
LINE = 1.45

#: Folders of Debian's fonts-thai-tlwg: each font has Latin and Thai letters.
FONT_FOLDERS = (
    "/usr/share/fonts/truetype/tlwg",
    "/usr/share/fonts/truetype/thai-tlwg",
    "/usr/share/fonts/opentype/tlwg",
)
FONT_NAMES = ("Loma", "Waree", "Garuda")
#: Fonts for letters that the chosen font does not have, the first choice first.
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


class MissingLetters(ValueError):
    """No font has some of the letters; they are the text of the error."""


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
    name = f"text:{path}"
    if name in pdfmetrics.getRegisteredFontNames():
        return name
    if not os.path.isfile(path):
        return None
    try:
        pdfmetrics.registerFont(TTFont(name, path))
    except (TTFError, OSError) as error:
        _logger.info("Font %s cannot be used: %s", path, error)
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


def get_width(text, font, size):
    """Return the width of `text` in mm."""
    runs = find_runs(text, font)
    return sum(pdfmetrics.stringWidth(part, name, size) for name, part in runs) / mm


def _shrink(text, font, width, size, smallest):
    """Return the largest font size at which `text` fits, or `smallest` if none fits."""
    while size > smallest and get_width(text, font, size) > width:
        size = max(smallest, size - 0.25)
    return size


def _count_fitting(texts, font, width, size):
    """Return the index of the last text that fits, or 0.

    :param texts: list of texts, each at least as wide as the one before
    """
    place = bisect.bisect_right(
        texts, width, key=lambda text: get_width(text, font, size)
    )
    return max(place - 1, 0)


def fit(text, font, width, size, smallest):
    """Return the text and the font size (in points) that fit into `width` (mm).

    The font is reduced to `smallest` first; then the text is cut.
    """
    text = clean(text)
    size = _shrink(text, font, width, size, smallest)
    if get_width(text, font, size) > width:
        parts = thai_text.clusters(text)
        starts = [
            "".join(parts[:count]).rstrip() + ELLIPSIS for count in range(len(parts))
        ]
        text = starts[_count_fitting(starts, font, width, size)]
    return text, size


def wrap(text, font, width, size, smallest):
    """Return the whole text as lines of at most `width` (mm), and the font size.

    The font is reduced to `smallest` first; then the text is cut into lines.
    """
    text = clean(text)
    size = _shrink(text, font, width, size, smallest)
    lines, parts = [], thai_text.clusters(text)
    while parts:
        starts = ["".join(parts[: count + 1]) for count in range(len(parts))]
        count = _count_fitting(starts, font, width, size) + 1
        if count < len(parts):
            # prefer a shorter line to a cut inside a number
            for place in range(count, count // 2, -1):
                if parts[place - 1] in SEPARATORS:
                    count = place
                    break
        lines.append("".join(parts[:count]).strip())
        parts = parts[count:]
    return lines, size


def wrap_words(text, font, width, size):
    """Return a text as lines of at most `width` (mm), and the font size.

    Unlike in ``wrap``, a line ends after a whole word if possible. Thai has no spaces
    between words: there a line ends after a letter with its marks.
    """
    lines = []
    for word in clean(text).split(" "):
        if lines and get_width(f"{lines[-1]} {word}", font, size) <= width:
            lines[-1] += f" {word}"
        else:
            lines += wrap(word, font, width, size, size)[0]
    return lines, size


def draw(canvas, text, font, size, x, y):
    """Draw a line of text.

    :param x: the left end of the line, in mm from the left edge of the page
    :param y: the base line, in mm from the lower edge of the page
    """
    place = x * mm
    for name, part in find_runs(text, font):
        canvas.setFont(name, size)
        canvas.drawString(place, y * mm, part)
        place += pdfmetrics.stringWidth(part, name, size)


def without_missing(text, font):
    """Return a text in one line, without the letters that no font has.

    For texts that people wrote, which often have emojis.
    """
    text = clean(text)
    try:
        find_runs(text, font)
    except MissingLetters as error:
        missing = str(error).split(" ")
        parts = thai_text.clusters(text)
        text = clean("".join(part for part in parts if part not in missing))
    return text
