"""What people do every day, with as few clicks as promised.

The page itself counts every press of a mouse button or a finger, however the test
causes it. Typing is not counted. ``picture`` marks the screens that the guides and the
manual show.
"""

import re

import pytest
import suite
from playwright.sync_api import expect

from .pages import LANGUAGES
from .shots import GUIDE, MANUAL, TEXTS

DESK = {"width": 1300, "height": 800}
PHONE = {"width": 390, "height": 700}
#: The room and the person of the walk-in, a different person for each language.
ROOM = "204"
VISITORS = {"en": "Anong Rattanakul", "th": "Malee Srisuk"}
PROBLEMS = {"en": "The picture is yellow", "th": "ภาพเป็นสีเหลือง"}
ANSWERS = {
    "en": "The cable was loose. It works again.",
    "th": "สายหลวม ตอนนี้ใช้ได้แล้ว",
}

CONFIGURATION = "helpdesk_mgmt.helpdesk_ticket_config_main_menu"
GUIDE_MENU = "school_helpdesk_portal.guide_menu"
LAST_MENU = "school_helpdesk_workflow.helpdesk_setup_page_menu"

#: A press or a tap has exactly one "pointerdown" event. A click on a label would have
#: two "click" events: a second one for its input.
COUNT_PRESSES = """
    addEventListener("pointerdown", (event) => event.isTrusted && notePress(), true);
"""


class Presses:
    """Counts how often a mouse button or a finger is pressed on a page."""

    def __init__(self, page):
        self.count = 0
        page.expose_function("notePress", self._note)
        page.add_init_script(COUNT_PRESSES)

    def _note(self):
        self.count += 1


@pytest.fixture
def admin(server):
    return server.rpc("admin", "admin")


@pytest.fixture
def open_as(admin, open_screen, server, language):
    """``open_as(login, screen)``: a page that counts presses, not signed in yet."""

    def open_as(login, screen):
        users = admin("res.users", "search", [("login", "=", login)])
        admin("res.users", "write", users, {"lang": LANGUAGES[language]})
        locale = LANGUAGES[language].replace("_", "-")
        context = open_screen("phone" if screen == PHONE else "desktop", locale)
        cookie = {"name": "frontend_lang", "value": LANGUAGES[language]}
        context.add_cookies([{**cookie, "url": server.url}])
        page = context.new_page()
        page.set_viewport_size(screen)
        return page, Presses(page)

    return open_as


def sign_in_here(page, login):
    """Sign in on the page that asks for it."""
    page.locator("input[name=login]").fill(login)
    page.locator("input[name=password]").fill(f"{login}-demo")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/web/login" not in url, wait_until="load")


def open_desk(open_as, server, login):
    """The queue of an agent, who has just signed in."""
    page, presses = open_as(login, DESK)
    page.goto(f"{server.url}/web/login")
    sign_in_here(page, login)
    expect(page.locator(".o_helpdesk_queue_bar [data-queue=queue_open]")).to_have_text(
        re.compile(r"\d")
    )
    expect(page.locator(".o_data_row").first).to_be_visible()
    presses.count = 0
    return page, presses


def get_ticket(admin, page, *fields):
    [ticket_id] = re.findall(r"/(\d+)(?:\?|$)", page.url)
    [ticket] = admin("helpdesk.ticket", "read", [int(ticket_id)], list(fields))
    return ticket


def test_a_technicians_morning(open_as, server, admin, picture, language):
    """The app opens on the queue; the next ticket is solved with three clicks."""
    page, presses = open_desk(open_as, server, "technician")
    picture(page, "technician-queue", GUIDE)

    page.locator(".o_data_row .o_data_cell[name=name]").first.click()
    answer = page.locator(".o_form_statusbar button[name=action_answer]")
    expect(answer).to_be_visible()
    expect(page.locator("[name=description]").first).to_be_visible()
    picture(page, "ticket-with-device", MANUAL)

    answer.click()
    page.locator(".modal [name=body] .odoo-editor-editable:focus").wait_for()
    page.keyboard.type(ANSWERS[language])
    picture(page, "technician-answer", GUIDE)
    page.locator(".modal button[name=action_send_and_resolve]").click()
    page.locator(".modal").wait_for(state="detached")
    message = page.locator(".o-mail-Message", has_text=ANSWERS[language])
    expect(message.last).to_be_visible()

    assert presses.count == 3
    ticket = get_ticket(admin, page, "status_category", "first_response_date")
    assert ticket["status_category"] == "resolved"
    assert ticket["first_response_date"]


def test_a_walk_in(open_as, server, admin, picture, language):
    """Somebody comes to the desk: five clicks, and typing name, room and problem."""
    page, presses = open_desk(open_as, server, "technician")

    page.locator(".o_list_button_add").click()
    page.locator("[name=partner_id] input:focus").wait_for()
    choose(page, "partner_id", VISITORS[language], VISITORS[language])
    page.locator("[name=asset_id] input").click()
    # the number of a room finds its devices before serial numbers
    choose(page, "asset_id", ROOM, f"Room {ROOM}")
    expect(page.locator("[name=device_panel]")).to_contain_text(f"Room {ROOM}")
    # Tab moves from the title to the description. First wait until the form has been
    # changed by the device.
    title = page.locator("[name=name] input, [name=name] textarea").first
    words = page.locator("[name=description] .odoo-editor-editable")
    expect(words).to_contain_text(f"Room {ROOM}")
    tab_to(page, title)
    tab_to(page, words)
    page.keyboard.press("Control+a")
    page.keyboard.type(PROBLEMS[language])
    picture(page, "technician-walk-in", GUIDE)
    page.locator(".o_form_button_save").click()
    page.wait_for_url(re.compile(r"/\d+$"))
    expect(page.locator("button[name=action_answer]")).to_be_visible()
    picture(page, "walk-in-ticket", MANUAL)

    assert presses.count == 5
    linked = ("partner_id", "user_id", "team_id", "project_id", "channel_id")
    ticket = get_ticket(admin, page, "name", "asset_code", *linked)
    assert ticket["name"] == f"{PROBLEMS[language]} - {ticket['asset_code']}"
    assert VISITORS[language] in ticket["partner_id"][1]
    assert ticket["user_id"] and ticket["team_id"] and ticket["project_id"]
    assert ticket["channel_id"][1] == "Walk-in"


def tab_to(page, target, limit=4):
    """Press Tab until the target has the focus."""
    for _stop in range(limit):
        before = page.evaluate_handle("document.activeElement")
        page.keyboard.press("Tab")
        page.wait_for_function(
            "(before) => ![before, document.body].includes(document.activeElement)",
            arg=before,
        )
        if target.evaluate("(node) => node === document.activeElement"):
            return
    raise AssertionError(f"{limit} times Tab do not lead to it")


def choose(page, field, typed, text):
    """Type into the field with the focus, and click on the first offer.

    It must have this text. The field asks the server a moment after the last key. An
    offer may fit before that, because the requester's own devices come first; clicking
    on it so early would open the list again, and the next Tab would only close it.
    """

    def is_search(response):
        sent = response.request.post_data or ""
        return "name_search" in response.url and f'"{typed}"' in sent

    with page.expect_response(is_search):
        page.keyboard.type(typed)
    offer = page.locator(f"[name={field}] .o-autocomplete--dropdown-item").first
    expect(offer).to_contain_text(text)
    offer.click()


def test_a_manager_finds_the_settings(open_as, server, picture):
    """Two clicks lead to the settings and to the symptoms, one to the guide."""
    page, presses = open_desk(open_as, server, "manager")
    picture(page, "manager-queue", MANUAL)

    open_menu(page, "helpdesk_mgmt.helpdesk_config_settings_menu")
    settings = page.locator(".o_setting_box:visible")
    expect(settings.first).to_be_visible()
    assert presses.count == 2
    silent = settings.filter(has_not=page.locator(".text-muted"))
    assert silent.all_inner_texts() == []
    picture(page, "manager-settings", GUIDE)

    open_menu(page, "school_asset_helpdesk_bridge.helpdesk_symptom_menu")
    group = page.locator(".o_group_header").first
    expect(group).to_be_visible()
    assert presses.count == 4
    group.click()
    expect(page.locator(".o_data_row").first).to_be_visible()
    picture(page, "manager-symptoms", GUIDE)
    presses.count = 0

    with page.expect_popup() as opened:
        page.locator(f"[data-menu-xmlid='{GUIDE_MENU}']").click()
    assert presses.count == 1
    guide = opened.value
    expect(guide.locator("h1")).to_be_visible()
    expect(guide.locator("img[src*='manager-settings']")).to_be_visible()


def test_the_menus_of_a_manager_fit_a_laptop(open_as, server):
    """None is hidden behind "+", where nobody looks for it."""
    page, _presses = open_desk(open_as, server, "manager")
    page.set_viewport_size({"width": 1366, "height": 768})
    last = page.locator(f".o_menu_sections [data-menu-xmlid='{LAST_MENU}']")
    expect(last).to_be_visible()
    expect(page.locator(".o_menu_sections_more")).to_be_hidden()


def open_menu(page, xmlid):
    """Open an entry of the menu Configuration."""
    page.locator(f"[data-menu-xmlid='{CONFIGURATION}']").click()
    page.locator(f"[data-menu-xmlid='{xmlid}']").click()


def test_a_teacher_reports_on_a_phone(open_as, server, admin, picture):
    """From the first page of the school to a report, without a label."""
    page, presses = open_as("teacher", PHONE)
    page.goto(server.url)
    page.locator("main a[href*='/web/login']").tap()
    sign_in_here(page, "teacher")
    expect(page.locator("#my_tickets")).to_be_visible()
    picture(page, "teacher-home", GUIDE)

    presses.count = 0
    page.locator("main a[href$='/new/ticket']").tap()
    page.locator(".o_helpdesk_devices input[name=asset]:visible").first.tap()
    page.locator(".o_helpdesk_symptoms label:visible").first.tap()
    page.locator(".o_helpdesk_report button[type=submit]").tap()
    page.wait_for_url("**/my/ticket/**")
    assert presses.count == 4
    expect(page.locator(".o_helpdesk_badge").first).to_be_visible()
    picture(page, "teacher-report-sent", MANUAL)
    ticket = get_ticket(admin, page, "name", "asset_id", "status_category")
    assert ticket["asset_id"]
    assert ticket["status_category"] == "open"


def test_a_teacher_scans_a_label(open_as, server, admin, picture):
    """Two taps after the scan."""
    links = admin("helpdesk.ticket.asset.link", "search_read", [], ["asset_id"])
    known = [link["asset_id"][0] for link in links]
    [device] = admin(
        "asset.asset",
        "search_read",
        [("asset_code", "like", "PRJ-"), ("id", "not in", known)],
        ["qr_token"],
        limit=1,
    )
    page, presses = open_as("teacher", PHONE)
    page.goto(f"{server.url}/web/login")
    sign_in_here(page, "teacher")
    page.goto(f"{server.url}/helpdesk/scan/{device['qr_token']}")
    expect(page.locator(".o_helpdesk_problems label").first).to_be_visible()
    picture(page, "teacher-scan", GUIDE)

    presses.count = 0
    page.locator(".o_helpdesk_problems label").first.tap()
    page.locator(".o_helpdesk_report button[type=submit]").tap()
    page.wait_for_url("**/my/ticket/**")
    assert presses.count == 2
    assert get_ticket(admin, page, "asset_id")["asset_id"][0] == device["id"]


def test_each_picture_is_shown_and_compared():
    """Each picture has a file of texts and is shown in a guide or in the manual."""
    guides = {path.stem for path in GUIDE.glob("*.png")}
    english = {name for name in guides if not name.endswith("-th")}
    assert guides - english == {f"{name}-th" for name in english}
    manual = {path.stem for path in MANUAL.glob("*.png")}
    # pages and mails have tables of their own; dashboards and paper are drawings
    others = ("page-", "mail-", "board-", "weekly-report-")
    manual = {name for name in manual if not name.startswith(others)}
    assert {path.stem for path in TEXTS.glob("*.txt")} == english | manual

    delivered = suite.ROOT / "school_helpdesk_portal/data/helpdesk_guide_data.xml"
    shown = re.findall(r"img/guide/([\w-]+)\.png", delivered.read_text())
    assert set(shown) == guides
    desk = (suite.ROOT / "docs/desk.md").read_text()
    assert set(re.findall(r"images/([\w-]+)\.png", desk)) == manual
