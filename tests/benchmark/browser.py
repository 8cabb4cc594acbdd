"""How pages load in a browser: requests, bytes, and the time until they show something.

"Cold" is a browser that was never at this server; "warm" is the same page loaded again.
A board is also opened as in the menu, by a client that is loaded already.
"""

import os
import shutil
import statistics
import time
from dataclasses import dataclass

from suite import SuiteError

#: So many times each page is loaded again; the tables show the median.
ROUNDS = 5
WINDOW = {"width": 1440, "height": 900}
#: Milliseconds until a page counts as one that does not load.
PATIENCE = 60_000
#: Whether a board shows a number: a scorecard or a chart that has its data.
BOARD_IS_READ = """(board) => {
    const services = window.odoo?.__WOWL_DEBUG__?.root.env.services;
    const open = services?.spreadsheet_dashboard_loader?.getActiveDashboard();
    if (!open?.model || open.data.id !== board) {
        return false;
    }
    const {getters} = open.model;
    const [first] = getters.getSheetIds();
    return getters.getFigures(first).some((figure) => {
        const chart = getters.getChartIdFromFigureId(figure.id);
        const text = getters.getChartRuntime(chart).keyValue;
        return text !== undefined && /[0-9]/.test(text);
    });
}"""
OPEN_BOARD = """(board) => odoo.__WOWL_DEBUG__.root.env.services.action.doAction({
    type: "ir.actions.client",
    tag: "action_spreadsheet_dashboard",
    params: {dashboard_id: board},
}, {clearBreadcrumbs: true})"""


@dataclass
class Page:
    """A page: who opens it, where it is on a side, and what shows that it is there."""

    text: str
    reader: str
    path: callable
    shows: str


def _queue(side):
    xmlid = (
        "school_helpdesk_base.helpdesk_ticket_action_queue"
        if side.ours
        else "helpdesk_mgmt.helpdesk_ticket_action"
    )
    return f"/odoo/action-{xmlid}?view_type=list"


def _scan(side):
    return f"/helpdesk/scan/{side.facts['scan_token']}" if side.ours else "/new/ticket"


PAGES = (
    Page(
        "Portal: my tickets",
        "portal",
        lambda side: "/my/tickets",
        "a[href*='/my/ticket/']",
    ),
    Page(
        "Portal: a ticket",
        "portal",
        lambda side: f"/my/ticket/{side.facts['own_ticket']}",
        "h1, h2, h3, h5",
    ),
    Page(
        "Portal: the form of a new ticket",
        "portal",
        lambda side: "/new/ticket",
        "form textarea",
    ),
    Page("Portal: a scanned device (OCA: the form)", "portal", _scan, "form:visible"),
    Page("Backend: list of tickets", "agent", _queue, ".o_list_view .o_data_row"),
)


class Browser:
    """A Chromium whose windows are signed in as the people of a side."""

    def __enter__(self):
        from playwright.sync_api import sync_playwright

        executable = shutil.which("chromium")
        if not executable:
            raise SuiteError("Chromium is not installed")
        self._playwright = sync_playwright().start()
        self._chromium = self._playwright.chromium.launch(
            executable_path=executable,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
            env={**os.environ, "TZ": "Asia/Bangkok"},
        )
        return self

    def __exit__(self, *_error):
        self._chromium.close()
        self._playwright.stop()

    def open(self, side, reader):
        """Return an empty page of a browser without a cache, signed in."""
        context = self._chromium.new_context(viewport=WINDOW)
        context.set_default_timeout(PATIENCE)
        session = getattr(side, reader).session.cookies["session_id"]
        context.add_cookies([{"name": "session_id", "value": session, "url": side.url}])
        return context.new_page()


def _load(page, address, shows):
    """Load the address; return milliseconds until the selector is visible."""
    started = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.locator(shows).first.wait_for(state="visible")
    return (time.perf_counter() - started) * 1000


class _Traffic:
    """Counts the requests of a page and the bytes that came over the network."""

    def __init__(self, page):
        self.requests = self.bytes = 0
        client = page.context.new_cdp_session(page)
        client.send("Network.enable")
        client.on("Network.responseReceived", self._note_request)
        client.on("Network.loadingFinished", self._note_bytes)

    def _note_request(self, event):
        address = event["response"]["url"]
        # without a proxy, the client tries to open its websocket again and again
        if address.startswith("http") and "/websocket" not in address:
            self.requests += 1

    def wait_for_silence(self, page):
        """Wait until no request was answered for a second."""
        before = -1
        while self.requests != before:
            before = self.requests
            page.wait_for_timeout(1000)

    def _note_bytes(self, event):
        self.bytes += event["encodedDataLength"]


def measure_page(browser, side, one):
    """Return a dictionary: requests and KiB of a cold load, and milliseconds."""
    page = browser.open(side, one.reader)
    traffic = _Traffic(page)
    address = f"{side.url}{one.path(side)}"
    cold = _load(page, address, one.shows)
    traffic.wait_for_silence(page)
    found = {"requests": traffic.requests, "kib": traffic.bytes / 1024, "cold_ms": cold}
    found["warm_ms"] = statistics.median(
        _load(page, address, one.shows) for _round in range(ROUNDS)
    )
    page.context.close()
    return found


def read_board_ids(side):
    """Return a dictionary of the boards' names to their ids."""
    rows = side.admin.call(
        "ir.model.data",
        "search_read",
        [
            ("module", "=", "school_helpdesk_report"),
            ("model", "=", "spreadsheet.dashboard"),
        ],
        fields=["name", "res_id"],
    )
    return {
        row["name"].removeprefix("spreadsheet_dashboard_"): row["res_id"]
        for row in rows
    }


def measure_boards(browser, side, names):
    """Yield ``(name, milliseconds until the first number, of a loaded client)``."""
    ids = read_board_ids(side)
    page = browser.open(side, "manager")
    traffic = _Traffic(page)
    page.goto(f"{side.url}/odoo/dashboards?dashboard_id={ids[names[0]]}")
    page.wait_for_function(BOARD_IS_READ, arg=ids[names[0]])
    times = {name: [] for name in names}
    for _round in range(ROUNDS):
        for name in (*names[1:], names[0]):
            traffic.wait_for_silence(page)
            started = time.perf_counter()
            page.evaluate(OPEN_BOARD, ids[name])
            page.wait_for_function(BOARD_IS_READ, arg=ids[name], polling=20)
            times[name].append((time.perf_counter() - started) * 1000)
    page.context.close()
    for name in names:
        yield name, statistics.median(times[name])
