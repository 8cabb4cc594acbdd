"""The boards of the help desk: what stands on each of them.

docs/figures.md defines the figures. The period is that in which the tickets were
created, as in all reports.
"""

from builder import (
    COUNT,
    HOURS,
    RATE,
    RATING,
    SMALL_RATE,
    Board,
    Field,
    Filter,
    Measure,
)

TICKET = "helpdesk.ticket"
BACKLOG = "helpdesk.backlog.report"
CLOCK = "helpdesk.clock.report"
DEVICE = "helpdesk.device.report"
COST = "helpdesk.device.cost.report"
DEFLECTION = "helpdesk.article.deflection"
SEARCH = "helpdesk.article.search.log"

#: The models whose rows belong to a ticket.
OF_TICKETS = (TICKET, BACKLOG, CLOCK, DEVICE)

PERIOD = Filter(
    "period",
    "Period",
    {
        **dict.fromkeys((TICKET, CLOCK, DEVICE), ("create_date", "datetime")),
        BACKLOG: ("date", "date"),
        DEFLECTION: ("date", "date"),
        SEARCH: ("last_date", "date"),
    },
    {"type": "date", "defaultValue": "last_30_days"},
)
TEAM = Filter(
    "team",
    "Team",
    dict.fromkeys(OF_TICKETS, ("team_id", "many2one")),
    {"type": "relation", "modelName": "helpdesk.ticket.team"},
)
BUILDING = Filter(
    "building",
    "Building",
    {
        **dict.fromkeys(OF_TICKETS, ("reported_building_id", "many2one")),
        COST: ("building_id", "many2one"),
    },
    {
        "type": "relation",
        "modelName": "asset.location",
        "domainOfAllowedValues": [["location_type", "=", "building"]],
    },
)
CATEGORY = Filter(
    "category",
    "Category",
    dict.fromkeys(OF_TICKETS, ("category_id", "many2one")),
    {
        "type": "relation",
        "modelName": "helpdesk.ticket.category",
        "includeChildren": True,
    },
)
DEVICE_CATEGORY = Filter(
    "device_category",
    "Device Category",
    dict.fromkeys((DEVICE, COST), ("asset_category_id", "many2one")),
    {"type": "relation", "modelName": "asset.category"},
)
ARTICLE_CATEGORY = Filter(
    "article_category",
    "Category",
    {DEFLECTION: ("article_id.category_id", "many2one")},
    {"type": "relation", "modelName": "helpdesk.article.category"},
)
TICKET_FILTERS = [PERIOD, TEAM, BUILDING, CATEGORY]

OPEN = ["status_category", "in", ["open", "waiting"]]
ENDED = ["status_category", "in", ["resolved", "closed"]]
WEEKDAYS = {
    "1": "Monday",
    "2": "Tuesday",
    "3": "Wednesday",
    "4": "Thursday",
    "5": "Friday",
    "6": "Saturday",
    "7": "Sunday",
}


def add_help(board):
    board.line(
        board.link(
            "What the figures mean", "school_helpdesk_report.helpdesk_figures_menu"
        )
    )


def today():
    board = Board("today", [TEAM, BUILDING, CATEGORY])
    running = ["status_category", "=", "open"]
    board.line(
        board.scorecard("Open", TICKET, domain=[running], sample=24),
        board.scorecard(
            "Unassigned",
            TICKET,
            domain=[OPEN, ["user_id", "=", False]],
            better="down",
            sample=5,
        ),
        board.scorecard(
            "At risk",
            TICKET,
            domain=[OPEN, ["next_warn", "<=", "now"], ["next_due", ">=", "now"]],
            better="down",
            sample=3,
        ),
        board.scorecard(
            "Missed",
            TICKET,
            domain=[OPEN, ["next_due", "<", "now"]],
            better="down",
            sample=2,
        ),
        board.scorecard(
            "Waiting", TICKET, domain=[["status_category", "=", "waiting"]], sample=7
        ),
        board.scorecard(
            "New today", TICKET, domain=[["create_date", ">=", "today"]], sample=9
        ),
    )
    board.line(
        board.chart(
            "Open and waiting, by agent",
            TICKET,
            ["user_id"],
            domain=[OPEN],
            horizontal=True,
        ),
        board.chart(
            "Open and waiting, by type",
            TICKET,
            ["type_id"],
            domain=[OPEN],
            horizontal=True,
            order="DESC",
        ),
    )
    board.line(
        board.chart(
            "Open and waiting, by week of creation",
            TICKET,
            ["create_date:week"],
            domain=[OPEN],
            height=12,
        )
    )
    board.line(
        board.records(
            "Oldest tickets",
            TICKET,
            {
                "number": Field("Number", 1),
                "name": Field("Title", 3),
                "partner_id": Field("Requester", 2),
                "user_id": Field("Agent", 2),
                "create_date": Field("Created", 2),
                "next_due": Field("Due", 2),
            },
            domain=[OPEN],
            order=["create_date"],
        )
    )
    add_help(board)
    return board


def service():
    board = Board("service", TICKET_FILTERS)
    judged = {
        name: [f"sla_{name}_judged", "=", 1]
        for name in ("first_response", "resolution")
    }
    board.line(
        board.scorecard("Tickets", TICKET, sample=182),
        board.scorecard(
            "First response (hours)",
            TICKET,
            "first_response_median",
            domain=[["answered", "=", 1]],
            better="down",
            format=HOURS,
            sample=0.6,
        ),
        board.scorecard(
            "Resolution (hours)",
            TICKET,
            "resolution_median",
            domain=[ENDED],
            better="down",
            format=HOURS,
            sample=5.2,
        ),
        board.scorecard(
            "First response in time",
            TICKET,
            "sla_first_response_rate",
            domain=[judged["first_response"]],
            better="up",
            format=RATE,
            sample=0.94,
        ),
        board.scorecard(
            "Resolution in time",
            TICKET,
            "sla_resolution_rate",
            domain=[judged["resolution"]],
            better="up",
            format=RATE,
            sample=0.88,
        ),
        board.scorecard(
            "Reopened",
            TICKET,
            "reopened_rate",
            domain=[["ever_resolved", "=", 1]],
            better="down",
            format=RATE,
            sample=0.06,
        ),
    )
    board.line(
        board.chart("Tickets by week", TICKET, ["create_date:week", "type_id"]),
        board.chart(
            "Backlog at the end of the day",
            BACKLOG,
            ["date:day", "status_category"],
            kind="line",
            colours=["#4EA7F2", "#F2A24E"],
        ),
    )
    board.line(
        board.chart(
            "Time to first response",
            TICKET,
            ["first_response_class"],
            domain=[["answered", "=", 1]],
        ),
        board.chart("Time to resolution", TICKET, ["resolution_class"], domain=[ENDED]),
    )
    board.line(
        board.chart(
            "Targets met in time, by policy (rate)",
            CLOCK,
            ["sla_id"],
            "met_rate",
            domain=[["state", "in", ["accomplished", "expired"]]],
            horizontal=True,
        ),
        board.chart("Tickets by channel", TICKET, ["channel_id"], kind="pie"),
    )
    board.line(
        *board.table_with_twin(
            "Tickets by category",
            TICKET,
            "category_id",
            [
                Measure("Tickets", "__count"),
                Measure("First response (hours)", "first_response_median", HOURS, 0.8),
                Measure("Resolution (hours)", "resolution_median", HOURS, 6),
                Measure("Resolution in time", "sla_resolution_rate", RATE, 0.95),
            ],
            label="Category",
        )
    )
    heat_map = board.heat_map(
        "Peak times",
        TICKET,
        "created_hour",
        range(24),
        "created_weekday",
        WEEKDAYS,
    )
    heat_map.draw(0, 8)
    board.stack(
        board.chart(
            "Tickets by day of the week", TICKET, ["created_weekday"], height=12
        ),
        board.chart("Tickets by hour of the day", TICKET, ["created_hour"], height=12),
    ).draw(8, 4)
    board.top += heat_map.height + 1
    add_help(board)
    return board


def satisfaction():
    board = Board("satisfaction", TICKET_FILTERS)
    rated = [["rated_count", ">", 0]]
    assigned = [*rated, ["user_id", "!=", False]]
    board.line(
        board.scorecard(
            "Rating (1 to 5)",
            TICKET,
            "rating_average",
            domain=rated,
            better="up",
            format=RATING,
            sample=4.4,
        ),
        board.scorecard(
            "Happy",
            TICKET,
            "happy_rate",
            domain=rated,
            better="up",
            format=RATE,
            sample=0.87,
        ),
        board.scorecard("Rated tickets", TICKET, domain=rated, sample=64),
        board.scorecard(
            "Solved at first contact",
            TICKET,
            "first_contact_rate",
            domain=[["ever_resolved", "=", 1]],
            better="up",
            format=RATE,
            sample=0.41,
        ),
    )
    board.line(
        board.chart(
            "Average rating by week",
            TICKET,
            ["create_date:week"],
            "rating_average",
            domain=rated,
            kind="line",
        ),
        board.chart("Ratings by week", TICKET, ["create_date:week"], domain=rated),
    )
    board.line(
        board.table(
            "By agent",
            TICKET,
            "user_id",
            [
                Measure("Rated tickets", "__count"),
                Measure("Rating", "rating_average", RATING, 4.8),
                Measure("Happy", "happy_rate", RATE, 0.95),
            ],
            domain=assigned,
            label="Agent",
        ),
        board.chart(
            "Average rating by agent",
            TICKET,
            ["user_id"],
            "rating_average",
            domain=assigned,
            horizontal=True,
            order="DESC",
        ),
    )
    board.line(
        *board.table_with_twin(
            "Ratings by category",
            TICKET,
            "category_id",
            [
                Measure("Rating", "rating_average", RATING, 4.8),
                Measure("Rated tickets", "__count"),
                Measure("Happy", "happy_rate", RATE, 0.95),
            ],
            sort=1,
            domain=rated,
            label="Category",
        )
    )
    add_help(board)
    return board


def add_staff_scorecards(board, domain):
    """The same figures for all agents, and for the reader alone."""

    def among(*leaves):
        if isinstance(domain, str):
            inner = ", ".join(
                f"({name!r}, {operator!r}, {value!r})"
                for name, operator, value in leaves
            )
            return f"[{domain}, {inner}]" if inner else f"[{domain}]"
        return [*domain, *leaves]

    board.line(
        board.scorecard("Tickets", TICKET, domain=among(), sample=40),
        board.scorecard(
            "Resolved",
            TICKET,
            domain=among(["ever_resolved", "=", 1]),
            better="up",
            sample=36,
        ),
        board.scorecard(
            "First response (hours)",
            TICKET,
            "first_response_median",
            domain=among(["answered", "=", 1]),
            better="down",
            format=HOURS,
            sample=0.5,
        ),
        board.scorecard(
            "Resolution (hours)",
            TICKET,
            "resolution_median",
            domain=among(ENDED),
            better="down",
            format=HOURS,
            sample=4.8,
        ),
        board.scorecard(
            "Resolution in time",
            TICKET,
            "sla_resolution_rate",
            domain=among(["sla_resolution_judged", "=", 1]),
            better="up",
            format=RATE,
            sample=0.9,
        ),
        board.scorecard(
            "Rating (1 to 5)",
            TICKET,
            "rating_average",
            domain=among(["rated_count", ">", 0]),
            better="up",
            format=RATING,
            sample=4.5,
        ),
    )


def staff():
    board = Board("staff", TICKET_FILTERS)
    assigned = [["user_id", "!=", False]]
    add_staff_scorecards(board, assigned)
    board.line(
        board.table(
            "By agent",
            TICKET,
            "user_id",
            [
                Measure("Tickets", "__count", sample=40),
                Measure("Resolved", "ever_resolved:sum", sample=36),
                Measure("First response (hours)", "first_response_median", HOURS, 0.8),
                Measure("Resolution (hours)", "resolution_median", HOURS, 6),
                Measure("Resolution in time", "sla_resolution_rate", RATE, 0.95),
                Measure("Reopened", "reopened_rate", RATE, 0.05),
                Measure("Rating", "rating_average", RATING, 4.8),
                Measure("Hours logged", "total_hours:sum", HOURS, 52),
            ],
            domain=assigned,
            label="Agent",
        )
    )
    board.line(
        board.chart(
            "Resolved by agent",
            TICKET,
            ["user_id"],
            domain=[*assigned, ["ever_resolved", "=", 1]],
            horizontal=True,
            order="DESC",
        ),
        board.chart(
            "Resolution by agent (median, working hours)",
            TICKET,
            ["user_id"],
            "resolution_median",
            domain=[*assigned, ENDED],
            horizontal=True,
            order="DESC",
        ),
    )
    board.line(
        board.chart(
            "Average rating by agent",
            TICKET,
            ["user_id"],
            "rating_average",
            domain=[*assigned, ["rated_count", ">", 0]],
            horizontal=True,
            order="DESC",
        ),
        board.chart(
            "Load now (weight of open and waiting tickets)",
            TICKET,
            ["user_id"],
            "weight:sum",
            domain=[*assigned, OPEN],
            horizontal=True,
            order="DESC",
            without="period",
        ),
    )
    add_help(board)
    return board


def mine():
    board = Board("mine", TICKET_FILTERS)
    own = "('user_id', '=', uid)"
    add_staff_scorecards(board, own)
    board.line(
        board.chart(
            "My tickets by week", TICKET, ["create_date:week"], domain=f"[{own}]"
        ),
        board.chart(
            "My tickets by type",
            TICKET,
            ["type_id"],
            domain=f"[{own}]",
            horizontal=True,
            order="DESC",
        ),
    )
    board.line(
        board.chart(
            "Time to resolution",
            TICKET,
            ["resolution_class"],
            domain=f"[{own}, ('status_category', 'in', ['resolved', 'closed'])]",
        ),
        board.chart(
            "Average rating by week",
            TICKET,
            ["create_date:week"],
            "rating_average",
            domain=f"[{own}, ('rated_count', '>', 0)]",
            kind="line",
        ),
    )
    add_help(board)
    return board


def devices():
    board = Board("devices", [PERIOD, TEAM, BUILDING, CATEGORY, DEVICE_CATEGORY])
    board.line(
        board.scorecard("Tickets with a device", DEVICE, "ticket_id:count_distinct"),
        board.scorecard("Devices with a ticket", DEVICE, "asset_id:count_distinct"),
        board.scorecard(
            "Rooms with a ticket",
            TICKET,
            "reported_room_id:count_distinct",
            domain=[["reported_room_id", "!=", False]],
        ),
    )
    for title, model, group, label, rows in (
        (
            "Tickets by device category",
            DEVICE,
            "asset_category_id",
            "Device Category",
            8,
        ),
        ("Devices that break again and again", DEVICE, "asset_id", "Device", 10),
        ("Tickets by model", DEVICE, "asset_model", "Device Model", 10),
        ("Tickets by room", TICKET, "reported_room_id", "Room", 10),
        ("Tickets by building", TICKET, "reported_building_id", "Building", 5),
    ):
        board.line(
            *board.table_with_twin(
                title,
                model,
                group,
                [Measure("Tickets", "__count")],
                domain=[[group, "!=", False]],
                label=label,
                rows=rows,
            )
        )
    add_help(board)
    return board


def costs():
    board = Board("costs", [BUILDING, DEVICE_CATEGORY])
    board.line(
        board.scorecard("Devices", COST, sample=420),
        board.scorecard("Repair cost", COST, "repair_cost:sum", sample=18500),
        board.scorecard(
            "Repair cost / price",
            COST,
            "repair_share",
            domain=[["purchase_cost", ">", 0]],
            format=SMALL_RATE,
            sample=0.04,
        ),
        board.scorecard(
            "Average age (years)",
            COST,
            "age_years",
            domain=[["purchase_date", "!=", False]],
            format=HOURS,
            sample=3.4,
        ),
    )
    board.line(
        *board.table_with_twin(
            "Repair cost by model",
            COST,
            "asset_model",
            [
                Measure("Repair cost", "repair_cost:sum", sample=4200),
                Measure("Devices", "__count"),
                Measure("Repair cost / price", "repair_share", RATE, 0.2),
            ],
            domain=[["repair_cost", ">", 0], ["asset_model", "!=", False]],
            label="Device Model",
        )
    )
    board.line(
        *board.records_with_twin(
            "Devices to replace: three years or older, with tickets in the last "
            "12 months",
            COST,
            {
                "asset_id": Field("Device"),
                "year_ticket_count": Field("Tickets, last 12 months", 0, COUNT, 6),
                "age_years": Field("Age (years)", 0, HOURS, 5),
                "purchase_cost": Field("Price", 0, COUNT, 14900),
                "repair_cost": Field("Repair cost", 0, COUNT, 3900),
            },
            domain=[["age_years", ">=", 3], ["year_ticket_count", ">", 0]],
            order=["-year_ticket_count", "-repair_cost", "asset_id"],
        )
    )
    add_help(board)
    return board


def knowledge():
    board = Board("knowledge", [PERIOD, ARTICLE_CATEGORY])
    board.line(
        board.scorecard(
            "Solved without a ticket",
            DEFLECTION,
            "solved_count:sum",
            better="up",
            sample=31,
        ),
        board.scorecard("Suggested", DEFLECTION, "shown_count:sum", sample=240),
        board.scorecard(
            "Solved, of suggested",
            DEFLECTION,
            "solved_rate",
            domain=[["shown_count", ">", 0]],
            better="up",
            format=RATE,
            sample=0.13,
        ),
        board.scorecard(
            "Searches without a result",
            SEARCH,
            "search_count:sum",
            better="down",
            sample=17,
        ),
    )
    board.line(
        board.chart(
            "Solved without a ticket, by week",
            DEFLECTION,
            ["date:week"],
            "solved_count:sum",
        )
    )
    board.line(
        *board.table_with_twin(
            "Articles that solve",
            DEFLECTION,
            "article_id",
            [
                Measure("Solved", "solved_count:sum"),
                Measure("Suggested", "shown_count:sum", sample=60),
                Measure("Solved, of suggested", "solved_rate", RATE, 0.4),
            ],
            domain=[["shown_count", ">", 0]],
            label="Article",
        )
    )
    board.line(
        *board.table_with_twin(
            "Searches without a result",
            SEARCH,
            "words",
            [Measure("Times", "search_count:sum", sample=9)],
            label="Searched for",
        )
    )
    add_help(board)
    return board


BOARDS = [today, service, satisfaction, staff, mine, devices, costs, knowledge]
