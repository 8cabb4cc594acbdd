"""What bin/bench measures: each case is what a person does, on both sides.

A case is a function that gets a ``Side`` and returns a function without arguments,
which is timed. Everything that the web client loads only once is prepared before. The
name of the function is the key in the results; its docstring is the text in the table.
"""

import itertools
import threading
import time
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor

import boards
import lxml.html
from client import read_form, read_search_domain, read_specification

from odoo.tools.safe_eval import safe_eval

CASES = {}
#: Counts up, so that no two reports are alike.
numbers = itertools.count(1)
WORDS = "projector"


def case(function):
    CASES[function.__name__] = function
    return function


# --- the portal


@case
def portal_home(side):
    """Portal: start page"""
    return lambda: side.portal.get("/my")


@case
def portal_list(side):
    """Portal: my tickets"""
    return lambda: side.portal.get("/my/tickets")


@case
def portal_search(side):
    """Portal: search my tickets"""
    return lambda: side.portal.get(f"/my/tickets?search={WORDS}&search_in=all")


@case
def portal_ticket(side):
    """Portal: a ticket with its messages"""
    ticket = side.facts["own_ticket"]
    thread = {"thread_model": "helpdesk.ticket", "thread_id": ticket}

    def load():
        side.portal.get(f"/my/ticket/{ticket}")
        if not side.ours:
            # our page has the messages, the page of OCA loads them by two more calls
            side.portal.post("/portal/chatter_init", thread)
            side.portal.post("/mail/chatter_fetch", {**thread, "fetch_params": {}})

    return load


@case
def ticket_form(side):
    """Portal: the form of a new ticket"""
    return lambda: side.portal.get("/new/ticket")


@case
def scan_page(side):
    """Portal: the page of a scanned device (OCA: the form)"""
    if not side.ours:
        return ticket_form(side)
    path = f"/helpdesk/scan/{side.facts['scan_token']}"
    return lambda: side.portal.get(path)


@case
def clients4(side):
    """Portal: my tickets, four people at the same time (per page)"""

    def load():
        threads = [
            threading.Thread(target=side.portal.get, args=["/my/tickets"])
            for _number in range(8)
        ]
        # eight pages, four at a time, as a browser's connections
        for group in (threads[:4], threads[4:]):
            for thread in group:
                thread.start()
            for thread in group:
                thread.join()

    load.pages = 8
    return load


# --- the backend


class Backend:
    """The views of a side's tickets, as the web client has loaded them."""

    def __init__(self, side):
        self.side = side
        xmlid = (
            "school_helpdesk_base.helpdesk_ticket_action_queue"
            if side.ours
            else "helpdesk_mgmt.helpdesk_ticket_action"
        )
        self.action, self.views = side.agent.load_action(xmlid)

    def search(self, view_type, domain, limit):
        """Call the method of a list or of ungrouped cards."""
        specification = read_specification(self.views, view_type)
        order = self._get_order(view_type)
        return lambda: self.side.agent.call(
            "helpdesk.ticket",
            "web_search_read",
            domain=domain,
            specification=specification,
            offset=0,
            order=order,
            limit=limit,
            count_limit=10001,
        )

    def _get_order(self, view_type):
        """The order of the view, written as the web client writes it."""
        arch = ElementTree.fromstring(self.views["views"][view_type]["arch"])
        order = arch.get("default_order")
        if not order:
            return ""
        parts = (part.strip().split() for part in order.split(","))
        return ", ".join(
            f"{part[0]} {'DESC' if part[-1].lower() == 'desc' else 'ASC'}"
            for part in parts
        )


OPEN = {
    True: [("status_category", "in", ["new", "open", "waiting"])],
    False: [("stage_id.closed", "=", False)],
}


@case
def agent_queue(side):
    """Backend: list of all tickets, 80 rows"""
    return Backend(side).search("list", [], 80)


@case
def agent_queue_open(side):
    """Backend: list of the open tickets, 80 rows"""
    backend = Backend(side)
    domain = OPEN[False]
    if side.ours:
        domain = read_filter(backend.views, "queue_open")
    return backend.search("list", domain, 80)


@case
def agent_kanban(side):
    """Backend: cards of the open tickets by stage"""
    backend = Backend(side)
    domain = read_filter(backend.views, "queue_open") if side.ours else OPEN[False]
    specification = read_specification(backend.views, "kanban")
    return lambda: side.agent.call(
        "helpdesk.ticket",
        "web_read_group",
        domain=domain,
        groupby=["stage_id"],
        aggregates=["__count"],
        auto_unfold=True,
        unfold_read_specification=specification,
        unfold_read_default_limit=40,
    )


@case
def agent_search(side):
    """Backend: search of all tickets by words"""
    backend = Backend(side)
    return backend.search("list", read_search_domain(backend.views, WORDS), 80)


@case
def team_dashboard(side):
    """Backend: overview of the teams"""
    _action, views = side.agent.load_action(
        "helpdesk_mgmt.helpdesk_ticket_dashboard_action"
    )
    specification = read_specification(views, "kanban", "helpdesk.ticket.team")
    return lambda: side.agent.call(
        "helpdesk.ticket.team",
        "web_search_read",
        domain=[],
        specification=specification,
        offset=0,
        order="",
        limit=40,
        count_limit=10001,
    )


@case
def agent_form(side):
    """Backend: open a ticket"""
    specification = read_specification(Backend(side).views, "form")
    tickets = itertools.cycle(side.facts["tickets"])
    return lambda: side.agent.call(
        "helpdesk.ticket", "web_read", [next(tickets)], specification
    )


@case
def agent_form_pages(side):
    """Backend: open a ticket and all pages of its form"""
    specification = read_specification(Backend(side).views, "form", late=True)
    tickets = itertools.cycle(side.facts["tickets"])
    return lambda: side.agent.call(
        "helpdesk.ticket", "web_read", [next(tickets)], specification
    )


@case
def agent_chatter(side):
    """Backend: the messages of a ticket"""
    tickets = itertools.cycle(side.facts["tickets"])
    return lambda: side.agent.post(
        "/mail/thread/messages",
        {
            "thread_model": "helpdesk.ticket",
            "thread_id": next(tickets),
            "fetch_params": {"limit": 30},
        },
    )


@case
def agent_form_save(side):
    """Backend: save another stage in the form"""
    specification = read_specification(Backend(side).views, "form")
    moves = stage_moves(side)
    return lambda: (
        lambda ticket, stage: side.agent.call(
            "helpdesk.ticket",
            "web_save",
            [ticket],
            {"stage_id": stage},
            specification,
        )
    )(*next(moves))


@case
def stage_change(side):
    """Backend: change the stage of a ticket"""
    moves = stage_moves(side)
    return lambda: (
        lambda ticket, stage: side.agent.call(
            "helpdesk.ticket", "write", [ticket], {"stage_id": stage}
        )
    )(*next(moves))


@case
def comment(side):
    """Backend: answer the requester"""
    tickets = itertools.cycle(side.facts["tickets"])
    return lambda: side.agent.call(
        "helpdesk.ticket",
        "message_post",
        [next(tickets)],
        body="Please try it once more.",
        message_type="comment",
        subtype_xmlid="mail.mt_comment",
    )


def stage_moves(side):
    """Tickets and the stage they go to, back and forth between two open stages."""
    first, second = side.facts["stages"]
    for round_number in itertools.count():
        for ticket in side.facts["tickets"]:
            yield ticket, (second, first)[round_number % 2]


def read_filter(views, name):
    """The domain of a filter of the search view."""
    arch = ElementTree.fromstring(views["views"]["search"]["arch"])
    [node] = [node for node in arch.iter("filter") if node.get("name") == name]
    return safe_eval(node.get("domain"), {"uid": 0})


# --- new tickets


def new_values(side):
    return {
        "name": f"{WORDS.title()} {next(numbers)} shows no picture",
        "description": "<p>It does not work since this morning.</p>",
        "partner_id": side.facts["partner"],
        "team_id": side.facts["team"],
        "category_id": side.facts["category"],
    }


@case
def create_form(side):
    """New ticket: open the form and save it"""
    specification = read_specification(Backend(side).views, "form")

    def create():
        side.agent.call("helpdesk.ticket", "onchange", [], {}, [], specification)
        side.agent.call(
            "helpdesk.ticket", "web_save", [], new_values(side), specification
        )

    return create


@case
def create_single(side):
    """New ticket: by the API"""
    return lambda: side.agent.call("helpdesk.ticket", "create", [new_values(side)])


@case
def create_batch(side):
    """New tickets: 100 by the API"""
    return lambda: side.agent.call(
        "helpdesk.ticket", "create", [new_values(side) for _number in range(100)]
    )


@case
def create_portal(side):
    """New ticket: sent by the form of the portal"""

    def fill_in():
        if side.ours:
            path, values = read_form(side.portal, "/new/ticket")
            values["subject"] = f"{WORDS.title()} {next(numbers)} shows no picture"
            return path, values
        page = lxml.html.fromstring(side.portal.get("/new/ticket"))
        [form] = [form for form in page.forms if form.xpath(".//textarea")]
        values = dict(form.form_values())
        for node in form.xpath(".//textarea"):
            values[node.name] = f"{WORDS.title()} {next(numbers)} shows no picture"
        for node in form.xpath(".//input[@type='text']"):
            values[node.name] = values.get(node.name) or f"No picture {next(numbers)}"
        for node in form.xpath(".//input[@type='radio'][@required]"):
            values.setdefault(node.name, node.get("value"))
        if "category" in values:
            values["category"] = values["category"] or str(side.facts["category"])
        return form.action, values

    def send(form):
        side.portal.send_report(*form)

    # not timed
    send.prepare = fill_in
    return send


def mail_text(subject, sender="bench1"):
    """Return a mail of one of the people of the school."""
    number = next(numbers)
    return (
        f"From: {sender} <{sender}@school.example>\r\nTo: helpdesk@school.example\r\n"
        f"Subject: {subject} {number}\r\nDate: {time.strftime('%a, %d %b %Y %H:%M:%S')}"
        f" +0000\r\nMessage-Id: <bench-{time.time_ns()}-{number}@school.example>\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\n"
        "The projector shows no picture since this morning.\r\n"
    )


@case
def mail(side):
    """New ticket: by mail"""
    return lambda: side.admin.call(
        "mail.thread", "message_process", "helpdesk.ticket", mail_text("No picture")
    )


# --- what only our side has


@case
def labels(side):
    """QR labels: the PDF of 1,000 devices"""
    devices = side.admin.call("asset.asset", "search", [], limit=1000)

    def print_labels():
        values = {"source": "assets", "asset_ids": [(6, 0, devices)]}
        wizard = side.admin.call("asset.label.print", "create", values)
        side.admin.call("asset.label.print", "action_print", [wizard])

    return print_labels


@case
def simulate(side):
    """Rules: simulate an assignment rule with the tickets of 90 days"""
    values = {"name": "Benchmark", "team_id": side.facts["team"], "active": False}
    rule = side.manager.call("helpdesk.assignment.rule", "create", values)
    return lambda: side.manager.call(
        "helpdesk.assignment.rule", "action_simulate", [rule]
    )


#: They look for tickets whose time has come.
SWEEPS = (
    "school_helpdesk_base.ir_cron_close_resolved",
    "school_helpdesk_base.ir_cron_remind",
    "school_helpdesk_base.ir_cron_wake_waiting",
    "school_helpdesk_workflow.ir_cron_assign_waiting",
    "school_helpdesk_workflow.ir_cron_escalate",
    "school_helpdesk_workflow.ir_cron_note_missed",
    "school_helpdesk_workflow.ir_cron_refresh_clocks",
)


def get_id(side, name):
    """Return the id of the record with an external id."""
    module, name = name.split(".")
    domain = [("module", "=", module), ("name", "=", name)]
    [found] = side.admin.call("ir.model.data", "search_read", domain, fields=["res_id"])
    return found["res_id"]


@case
def sweep(side):
    """Scheduled actions: a round of seven of them, nothing is due"""
    crons = [get_id(side, name) for name in SWEEPS]

    def run_all():
        for cron in crons:
            side.admin.call("ir.cron", "method_direct_trigger", [cron])

    # the first round does what is due
    run_all()
    return run_all


#: A browser asks one server so many questions at the same time.
CONNECTIONS = 6
#: Name of the case to the name of the board.
BOARDS = {f"board_{name}": name for name in boards.BOARDS}


def make_board_case(name):
    def load_board(side):
        # the figures of one agent, or those of all
        reader = side.agent if name == "mine" else side.manager
        fields = {}

        def get_fields(model):
            if model not in fields:
                fields[model] = reader.call(
                    model, "fields_get", attributes=["type", "aggregator"]
                )
            return fields[model]

        calls = boards.get_calls(
            boards.read_board(name), get_fields, side.facts["agent"]
        )

        def load():
            with ThreadPoolExecutor(CONNECTIONS) as pool:
                list(pool.map(lambda call: reader.call(*call[:2], **call[2]), calls))

        return load

    load_board.__doc__ = f"Board: {name}, all its questions"
    return load_board


CASES |= {case: make_board_case(name) for case, name in BOARDS.items()}
#: These are not compared with OCA.
OWN = ("labels", "simulate", "sweep", *BOARDS)


#: The cases that change data. They come last, and their rounds are fewer.
WRITING = (
    "agent_form_save",
    "stage_change",
    "comment",
    "create_form",
    "create_single",
    "create_batch",
    "create_portal",
    "mail",
)
