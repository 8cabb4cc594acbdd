"""A ticket from the label to the rating, on pages in Thai.

The test reads the Thai texts from the translations of the addons, by the English texts
of the other stories. test_accessibility.py checks that no page has English texts left.
"""

import re

import polib
import pytest
import suite
from common import send_login
from playwright.sync_api import expect

from .common import PROJECTORS, get_scan_url

#: The addons whose texts the pages show; if two translate a text, the last one counts.
ADDONS = ("school_asset_helpdesk_bridge", "school_helpdesk_portal")
GOOD = '<span aria-hidden="true">😀</span> Good'


@pytest.fixture(scope="module")
def thai():
    """``thai(english)``: the Thai translation of a text."""
    terms = {}
    for addon in ADDONS:
        for entry in polib.pofile(str(suite.ROOT / addon / "i18n/th.po")):
            terms[entry.msgid] = entry.msgstr

    def say(english):
        assert terms[english] and terms[english] != english
        return terms[english]

    return say


@pytest.fixture
def technician(server):
    """``technician(page, **values)``: change the ticket that the page shows."""
    call = server.rpc("technician", "technician-demo")

    def write(page, **values):
        [number] = re.findall(r"/my/ticket/(\d+)", page.url)
        call("helpdesk.ticket", "write", [int(number)], values)
        page.reload()

    return write


@pytest.fixture
def people(server):
    call = server.rpc("admin", "admin")
    found = call("res.users", "search_read", [], ["login"])
    return {user["login"]: user["id"] for user in found}


@pytest.fixture
def resolved(server):
    [stage] = server.rpc("admin", "admin")(
        "helpdesk.ticket.stage", "search", [("status_category", "=", "resolved")]
    )
    return stage


@pytest.fixture
def page(server, open_screen, screen_name, people):
    call = server.rpc("admin", "admin")
    call("res.users", "write", [people["student"]], {"lang": "th_TH"})
    page = open_screen(screen_name, "th-TH").new_page()
    page.goto(get_scan_url(server, PROJECTORS[screen_name]))
    return page


def test_a_tickets_life_in_thai(page, thai, technician, people, resolved):
    expect(page.locator("html")).to_have_attribute("lang", "th-TH")
    page.get_by_role("link", name=thai("Sign in"), exact=True).click()
    send_login(page, "student", "student-demo")
    page.wait_for_url("**/helpdesk/scan/**")
    page.get_by_text("ไม่มีภาพ", exact=True).click()
    send = page.get_by_role("button", name=thai("Send"), exact=True)
    send.click()
    page.wait_for_url("**/my/ticket/**")
    expect(page.get_by_role("heading", level=1)).to_contain_text("ไม่มีภาพ - Epson")
    badge = page.locator(".o_helpdesk_ticket .o_helpdesk_badge")
    expect(badge).to_have_text(thai("Received"))

    technician(page, user_id=people["technician"])
    page.get_by_label(thai("Add a comment")).fill("ภาพเป็นสีเขียว")
    send.click()
    expect(page.locator(".o_helpdesk_timeline")).to_contain_text("ภาพเป็นสีเขียว")
    technician(page, stage_id=resolved)
    expect(badge).to_have_text(thai("Solved"))
    page.get_by_role("button", name=thai("Not solved")).click()
    expect(badge).to_have_text(thai("In progress"))
    technician(page, stage_id=resolved)
    page.get_by_role("button", name=thai(GOOD).partition("</span> ")[2]).click()
    expect(
        page.get_by_text(thai("Thank you for your answer. You can change it."))
    ).to_be_visible()
