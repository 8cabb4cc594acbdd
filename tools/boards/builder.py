"""Builds a board: the JSON file of a spreadsheet that Odoo shows as a dashboard.

``boards.py`` describes the boards, ``generate.py`` writes the files. A board is a grid
of ``COLUMNS`` columns. Its parts stand in lines, from the top to the bottom::

    board = Board("service", filters=[PERIOD, TEAM])
    board.line(board.scorecard("Tickets", "helpdesk.ticket", "__count"))

Each board is written twice. In the second file, the sample, invented numbers replace
the queries. Odoo shows it in a database without tickets.

Odoo translates only certain texts: ``=_t("...")`` in cells, texts of links, titles of
charts, descriptions of baselines and labels of filters. All texts are of these kinds.
"""

import json
import random
from dataclasses import dataclass, field

COLUMNS = 12
COLUMN_WIDTH = 96
ROW_HEIGHT = 23
GAP = 12
#: The version of the file format. Odoo upgrades older files when it opens them.
VERSION = "18.5.10"

COUNT = "#,##0"
HOURS = "#,##0.0"
RATE = "0%"
SMALL_RATE = "0.0%"
RATING = "0.00"
TEXT = None

GREEN, RED, GREY = "#00805A", "#C2362F", "#5F6368"
COLOURS = {"up": (GREEN, RED), "down": (RED, GREEN), None: (GREY, GREY)}
BACKGROUNDS = {"up": "#EFF6FF", "down": "#FEF2F2", None: "#F3F4F6"}
TITLE_STYLE, LINK_STYLE, HEADER_STYLE, NUMBER_HEADER_STYLE, TEXT_STYLE, NUMBER_STYLE = (
    map(str, range(1, 7))
)
HEADER = {
    "bold": True,
    "fontSize": 9,
    "fillColor": "#F3F4F6",
    "wrapping": "wrap",
    "verticalAlign": "middle",
}
STYLES = {
    TITLE_STYLE: {"bold": True, "fontSize": 13, "textColor": "#434343"},
    HEADER_STYLE: HEADER,
    NUMBER_HEADER_STYLE: {**HEADER, "align": "right"},
    LINK_STYLE: {"textColor": "#01666B", "underline": True},
    TEXT_STYLE: {"align": "left"},
    NUMBER_STYLE: {"align": "right"},
}


@dataclass
class Filter:
    """A filter at the top of a board.

    ``fields`` has, for each model, the name and the type of the field that it filters.
    Data of other models are not filtered.
    """

    id: str
    label: str
    fields: dict
    definition: dict = field(default_factory=dict)


@dataclass
class Measure:
    """A column of a table: its heading, and a field with its format."""

    label: str
    name: str
    format: str = COUNT
    #: A number that the sample shows: that of the first line.
    sample: float = 20


@dataclass
class Field:
    """A column of a table of records: its heading, its width and its format."""

    label: str
    #: In columns of the board. If all are 0, the first one gets the space that is left.
    span: int = 0
    format: str = TEXT
    #: The number of the first line in the sample; a field without a format has texts.
    sample: float = 0

    def get_sample(self, row):
        if self.format is TEXT:
            return f'=_t({json.dumps(self.label)})&" {row}"'
        return str(round(self.sample * (1 - row / 15), 2))


def column(index):
    """Return the letter of a column; the first one has the index 0."""
    return chr(ord("A") + index)


def aggregate(name):
    """Return a measure of a pivot table, such as ``weight:sum``.

    A name without an aggregator stands for the average, as for all rates and times.
    """
    if name == "__count":
        return {"id": name, "fieldName": name}
    name, _colon, aggregator = name.partition(":")
    aggregator = aggregator or "avg"
    return {"id": f"{name}:{aggregator}", "fieldName": name, "aggregator": aggregator}


class Board:
    def __init__(self, name, filters=()):
        self.name = name
        self.filters = filters
        # the first row is a margin
        self.top = 1
        self.figures, self.pivots, self.lists = [], {}, {}
        self.cells, self.data = {}, {}
        self.sample_cells, self.sample_data, self.sample_figures = {}, {}, []
        self.styles, self.formats, self.merges = {}, {}, []
        self.heights = {0: GAP}
        self.data_formats, self.colour_scales = {}, []
        self.data_row = 1
        self.random = random.Random(name)  # noqa: S311 - numbers of a sample

    # ------------------------------------------------------------------
    # The parts of a board: see ``Part``
    # ------------------------------------------------------------------

    def line(self, *parts):
        """Draw parts side by side, with the same width."""
        width = COLUMNS // len(parts)
        for number, part in enumerate(parts):
            part.draw(number * width, width)
        self.top += max(part.height for part in parts) + 1

    def scorecard(
        self, title, model, measure="__count", *, better=None, domain=(), **options
    ):
        """Return one number. A click opens its records.

        If the board has a period, the number is compared with the period before.

        :param better: "up" or "down", what is better; None if neither is
        :param format: the format of the number
        :param sample: the number that the sample shows
        """
        number_format = options.get("format", COUNT)
        sample = options.get("sample", 20)

        def draw(left, width):
            self.data_row += 1
            row = self.data_row
            label = f"=_t({json.dumps(title)})"
            spec = aggregate(measure)
            compared = any(
                entry.id == "period" and model in entry.fields for entry in self.filters
            )
            self.data[f"A{row}"] = self.sample_data[f"A{row}"] = label
            # B and C: the numbers, now and before; D and E: what the scorecard shows
            for cell, shown, offset, value in (
                ("B", "D", 0, sample),
                # in the sample, each figure has become better
                ("C", "E", -1, sample * (1.1 if better == "down" else 0.9)),
            ):
                if offset and not compared:
                    continue
                pivot = self._add_pivot(title, model, [spec], domain, offset=offset)
                number = f"{cell}{row}"
                self.data[number] = f'=PIVOT.VALUE({pivot},"{spec["id"]}")'
                self.sample_data[number] = str(round(value, 2))
                # a figure that no ticket has is not 0, and 0 has no percentage
                known, missing = f"ISNUMBER({number})", '"–"'
                if offset:
                    missing = '""'
                    if number_format == COUNT:
                        known = f"AND({known},{number}>0)"
                elif number_format == COUNT:
                    missing = "0"
                text = f"=IF({known},{number},{missing})"
                self.data[f"{shown}{row}"] = self.sample_data[f"{shown}{row}"] = text
                self.data_formats[f"{shown}{row}"] = number_format
            up, down = COLOURS[better]
            figure = {
                "type": "scorecard",
                "title": {"text": title, "bold": True, "color": "#434343"},
                "keyValue": f"Data!D{row}",
                "humanize": False,
                "background": BACKGROUNDS[better],
                "baselineColorUp": up,
                "baselineColorDown": down,
                "baselineMode": "difference"
                if number_format != COUNT
                else "percentage",
            }
            if compared:
                figure["baseline"] = f"Data!E{row}"
                figure["baselineDescr"] = {"text": "vs. before"}
            self._add_figure(left, width, 4.5, figure, figure)

        return Part(draw, 5)

    def chart(
        self,
        title,
        model,
        groups,
        measure="__count",
        *,
        kind="bar",
        domain=(),
        **options,
    ):
        """Return a chart with one query. A click on a part opens its records.

        :param groups: the fields by which the records are grouped, such as
            ``create_date:week``
        :param kind: "bar", "line" or "pie"
        :param horizontal: whether the bars are horizontal
        :param order: "ASC" or "DESC": sort by the measure
        :param action: the XML id of the action that shows the records
        :param without: the id of a filter that does not count here
        :param colours: of the series; Odoo's own by default
        :param height: of the chart, in rows
        """
        height = options.get("height", 13)
        name = measure.partition(":")[0]

        def draw(left, width):
            horizontal = options.get("horizontal", False)
            figure = self._get_chart(title, kind, horizontal)
            figure |= {
                "type": f"odoo_{kind}",
                "legendPosition": "top" if len(groups) > 1 or kind == "pie" else "none",
                "metaData": {
                    "groupBy": list(groups),
                    "measure": name,
                    "order": options.get("order"),
                    "resModel": model,
                    "mode": kind,
                },
                "searchParams": {
                    "context": {},
                    "domain": domain if isinstance(domain, str) else list(domain),
                    "groupBy": list(groups),
                    "orderBy": [],
                },
                "dataSets": [
                    {"backgroundColor": colour} for colour in options.get("colours", ())
                ]
                or [{}],
                "fieldMatching": self._get_matching(
                    model, without=options.get("without")
                ),
            }
            if action := options.get("action", ACTIONS.get(model)):
                figure["actionXmlId"] = action
            sample = self._get_chart(title, kind, horizontal)
            sample |= self._get_sample_data(title, kind)
            self._add_figure(left, width, height, figure, sample)

        return Part(draw, height)

    def table(self, title, model, group, measures, *, sort=None, domain=(), **options):
        """Return a table with the groups of a query in its lines.

        :param label: the heading of the first column
        :param rows: the number of lines
        :param sort: the number of the measure by which the lines are sorted, downwards
        """
        rows = options.get("rows", 10)

        def draw(left, width):
            specs = [aggregate(measure.name) for measure in measures]
            pivot = self._add_pivot(
                title,
                model,
                specs,
                domain,
                rows=[{"fieldName": group, "order": "asc"}],
                sort=specs[sort or 0]["id"],
            )
            self._draw_table(
                left,
                width,
                title,
                [options["label"], *(measure.label for measure in measures)],
                [
                    [
                        f'=PIVOT.HEADER({pivot},"#{group}",{number})',
                        *(
                            f'=PIVOT.VALUE({pivot},"{spec["id"]}","#{group}",{number})'
                            for spec in specs
                        ),
                    ]
                    for number in range(1, rows + 1)
                ],
                [
                    [
                        f'=_t({json.dumps(options["label"])})&" {number}"',
                        *(
                            str(round(measure.sample * (1 - number / 15), 2))
                            for measure in measures
                        ),
                    ]
                    for number in range(1, min(rows, 6) + 1)
                ],
                [TEXT, *(measure.format for measure in measures)],
            )

        return Part(draw, rows + 2.5)

    def table_with_twin(self, title, model, group, measures, **options):
        """Return a table of groups, and a chart of its first measure."""
        table = self.table(title, model, group, measures, **options)
        return table, self._twin(title, len(measures), options.get("rows", 10))

    def records_with_twin(self, title, model, fields, **options):
        """Return a table of records, and a chart of its first number.

        It reads only the records that it shows, however many there are.

        :param dict fields: the names and headings of a text and of numbers; see
            ``records`` for the others
        """
        table = self.records(title, model, fields, **options)
        return table, self._twin(title, len(fields) - 1, options.get("rows", 10))

    def _twin(self, title, count, rows):
        """Return a chart for the table at its left side.

        On a phone Odoo shows charts only. The chart reads the cells of the table, so it
        needs no query of its own.

        :param int count: the number of measures in the table; the first one is drawn
        """
        # so high that each line has its label
        height = rows + 5

        def draw(left, width):
            first = int(self.top) + 3
            last = first + rows - 1
            # the table stands left of the chart
            label, value = column(left - width), column(left - count)
            # of a room or a category, the chart shows the last part of the long name
            top = self.data_row + 1
            for row in range(first, last + 1):
                self.data_row += 1
                cell = f"Dashboard!{label}{row}"
                parts = f'SPLIT({cell}," / ",FALSE)'
                text = f'=IFERROR(INDEX({parts},1,COLUMNS({parts})),{cell}&"")'
                self.data[f"A{self.data_row}"] = text
                self.sample_data[f"A{self.data_row}"] = text
            figure = self._get_chart(title, "bar", True)
            figure |= {
                "type": "bar",
                "dataSets": [{"dataRange": f"{value}{first}:{value}{last}"}],
                "dataSetsHaveTitle": False,
                "labelRange": f"Data!A{top}:A{self.data_row}",
                "legendPosition": "none",
            }
            self._add_figure(left, width, height, figure, figure)

        return Part(draw, height)

    def records(self, title, model, fields, *, domain=(), order=(), rows=10):
        """Return a table of records. A click on a line opens the record.

        :param fields: dictionary of a field to its ``Field``
        :param order: the names of fields, with a minus for downwards
        """

        def draw(left, width):
            number = str(len(self.lists) + 1)
            spans = [field.span for field in fields.values()]
            self.lists[number] = {
                "id": number,
                "name": title,
                "model": model,
                "columns": list(fields),
                "domain": list(domain),
                "context": {},
                "orderBy": [
                    {"name": name.removeprefix("-"), "asc": not name.startswith("-")}
                    for name in order
                ],
                "fieldMatching": self._get_matching(model),
            }
            self._draw_table(
                left,
                width,
                title,
                [field.label for field in fields.values()],
                [
                    [f'=ODOO.LIST({number},{row},"{name}")' for name in fields]
                    for row in range(1, rows + 1)
                ],
                [
                    [field.get_sample(row) for field in fields.values()]
                    for row in range(1, rows + 1)
                ],
                [field.format for field in fields.values()],
                spans=spans if all(spans) else None,
            )

        return Part(draw, rows + 2.5)

    def heat_map(self, title, model, row_field, row_values, column_field, labels):
        """Return a table of counts in which a dark cell has many records.

        :param labels: dictionary of each value of ``column_field`` to its heading
        """

        def draw(left, width):
            pivot = self._add_pivot(
                title,
                model,
                [aggregate("__count")],
                [],
                rows=[{"fieldName": row_field, "order": "asc"}],
                columns=[{"fieldName": column_field, "order": "asc"}],
            )
            self._draw_table(
                left,
                width,
                title,
                ["Hour", *labels.values()],
                [
                    [
                        f'="{value}:00"',
                        *(
                            f'=PIVOT.VALUE({pivot},"__count","{row_field}",{value},'
                            f'"{column_field}","{key}")'
                            for key in labels
                        ),
                    ]
                    for value in row_values
                ],
                [
                    [
                        f'="{value}:00"',
                        *(
                            str(self.random.randint(1, 9)) if 7 < value < 17 else ""
                            for key in labels
                        ),
                    ]
                    for value in row_values
                ],
                [TEXT, *[COUNT] * len(labels)],
                spans=[1] * (1 + len(labels)),
            )
            first = int(self.top) + 3
            self.colour_scales.append(
                f"{column(left + 1)}{first}:"
                f"{column(left + len(labels))}{first + len(row_values) - 1}"
            )

        return Part(draw, len(row_values) + 2.5)

    def stack(self, *parts):
        """Return parts below each other."""

        def draw(left, width):
            top = self.top
            for part in parts:
                part.draw(left, width)
                self.top += part.height + 1
            self.top = top

        return Part(draw, sum(part.height + 1 for part in parts) - 1)

    def link(self, text, menu):
        """Return a link to a menu."""

        def draw(left, width):
            self._write(
                left, f"[{text}](odoo://ir_menu_xml_id/{menu})", LINK_STYLE, width
            )

        return Part(draw, 1)

    # ------------------------------------------------------------------
    # Cells, figures and queries
    # ------------------------------------------------------------------

    def _write(self, left, text, style, width):
        row = int(self.top) + 1
        place = f"{column(left)}{row}"
        self.cells[place] = self.sample_cells[place] = text
        self.styles[place] = style
        self.merges.append(f"{place}:{column(left + width - 1)}{row}")

    def _draw_table(
        self, left, width, title, headings, lines, samples, formats, spans=None
    ):
        """Write a title, headings and lines.

        :param spans: the width of each column of the table, in columns of the board; by
            default, the first one gets the space that is left
        """
        self._write(left, f"=_t({json.dumps(title)})", TITLE_STYLE, width)
        if spans is None:
            spans = [1 + width - len(headings), *[1] * (len(headings) - 1)]
        lefts = [left + sum(spans[:number]) for number in range(len(spans))]
        first = int(self.top) + 2
        self.heights[first - 1] = 2 * ROW_HEIGHT
        heading = [f"=_t({json.dumps(text)})" for text in headings]
        for cells, all_lines in (
            (self.cells, [heading, *lines]),
            (self.sample_cells, [heading, *samples]),
        ):
            for row, texts in enumerate(all_lines, first):
                for start, text in zip(lefts, texts, strict=True):
                    if text:
                        cells[f"{column(start)}{row}"] = text
        for row in range(first, first + len(lines) + 1):
            for start, span in zip(lefts, spans, strict=True):
                if span > 1:
                    self.merges.append(
                        f"{column(start)}{row}:{column(start + span - 1)}{row}"
                    )
        last = first + len(lines)
        for start, span, number_format in zip(lefts, spans, formats, strict=True):
            end = column(start + span - 1)
            style = HEADER_STYLE if number_format is TEXT else NUMBER_HEADER_STYLE
            self.styles[f"{column(start)}{first}:{end}{first}"] = style
            place = f"{column(start)}{first + 1}:{end}{last}"
            if number_format is not TEXT:
                self.formats[place] = number_format
            self.styles[place] = TEXT_STYLE if number_format is TEXT else NUMBER_STYLE

    def _add_pivot(
        self, name, model, measures, domain, rows=(), columns=(), sort=None, offset=0
    ):
        number = str(len(self.pivots) + 1)
        self.pivots[number] = {
            "type": "ODOO",
            "id": number,
            "formulaId": number,
            "name": name,
            "model": model,
            "domain": domain if isinstance(domain, str) else list(domain),
            "context": {},
            "measures": measures,
            "rows": list(rows),
            "columns": list(columns),
            "sortedColumn": sort and {"measure": sort, "order": "desc", "domain": []},
            "fieldMatching": self._get_matching(model, offset),
        }
        if action := ACTIONS.get(model):
            self.pivots[number]["actionXmlId"] = action
        return number

    def _get_matching(self, model, offset=0, without=None):
        matching = {}
        for entry in self.filters:
            if model in entry.fields and entry.id != without:
                chain, kind = entry.fields[model]
                matching[entry.id] = {"chain": chain, "type": kind}
                if entry.id == "period":
                    matching[entry.id]["offset"] = offset
        return matching

    def _get_chart(self, title, kind, horizontal):
        figure = {
            "title": {"text": title, "bold": True, "color": "#434343"},
            "background": "#FFFFFF",
            "humanize": True,
        }
        if kind != "pie":
            figure["verticalAxisPosition"] = "left"
            figure["stacked"] = True
        if horizontal:
            figure["horizontal"] = True
        if kind == "line":
            figure["fillArea"] = True
            figure["cumulative"] = False
        return figure

    def _get_sample_data(self, title, kind):
        """Write invented numbers for a chart, and return where they are."""
        self.data_row += 1
        first = self.data_row + 1
        for number in range(1, 7):
            self.data_row += 1
            self.sample_data[f"A{self.data_row}"] = f'="{number}"'
            self.sample_data[f"B{self.data_row}"] = str(self.random.randint(5, 30))
        return {
            "type": kind,
            "dataSets": [{"dataRange": f"Data!B{first}:B{self.data_row}"}],
            "dataSetsHaveTitle": False,
            "labelRange": f"Data!A{first}:A{self.data_row}",
            "legendPosition": "none",
        }

    def _add_figure(self, left, width, height, figure, sample):
        frame = {
            "id": f"{self.name}-{len(self.figures) + 1}",
            "col": left,
            "row": int(self.top),
            "offset": {"x": 0, "y": 0},
            "width": width * COLUMN_WIDTH - GAP,
            "height": int(height * ROW_HEIGHT),
            "tag": "chart",
        }
        self.figures.append({**frame, "data": {**figure, "chartId": frame["id"]}})
        self.sample_figures.append(
            {**frame, "data": {**sample, "chartId": frame["id"]}}
        )

    # ------------------------------------------------------------------
    # The files
    # ------------------------------------------------------------------

    def build(self, sample=False):
        """Return the content of the file of the board, or of its sample."""
        rows = int(self.top) + 2
        return {
            "version": VERSION,
            "revisionId": "START_REVISION",
            "uniqueFigureIds": True,
            "settings": {"locale": LOCALE},
            "sheets": [
                self._get_sheet(
                    "dashboard",
                    "Dashboard",
                    rows,
                    cells=self.sample_cells if sample else self.cells,
                    figures=self.sample_figures if sample else self.figures,
                    cols={
                        str(number): {"size": COLUMN_WIDTH} for number in range(COLUMNS)
                    },
                    rows={
                        str(number): {"size": self.heights.get(number, ROW_HEIGHT)}
                        for number in range(rows)
                    },
                    merges=self.merges,
                    styles=self.styles,
                    formats=self._get_formats(self.formats),
                    conditionalFormats=[
                        {
                            "id": f"scale-{number}",
                            "ranges": [place],
                            "rule": {
                                "type": "ColorScaleRule",
                                "minimum": {"type": "value", "color": 0xFFFFFF},
                                "maximum": {"type": "value", "color": 0x62B5B9},
                            },
                        }
                        for number, place in enumerate(self.colour_scales)
                    ],
                ),
                self._get_sheet(
                    "data",
                    "Data",
                    self.data_row + 1,
                    cells=self.sample_data if sample else self.data,
                    formats=self._get_formats(self.data_formats),
                ),
            ],
            "styles": STYLES,
            "formats": {str(key): text for key, text in enumerate(FORMATS, 1)},
            "borders": {},
            "pivots": {} if sample else self.pivots,
            "pivotNextId": len(self.pivots) + 1,
            "lists": {} if sample else self.lists,
            "listNextId": len(self.lists) + 1,
            "globalFilters": []
            if sample
            else [
                {"id": entry.id, "label": entry.label, **entry.definition}
                for entry in self.filters
            ],
            "chartOdooMenusReferences": {},
        }

    def _get_formats(self, formats):
        return {
            place: FORMATS.index(number_format) + 1
            for place, number_format in formats.items()
        }

    def _get_sheet(self, sheet_id, name, row_number, **values):
        return {
            "id": sheet_id,
            "name": name,
            "colNumber": COLUMNS,
            "rowNumber": row_number,
            "figures": [],
            "cols": {},
            "rows": {},
            "merges": [],
            "styles": {},
            "borders": {},
            "conditionalFormats": [],
            "areGridLinesVisible": False,
            "isVisible": True,
            **values,
        }


@dataclass
class Part:
    """Something that stands on a board: ``draw(left, width)`` draws it."""

    draw: callable
    #: In rows.
    height: float


FORMATS = [COUNT, HOURS, RATE, SMALL_RATE, RATING]
#: Odoo replaces it by that of the reader.
LOCALE = {
    "name": "English (US)",
    "code": "en_US",
    "thousandsSeparator": ",",
    "decimalSeparator": ".",
    "dateFormat": "mm/dd/yyyy",
    "timeFormat": "hh:mm:ss",
    "formulaArgSeparator": ",",
    "weekStart": 7,
}
#: Model to the action whose views show the records behind a figure.
ACTIONS = {
    "helpdesk.ticket": "school_helpdesk_report.helpdesk_ticket_action_report",
    "helpdesk.backlog.report": "school_helpdesk_report.helpdesk_backlog_report_action",
    "helpdesk.clock.report": "school_helpdesk_report.helpdesk_clock_report_action",
    "helpdesk.device.report": "school_helpdesk_report.helpdesk_device_report_action",
    "helpdesk.device.cost.report": (
        "school_helpdesk_report.helpdesk_device_cost_report_action"
    ),
    "helpdesk.article.deflection": (
        "school_helpdesk_report.helpdesk_article_deflection_action_report"
    ),
    "helpdesk.article.search.log": (
        "school_helpdesk_kb.helpdesk_article_search_log_action"
    ),
}
