"""A ticket's whole life in Thai: the label, signing in, two taps, an answer, a rating.

Its words are read from the addons' translations: what is looked for is the Thai that
belongs to the English of the other stories. That a page has no English left is tested
on each page by test_accessibility.py.
"""

import re

import polib
import pytest
import suite
from playwright.sync_api import expect

#: A projector of the demo school for each screen.
DEVICES = {"phone": "PRJ-0004", "tablet": "PRJ-0005", "desktop": "PRJ-0006"}
#: Whose words the pages have; where both say the same in English, the last one's count.
ADDONS = ("school_asset_helpdesk_bridge", "school_helpdesk_portal")
GOOD = '<span aria-hidden="true">😀</span> Good'


@pytest.fixture(scope="module")
def thai():
    """``thai(english)``: what the pages say for it."""
    terms = {}
    for addon in ADDONS:
        for entry in polib.pofile(str(suite.ROOT / addon / "i18n/th.po")):
            terms[entry.msgid] = entry.msgstr

    def say(english):
        assert terms[english] and terms[english] != english
        return terms[english]

    return say


@pytest.fixture
def desk(server):
    """``desk(page, **values)``: the technician writes the ticket on the page."""
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
    [device] = call(
        "asset.asset",
        "search_read",
        [("asset_code", "=", DEVICES[screen_name])],
        ["qr_token"],
    )
    page = open_screen(screen_name, "th-TH").new_page()
    page.goto(f"{server.url}/helpdesk/scan/{device['qr_token']}")
    return page


def test_a_tickets_life_in_thai(page, thai, desk, people, resolved):
    expect(page.locator("html")).to_have_attribute("lang", "th-TH")
    page.get_by_role("link", name=thai("Sign in"), exact=True).click()
    page.fill("input[name=login]", "student")
    page.fill("input[name=password]", "student-demo")
    page.click("form.oe_login_form button[type=submit]")
    page.wait_for_url("**/helpdesk/scan/**")
    page.get_by_text(thai("Projector issues"), exact=True).click()
    send = page.get_by_role("button", name=thai("Send"), exact=True)
    send.click()
    page.wait_for_url("**/my/ticket/**")
    expect(page.get_by_role("heading", level=1)).to_contain_text(
        thai("Projector issues")
    )
    badge = page.locator(".o_helpdesk_ticket .o_helpdesk_badge")
    expect(badge).to_have_text(thai("Received"))

    desk(page, user_id=people["technician"])
    page.get_by_label(thai("Add a comment")).fill("ภาพเป็นสีเขียว")
    send.click()
    expect(page.locator(".o_helpdesk_timeline")).to_contain_text("ภาพเป็นสีเขียว")
    desk(page, stage_id=resolved)
    expect(badge).to_have_text(thai("Solved"))
    page.get_by_role("button", name=thai("Not solved")).click()
    expect(badge).to_have_text(thai("In progress"))
    desk(page, stage_id=resolved)
    page.get_by_role("button", name=thai(GOOD).partition("</span> ")[2]).click()
    expect(
        page.get_by_text(thai("Thank you for your answer. You can change it."))
    ).to_be_visible()
