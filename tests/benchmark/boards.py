"""The questions that a board asks the server, as Odoo's spreadsheet asks them.

Each number and each table of a board is a pivot table, each chart a graph, each list of
records a list; each asks once. The filters have their default values.
"""

import json
from datetime import date, datetime, time, timedelta
from pathlib import Path

from odoo.tools.safe_eval import safe_eval

FOLDER = Path(__file__).parents[2] / "school_helpdesk_report/data/files"
BOARDS = (
    "today",
    "service",
    "satisfaction",
    "staff",
    "mine",
    "devices",
    "costs",
    "knowledge",
)
#: What the client adds to the columns of a list: what it shows of other records.
NAME = {"fields": {"display_name": {}}}


def read_board(name):
    return json.loads((FOLDER / f"{name}_dashboard.json").read_text())


def get_calls(board, fields, user_id):
    """Return the calls of a board: a list of model, method and named arguments.

    :param dict board: the content of its file
    :param fields: function that returns the fields of a model, as ``fields_get`` does
    :param int user_id: the reader
    """
    filters = {entry["id"]: entry for entry in board["globalFilters"]}

    def get_domain(part, domain):
        if isinstance(domain, str):
            domain = [list(leaf) for leaf in safe_eval(domain, {"uid": user_id})]
        return _join(domain, _get_period(part, filters))

    calls = [
        _get_pivot_call(pivot, get_domain(pivot, pivot["domain"]))
        for pivot in board["pivots"].values()
    ]
    for sheet in board["sheets"]:
        for figure in sheet["figures"]:
            chart = figure["data"]
            if "metaData" in chart:
                domain = get_domain(chart, chart["searchParams"]["domain"])
                calls.append(_get_chart_call(chart, domain, fields))
    for entry in board["lists"].values():
        calls.append(
            _get_list_call(entry, get_domain(entry, entry["domain"]), board, fields)
        )
    return calls


def _join(*domains):
    """Return the domains joined by "and", in the notation of the client."""
    joined = []
    for domain in filter(None, domains):
        part = [*["&"] * (len(domain) - 1), *domain]
        joined = ["&", *joined, *part] if joined else part
    return joined


def _get_period(part, filters):
    """Return the domain of the last thirty days, or of those before them."""
    matching = part["fieldMatching"].get("period")
    if not matching or "defaultValue" not in filters["period"]:
        return []
    days = 30 * matching.get("offset", 0)
    last = date.today() + timedelta(days=days)
    first = last - timedelta(days=29)
    if matching["type"] == "date":
        first, last = first.isoformat(), last.isoformat()
    else:
        first = datetime.combine(first, time.min).strftime("%Y-%m-%d %H:%M:%S")
        last = datetime.combine(last, time.max).strftime("%Y-%m-%d %H:%M:%S")
    name = matching["chain"]
    return [[name, ">=", first], [name, "<=", last]]


def _get_pivot_call(pivot, domain):
    measures = [measure["id"] for measure in pivot["measures"]]
    if "__count" not in measures:
        measures.append("__count")
    rows, columns = (
        [[entry["fieldName"] for entry in pivot[side][:size]] for size in range(3)]
        for side in ("rows", "columns")
    )
    sets = []
    for row in rows[: len(pivot["rows"]) + 1]:
        for column in columns[: len(pivot["columns"]) + 1]:
            sets.append([*row, *column])
    order = ",".join(
        f"{entry['fieldName']} {entry['order']}"
        for entry in [*pivot["columns"], *pivot["rows"]]
    )
    return (
        pivot["model"],
        "formatted_read_grouping_sets",
        {
            "domain": domain,
            "grouping_sets": sets,
            "aggregates": measures,
            "order": order,
        },
    )


def _get_chart_call(chart, domain, fields):
    data = chart["metaData"]
    measures = ["__count"]
    if data["measure"] != "__count":
        field = fields(data["resModel"])[data["measure"]]
        aggregator = field["aggregator"]
        if field["type"] == "many2one":
            aggregator = "count_distinct"
        measures.append(f"{data['measure']}:{aggregator}")
    return (
        data["resModel"],
        "formatted_read_group",
        {
            "domain": domain,
            "groupby": data["groupBy"],
            "aggregates": measures,
            "context": {"fill_temporal": True},
        },
    )


def _get_list_call(entry, domain, board, fields):
    known = fields(entry["model"])
    cells = json.dumps(board["sheets"])
    rows = sum(f"=ODOO.LIST({entry['id']},{row}," in cells for row in range(1, 100))
    return (
        entry["model"],
        "web_search_read",
        {
            "domain": domain,
            "specification": {
                "id": {},
                **{
                    name: NAME if known[name]["type"] == "many2one" else {}
                    for name in entry["columns"]
                },
            },
            "order": ", ".join(
                f"{part['name']} {'ASC' if part['asc'] else 'DESC'}"
                for part in entry["orderBy"]
            ),
            "limit": rows,
        },
    )
