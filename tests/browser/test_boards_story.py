"""The dashboards of the desk show numbers, on each screen and in each language.

Most of a dashboard is drawn on canvases, which have no texts. So the tests ask the
spreadsheet behind it: Odoo offers it to its own tests, too.
"""

import re

import pytest
from conftest import collect_errors
from playwright.sync_api import expect

from .pages import LANGUAGES

BOARDS = (
    "today",
    "mine",
    "service",
    "satisfaction",
    "staff",
    "devices",
    "costs",
    "knowledge",
)
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
#: Reads the dashboard that is open: the texts of all cells, the figures of the first
#: sheet with their titles, and the numbers of the scorecards.
READ = """(board) => {
    const dashboard = odoo.__WOWL_DEBUG__.root.env.services
        .spreadsheet_dashboard_loader.getActiveDashboard();
    if (!dashboard?.model || (board && dashboard.data.id !== board)) {
        return null;
    }
    const {getters} = dashboard.model;
    const [first, data] = getters.getSheetIds();
    const cells = [first, data].flatMap((sheetId) =>
        Object.values(getters.getEvaluatedCells(sheetId)));
    const figures = getters.getFigures(first).map((figure) => {
        const chartId = getters.getChartIdFromFigureId(figure.id);
        const chart = getters.getChart(chartId);
        const runtime = getters.getChartRuntime(chartId);
        return {
            type: chart.type,
            title: (runtime.title?.text
                ?? runtime.chartJsConfig?.options.plugins.title.text),
            number: runtime.keyValue,
            ready: !chart.dataSource || chart.dataSource.isReady(),
        };
    });
    return {texts: cells.map((cell) => cell.formattedValue), figures};
}"""
#: Opens another dashboard as a link in the client does, without a new page.
SWITCH = """(board) => odoo.__WOWL_DEBUG__.root.env.services.action.doAction({
    type: "ir.actions.client",
    tag: "action_spreadsheet_dashboard",
    params: {dashboard_id: board},
}, {clearBreadcrumbs: true})"""
ADD_THAI = """
env["res.lang"]._activate_lang("th_TH")
addons = env["ir.module.module"].search([("state", "=", "installed")])
addons._update_translations(["th_TH"])
env.cr.commit()
# the running server forgets which languages there were
env.registry.signal_changes()
"""
THAI = re.compile("[\u0e01-\u0e5b]")
FAULT = re.compile(r"^#[A-Z]|Loading")


def wait_for_numbers(page, board=None):
    """Wait until all queries of the dashboard are answered; return what it shows."""
    expect(page.locator(".o-figure").first).to_be_visible()
    shown = None
    for _attempt in range(300):
        if shown := page.evaluate(READ, board):
            loading = any("Loading" in text for text in shown["texts"])
            if not loading and all(figure["ready"] for figure in shown["figures"]):
                return shown
        page.wait_for_timeout(100)
    raise AssertionError(f"still loading: {shown}")


def open_board(page, server, board):
    page.goto(f"{server.url}/odoo/dashboards?dashboard_id={board}")
    return wait_for_numbers(page, board)


def open_each(page, server, boards):
    """Open one board after the other; yield the board and what it shows."""
    for number, board in enumerate(boards):
        if number:
            page.evaluate(SWITCH, board)
            yield board, wait_for_numbers(page, board)
        else:
            yield board, open_board(page, server, board)


@pytest.fixture(scope="module")
def boards(demo_server, run_shell):
    """Dictionary of name to id, in a demo school in two languages."""
    run_shell(demo_server.database, ADD_THAI)
    call = demo_server.rpc("admin", "admin")
    crons = call("ir.cron", "search", [("cron_name", "like", "missing figures")])
    call("ir.cron", "method_direct_trigger", crons)
    records = call(
        "ir.model.data",
        "search_read",
        [
            ("module", "=", "school_helpdesk_report"),
            ("model", "=", "spreadsheet.dashboard"),
        ],
        ["name", "res_id"],
    )
    return {
        record["name"].removeprefix("spreadsheet_dashboard_"): record["res_id"]
        for record in records
    }


@pytest.fixture
def open_as(browser, demo_server, sign_in):
    """``open_as(login, language, size)``: a page of a signed-in person."""
    opened = []

    def open_as(login, language="en", size="desktop"):
        call = demo_server.rpc("admin", "admin")
        users = call("res.users", "search", [("login", "=", login)])
        call("res.users", "write", users, {"lang": LANGUAGES[language]})
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height},
            has_touch=size == "phone",
            is_mobile=size == "phone",
        )
        context.set_default_timeout(60000)
        opened.append((context, collect_errors(context)))
        return sign_in(context, demo_server, login, f"{login}-demo")

    yield open_as
    for context, _errors in opened:
        context.close()
    assert not [errors for _context, errors in opened if errors]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_board(demo_server, boards, open_as, language, size):
    page = open_as("manager", language, size)
    assert set(boards) == set(BOARDS)
    names = {boards[name]: name for name in BOARDS}
    for board, shown in open_each(page, demo_server, names):
        name = names[board]
        assert not [text for text in shown["texts"] if FAULT.search(text)], name
        cards = [card for card in shown["figures"] if card["type"] == "scorecard"]
        assert len(cards) >= 3, name
        assert all(card["number"] for card in cards), (name, cards)
        titles = [figure["title"] for figure in shown["figures"]]
        assert all(titles), name
        if language == "th":
            assert [title for title in titles if not THAI.search(title)] == [], name
        expect(page.locator(".o_error_dialog")).to_have_count(0)


def test_a_number_opens_its_tickets(demo_server, boards, open_as):
    """The scorecard "Unassigned" opens the open tickets without an assignee."""
    page = open_as("manager")
    shown = open_board(page, demo_server, boards["today"])
    [count] = [
        figure["number"]
        for figure in shown["figures"]
        if figure["title"] == "Unassigned"
    ]
    assert int(count) > 0
    page.locator(".o-figure canvas").nth(1).click()
    expect(page.locator(".o_list_view .o_data_row").first).to_be_visible()
    expect(page.locator(".o_pager_limit")).to_have_text(count)


def test_a_bar_opens_its_tickets(demo_server, boards, open_as):
    """A bar of the chart beside a table opens the same record as the table."""
    page = open_as("manager")
    page.goto(f"{demo_server.url}/odoo/dashboards?dashboard_id={boards['costs']}")
    shown = wait_for_numbers(page)
    chart = page.locator(".o-figure canvas").last
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    chart.click(position={"x": box["width"] * 0.4, "y": box["height"] * 0.28})
    device = page.locator(".o_form_view .o_field_widget[name=asset_id]")
    expect(device).to_be_visible()
    assert device.inner_text().strip() in shown["texts"]


def test_what_a_technician_sees(demo_server, boards, open_as):
    """The queue and their own figures, and the way to share nothing."""
    page = open_as("technician")
    open_board(page, demo_server, boards["today"])
    names = page.locator(".o_search_panel_section", has_text="Help Desk").locator("li")
    expect(names).to_have_text(["Today", "My Figures"])
    expect(page.get_by_role("button", name="Share")).to_have_count(0)


def test_a_manager_publishes_a_copy(demo_server, boards, open_as):
    call = demo_server.rpc("admin", "admin")
    page = open_as("manager")
    open_board(page, demo_server, boards["today"])
    share = page.get_by_role("button", name="Share")
    expect(share).to_have_count(0)
    [company] = call("res.company", "search", [], limit=1)
    call("res.company", "write", [company], {"helpdesk_share_boards": True})
    open_board(page, demo_server, boards["today"])
    share.click()
    url = page.locator(".spreadsheet_share_dropdown .o_field_CopyClipboardChar span")
    expect(url.first).to_contain_text("/dashboard/share/")
    call("res.company", "write", [company], {"helpdesk_share_boards": False})


def test_the_way_to_the_figures(demo_server, open_as):
    page = open_as("manager")
    page.goto(
        f"{demo_server.url}/odoo/action-school_helpdesk_report."
        "spreadsheet_dashboard_action_today"
    )
    wait_for_numbers(page)
    page.goto(f"{demo_server.url}/helpdesk/figures")
    expect(page.get_by_role("heading", level=1)).to_have_text("What the Figures Mean")


def test_a_sample_without_tickets(plain_server, sign_in, desktop):
    """A school without tickets sees what its dashboards will look like."""
    call = plain_server.rpc("admin", "admin")
    [group] = call(
        "ir.model.data",
        "search_read",
        [("name", "=", "group_helpdesk_manager"), ("module", "=", "helpdesk_mgmt")],
        ["res_id"],
    )
    [user] = call("res.users", "search", [("login", "=", "admin")])
    call("res.users", "write", [user], {"group_ids": [(4, group["res_id"])]})
    page = sign_in(desktop, plain_server, "admin", "admin")
    boards = call(
        "spreadsheet.dashboard",
        "search_read",
        [("sample_dashboard_file_path", "like", "school_helpdesk_report")],
        ["name"],
    )
    for board, shown in open_each(page, plain_server, [one["id"] for one in boards]):
        faults = [text for text in shown["texts"] if FAULT.search(text)]
        assert not faults, (board, faults)
        expect(page.locator(".o-sample-dashboard")).to_be_visible()
