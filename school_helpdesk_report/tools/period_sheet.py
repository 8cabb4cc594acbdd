"""Draws a report about a period on A4 paper, as a PDF.

This module knows neither the database nor languages: a ``Sheet`` has all texts and
numbers as they are printed. All lengths are in millimetres, and all positions start at
the top left corner of the page.
"""

import io
from dataclasses import dataclass, field

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from odoo.addons.school_helpdesk_base.tools import pdf_text
from odoo.addons.school_helpdesk_base.tools.pdf_text import LINE

WIDTH, HEIGHT = 210, 297
MARGIN = 14
INNER = WIDTH - 2 * MARGIN
GAP = 6
TILES_IN_A_ROW = 5
#: In letters. Longer texts are cut: people paste whole files into a comment, and no
#: line has space for more.
LONGEST = 1000
#: A longer label of an axis is cut.
LABEL_WIDTH = 14
INK, SOFT, LINES, PALE = "#1f2328", "#59616b", "#c9ced6", "#f3f4f6"
BETTER, WORSE = "#17613a", "#a1262c"
#: The second colour of charts; the first one is the school's.
SECOND = "#8a94a3"


@dataclass(frozen=True)
class Tile:
    """A figure and its comparison with the period before.

    ``arrow`` is 1 if the figure has grown, -1 if it has fallen. ``is_better`` says
    whether this is good, ``None`` if it is neither good nor bad. ``detail`` follows the
    value in small letters.
    """

    label: str
    value: str
    detail: str = ""
    before: str = ""
    arrow: int = 0
    is_better: bool | None = None


@dataclass(frozen=True)
class Chart:
    """A chart with a bar group or a point for each label.

    ``kind`` is "bars", "line" or "rows" (bars that lie, for long labels). A series is a
    pair of its name and its numbers; ``None`` is a gap.
    """

    title: str
    kind: str
    labels: tuple
    series: tuple
    empty: str = ""


@dataclass(frozen=True)
class Table:
    """A table; ``widths`` are shares of its width, numbers are at the right."""

    title: str
    rows: tuple
    widths: tuple
    heads: tuple = ()
    empty: str = ""


@dataclass(frozen=True)
class Words:
    """What people wrote with their ratings: pairs of a heading and the words."""

    title: str
    quotes: tuple
    empty: str = ""


@dataclass(frozen=True)
class Sheet:
    """Everything that is printed, in the reader's language."""

    school: str
    title: str
    period: str
    compared: str
    tiles: tuple
    charts: tuple
    top: tuple
    oldest: Table
    words: Words
    notes: tuple
    logo: bytes | None = None
    color: str = "#1f5fa8"
    fonts: tuple = field(default_factory=pdf_text.find_fonts)


def render(sheet):
    """Return the report as a PDF (bytes) of one page."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(WIDTH * mm, HEIGHT * mm))
    canvas.setTitle(f"{sheet.title} – {sheet.period}")
    canvas.setAuthor(sheet.school)
    pen = _Pen(canvas, sheet.fonts)
    y = _draw_head(pen, sheet)
    y = _draw_tiles(pen, sheet.tiles, y)
    y = _draw_charts(pen, sheet.charts, y, sheet.color)
    y = _draw_side_by_side(pen, sheet.top, y)
    y = _draw_table(pen, sheet.oldest, MARGIN, y, INNER) + GAP
    _draw_words(pen, sheet.words, y)
    _draw_foot(pen, sheet.notes)
    canvas.save()
    return buffer.getvalue()


class _Pen:
    """Draws on a page whose positions start at the top left corner."""

    def __init__(self, canvas, fonts):
        self.canvas = canvas
        self.regular, self.bold = fonts

    def put(self, text, x, y, size, *, width=None, bold=False, color=INK, align=0):
        """Write a text in one line; return its width.

        :param y: the base line
        :param width: a longer text is cut
        :param align: 0 if ``x`` is the left end of the text, 0.5 the middle, 1 the
            right end
        """
        font = self.bold if bold else self.regular
        text = pdf_text.without_missing(text[:LONGEST], font)
        if width is not None:
            if width < pdf_text.get_width(pdf_text.ELLIPSIS, font, size):
                return 0
            text, size = pdf_text.fit(text, font, width, size, size)
        wide = pdf_text.get_width(text, font, size)
        self.canvas.setFillColor(HexColor(color))
        pdf_text.draw(self.canvas, text, font, size, x - wide * align, HEIGHT - y)
        return wide

    def measure(self, text, size):
        """Return the width of a text."""
        text = pdf_text.without_missing(text[:LONGEST], self.regular)
        return pdf_text.get_width(text, self.regular, size)

    def put_lines(self, text, x, y, size, width, count, **options):
        """Write a text in at most ``count`` lines; return the last base line."""
        font = self.bold if options.get("bold") else self.regular
        text = pdf_text.without_missing(text[:LONGEST], font)
        lines, size = pdf_text.wrap_words(text, font, width, size)
        if len(lines) > count:
            # the rest is cut by ``put``
            lines[count - 1 :] = [" ".join(lines[count - 1 :])]
        for line in lines:
            self.put(line, x, y, size, width=width, **options)
            y += size * LINE / mm
        return y - size * LINE / mm

    def fill(self, x, y, width, height, color):
        self.canvas.setFillColor(HexColor(color))
        self.canvas.rect(
            x * mm, (HEIGHT - y - height) * mm, width * mm, height * mm, 0, 1
        )

    def line(self, points, color=LINES, thickness=0.2):
        """Draw a line through points."""
        self.canvas.setStrokeColor(HexColor(color))
        self.canvas.setLineWidth(thickness * mm)
        self.canvas.setLineJoin(1)
        path = self.canvas.beginPath()
        for number, (x, y) in enumerate(points):
            (path.lineTo if number else path.moveTo)(x * mm, (HEIGHT - y) * mm)
        self.canvas.drawPath(path, stroke=1, fill=0)

    def arrow(self, x, y, up, color):
        """Draw a triangle of 2 mm that points up or down; return its width."""
        tip, base = (y - 2, y) if up else (y, y - 2)
        path = self.canvas.beginPath()
        path.moveTo(x * mm, (HEIGHT - base) * mm)
        path.lineTo((x + 2) * mm, (HEIGHT - base) * mm)
        path.lineTo((x + 1) * mm, (HEIGHT - tip) * mm)
        path.close()
        self.canvas.setFillColor(HexColor(color))
        self.canvas.drawPath(path, stroke=0, fill=1)
        return 2


def _draw_head(pen, sheet):
    """Draw the school, the title and the period; return where the page continues."""
    pen.fill(0, 0, WIDTH, 3, sheet.color)
    left = MARGIN
    if sheet.logo:
        left += _draw_logo(pen, sheet.logo, MARGIN, 9, 42, 15) + 5
    width = WIDTH - MARGIN - left
    pen.put(sheet.school, left, 13, 9, width=width, color=SOFT)
    pen.put(sheet.title, left, 20, 17, width=width, bold=True)
    end = left + pen.put(sheet.period, left, 26, 10, width=width) + 3
    pen.put(sheet.compared, end, 26, 8, width=WIDTH - MARGIN - end, color=SOFT)
    return 31


def _draw_logo(pen, logo, x, y, width, height):
    """Draw a picture as large as it fits; return its width."""
    try:
        picture = ImageReader(io.BytesIO(logo))
        wide, high = picture.getSize()
    except OSError:  # a format that cannot be printed, such as SVG
        return -5
    scale = min(width / wide, height / high)
    wide, high = wide * scale, high * scale
    pen.canvas.drawImage(
        picture, x * mm, (HEIGHT - y - high) * mm, wide * mm, high * mm, mask="auto"
    )
    return wide


def _draw_tiles(pen, tiles, y):
    gap = 3
    width = (INNER - gap * (TILES_IN_A_ROW - 1)) / TILES_IN_A_ROW
    height = 23
    for number, tile in enumerate(tiles):
        row, column = divmod(number, TILES_IN_A_ROW)
        x, top = MARGIN + column * (width + gap), y + row * (height + gap)
        pen.fill(x, top, width, height, PALE)
        inner = width - 4
        pen.put_lines(tile.label, x + 2, top + 4, 7, inner, 2, color=SOFT)
        end = 2 + pen.put(tile.value, x + 2, top + 15.2, 16, width=inner, bold=True)
        pen.put(
            tile.detail, x + end + 1.5, top + 15.2, 7, width=width - end - 2, color=SOFT
        )
        left = x + 2
        color = {True: BETTER, False: WORSE, None: SOFT}[tile.is_better]
        if tile.arrow:
            left += pen.arrow(left, top + 20.6, tile.arrow > 0, color) + 1
        wide = x + width - 2 - left
        pen.put(tile.before, left, top + 20.5, 7, width=wide, color=color)
    rows = -(-len(tiles) // TILES_IN_A_ROW)
    return y + rows * (height + gap) - gap + GAP


def _draw_charts(pen, charts, y, color):
    width = (INNER - GAP * (len(charts) - 1)) / len(charts)
    height = 54
    draw = {"bars": _draw_bars, "line": _draw_curve, "rows": _draw_rows}
    for number, chart in enumerate(charts):
        x = MARGIN + number * (width + GAP)
        pen.put(chart.title, x, y + 3, 9, width=width, bold=True)
        numbers = [n for _name, values in chart.series for n in values if n]
        if chart.empty and not numbers:
            pen.put(chart.empty, x, y + 12, 8, width=width, color=SOFT)
        else:
            colors = (color, SECOND)
            draw[chart.kind](pen, chart, x, y + 6, width, height - 6, colors)
    return y + height + GAP


def _draw_legend(pen, chart, x, y, width, colors):
    if len(chart.series) < 2:
        return
    share = width / len(chart.series)
    for number, ((name, _values), color) in enumerate(
        zip(chart.series, colors, strict=True)
    ):
        left = x + number * share
        pen.fill(left, y + 0.3, 2.2, 2.2, color)
        pen.put(name, left + 3.2, y + 2.4, 7, width=share - 4, color=SOFT)


def _draw_axes(pen, chart, x, y, width, height):
    """Draw the grid with its numbers and labels.

    :return: the frame for the values (left, lower edge, width, height) and the number
        at its upper edge
    """
    values = [n for _name, numbers in chart.series for n in numbers if n is not None]
    step = _get_step(max(values, default=0))
    lines = max(1, -(-max(values, default=0) // step))
    top_value = step * lines
    left, bottom = x + 7, y + height - 5
    inner, tall = width - 7, height - 5 - 4
    for number in range(lines + 1):
        level = bottom - tall * number / lines
        pen.line([(left, level), (left + inner, level)])
        pen.put(str(step * number), left - 1, level + 0.9, 6.5, color=SOFT, align=1)
    share = inner / len(chart.labels)
    # leave out labels that would overlap
    widest = max(pen.measure(label, 6.5) for label in chart.labels)
    room = min(widest, LABEL_WIDTH) + 1
    every = max(1, int(-(-room // share)))
    for number, label in enumerate(chart.labels):
        if number % every == 0:
            middle = left + share * (number + 0.5)
            pen.put(label, middle, bottom + 3.5, 6.5, width=room, color=SOFT, align=0.5)
    return (left, bottom, inner, tall), top_value


def _get_step(highest):
    """Return the distance of the grid's lines: at most five lines, whole numbers."""
    step = 1
    while highest > 5 * step:
        # 1, 2, 5, 10, 20, 50 ...
        step = step * 5 // 2 if str(step)[0] == "2" else step * 2
    return step


def _draw_bars(pen, chart, x, y, width, height, colors):
    _draw_legend(pen, chart, x, y - 1, width, colors)
    (left, bottom, inner, tall), top_value = _draw_axes(
        pen, chart, x, y + 3, width, height - 3
    )
    share = inner / len(chart.labels)
    bar = share * 0.8 / len(chart.series)
    for number, ((_name, values), color) in enumerate(
        zip(chart.series, colors, strict=False)
    ):
        for place, value in enumerate(values):
            if value:
                high = tall * value / top_value
                start = left + share * (place + 0.1) + bar * number
                pen.fill(start, bottom - high, bar, high, color)


def _draw_curve(pen, chart, x, y, width, height, colors):
    (left, bottom, inner, tall), top_value = _draw_axes(pen, chart, x, y, width, height)
    share = inner / len(chart.labels)
    for (_name, values), color in zip(chart.series, colors, strict=False):
        points = [
            (left + share * (place + 0.5), bottom - tall * value / top_value)
            for place, value in enumerate(values)
            if value is not None
        ]
        pen.line(points, color, 0.6)
        pen.fill(points[-1][0] - 0.8, points[-1][1] - 0.8, 1.6, 1.6, color)


def _draw_rows(pen, chart, x, y, width, height, colors):
    [(_name, values)] = chart.series
    step = min(7, height / len(values))
    names, highest = width * 0.5, max(values) or 1
    space = width - names - 2 - max(pen.measure(str(value), 7) for value in values)
    for number, (label, value) in enumerate(zip(chart.labels, values, strict=True)):
        base = y + step * number + 3.4
        pen.put(label, x, base, 7, width=names - 2)
        long = space * value / highest
        pen.fill(x + names, base - 2.6, long, 3.2, colors[0])
        pen.put(str(value), x + names + long + 1.2, base, 7, color=SOFT)


def _draw_side_by_side(pen, tables, y):
    width = (INNER - GAP * (len(tables) - 1)) / len(tables)
    ends = [
        _draw_table(pen, table, MARGIN + number * (width + GAP), y, width)
        for number, table in enumerate(tables)
    ]
    return max(ends) + GAP


def _draw_table(pen, table, x, y, width):
    """Draw a table; return its lower edge."""
    pen.put(table.title, x, y + 3, 9, width=width, bold=True)
    y += 5
    if not table.rows:
        pen.put(table.empty, x, y + 4, 8, width=width, color=SOFT)
        return y + 5
    rows = [(table.heads, 6.5, SOFT)] if table.heads else []
    rows += [(row, 7.5, INK) for row in table.rows]
    for row, size, color in rows:
        pen.line([(x, y), (x + width, y)])
        left = x
        for text, share, sample in zip(row, table.widths, table.rows[0], strict=True):
            wide = width * share
            if isinstance(sample, int):
                right = left + wide
                pen.put(
                    str(text), right, y + 3.4, size, width=wide, color=color, align=1
                )
            else:
                pen.put(text, left, y + 3.4, size, width=wide - 2, color=color)
            left += wide
        y += 4.8
    return y


def _draw_words(pen, words, y):
    pen.put(words.title, MARGIN, y + 3, 9, width=INNER, bold=True)
    y += 5
    if not words.quotes:
        pen.put(words.empty, MARGIN, y + 4, 8, width=INNER, color=SOFT)
        return
    for heading, text in words.quotes:
        pen.line([(MARGIN, y), (MARGIN + INNER, y)])
        pen.put(heading, MARGIN, y + 3.4, 7.5, width=28, color=SOFT)
        y = pen.put_lines(text, MARGIN + 30, y + 3.4, 7.5, INNER - 30, 2) + 1.6


def _draw_foot(pen, notes):
    y = HEIGHT - 9 - 3.4 * (len(notes) - 1)
    pen.line([(MARGIN, y - 4), (WIDTH - MARGIN, y - 4)])
    for note in notes:
        pen.put(note, MARGIN, y, 6.5, width=INNER, color=SOFT)
        y += 3.4
