"""What people do every day, with as few clicks as promised.

Every press of a mouse button or a finger is counted by the page itself, however the test
causes it; typing is not counted. ``picture`` marks the screens that the guides and the
manual show.
"""

import re

import pytest
from playwright.sync_api import expect

from .pages import LANGUAGES
from .shots import GUIDE, MANUAL

DESK = {"width": 1300, "height": 800}
PHONE = {"width": 390, "height": 700}
#: The room of the walk-in; each language of the pictures takes its own person.
ROOM = "204"
VISITORS = {"en": "Anong Rattanakul", "th": "Malee Srisuk"}

#: Each press has its own event, also a tap; a label's click would be two.
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
    """``open_as(login, screen)``: a page whose presses are counted, not signed in yet."""

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


def test_a_technicians_morning(open_as, server, admin, picture):
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
    page.keyboard.type("The cable was loose. It works again.")
    picture(page, "technician-answer", GUIDE)
    page.locator(".modal button[name=action_send_and_resolve]").click()
    page.locator(".modal").wait_for(state="detached")

    assert presses.count == 3
    ticket = get_ticket(admin, page, "status_category", "first_response_date")
    assert ticket["status_category"] == "resolved"
    assert ticket["first_response_date"]


def test_a_walk_in(open_as, server, admin, picture, language):
    """Somebody comes to the desk: five clicks, and typing the name and the room."""
    page, presses = open_desk(open_as, server, "technician")

    page.locator(".o_list_button_add").click()
    page.locator("[name=partner_id] input:focus").wait_for()
    page.keyboard.type(VISITORS[language])
    choose(page, VISITORS[language])
    page.locator("[name=asset_id] input").click()
    page.keyboard.type(ROOM)
    choose(page, f"Room {ROOM}")
    # the keyboard leads on to the words
    for _stop in range(4):
        page.keyboard.press("Tab")
        if page.locator("[name=description] .odoo-editor-editable:focus").count():
            break
    page.keyboard.press("Control+a")
    page.keyboard.type("The picture is yellow")
    picture(page, "technician-walk-in", GUIDE)
    page.locator(".o_form_button_save").click()
    page.wait_for_url(re.compile(r"/\d+$"))
    expect(page.locator("[name=number]").first).to_have_text(re.compile(r"HT\d+"))
    picture(page, "walk-in-ticket", MANUAL)

    assert presses.count == 5
    ticket = get_ticket(admin, page, "name", "partner_id", "user_id", "channel_id")
    assert "yellow" in ticket["name"]
    assert VISITORS[language] in ticket["partner_id"][1]
    assert ticket["user_id"]
    channel = ["school_asset_helpdesk_bridge", "channel_walk_in"]
    assert ticket["channel_id"][0] == admin(
        "ir.model.data", "check_object_reference", *channel
    )[1]


def choose(page, text):
    page.locator(".o-autocomplete--dropdown-item", has_text=text).first.click()


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


GUIDE_MENU = "school_helpdesk_portal.guide_menu"


def open_menu(page, xmlid):
    """Open an entry of the menu Configuration."""
    page.locator(
        "[data-menu-xmlid='helpdesk_mgmt.helpdesk_ticket_config_main_menu']"
    ).click()
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
