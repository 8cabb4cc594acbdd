"""A manager puts the work of now on a television in the IT room."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from common import wait_until
from playwright.sync_api import expect

from .shots import MANUAL
from .test_accessibility import RULES, RUN_AXE

TELEVISION, TELEVISION_4K = (1920, 1080), (3840, 2160)
#: Longer than the page waits for its next figures, in milliseconds.
A_MINUTE = 61_000


@pytest.fixture
def link(demo_server, desktop, sign_in):
    """The link that a manager gets in the app."""
    page = sign_in(desktop, demo_server, "manager", "manager-demo")
    page.goto(f"{demo_server.url}/odoo/helpdesk-wall-screens/new")
    page.locator("[name=name] input, [name=name] textarea").first.fill("IT Workshop")
    page.get_by_role("button", name="Create the Link").click()
    shown = page.locator(".modal [name=link]")
    expect(shown).to_contain_text("/helpdesk/wall/")
    text = shown.inner_text().split()[0]
    page.locator(".modal").get_by_role("button", name="Close", exact=True).last.click()
    expect(page.get_by_role("button", name="Revoke the Link")).to_be_visible()
    expect(page.get_by_text(text)).to_have_count(0)
    return f"{demo_server.url}/helpdesk/wall/{text.rpartition('/')[2]}"


@pytest.fixture
def wall(link, open_screen):
    """The page on a television, where nobody is signed in."""
    page = open_screen("desktop", "en-US").new_page()
    page.set_viewport_size(dict(zip(("width", "height"), TELEVISION, strict=True)))
    page.clock.install()
    page.goto(link)
    return page


def read_figure(page, label):
    card = page.locator("dl div", has=page.get_by_text(label, exact=True))
    return int(card.locator("dd").first.inner_text())


def test_a_wall_screen(wall, demo_server, picture):
    page, context = wall, wall.context
    admin = demo_server.rpc("admin", "admin")
    unended = [("status_category", "in", ("open", "waiting"))]
    count = admin("helpdesk.ticket", "search_count", unended)
    assert read_figure(page, "Open") == count
    expect(page.locator("li")).to_have_count(5)
    assert context.cookies() == []
    picture(page, "wall", MANUAL)

    # nothing is cut off, and everything can be read: in Full HD, in 4K, light and dark
    page.evaluate(Axe().axe_script)
    for width, height in (TELEVISION, TELEVISION_4K):
        page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate("document.documentElement.scrollHeight") <= height
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            found = page.evaluate(RUN_AXE, [None, RULES])["violations"]
            assert [one["id"] for one in found if one["impact"] != "minor"] == []

    # the network is away: the figures stay, and the page says so
    lost = page.get_by_text("No connection.")
    expect(lost).to_be_hidden()
    context.set_offline(True)
    page.clock.fast_forward(A_MINUTE)
    expect(lost).to_be_visible()
    assert read_figure(page, "Open") == count
    context.set_offline(False)
    page.clock.fast_forward(A_MINUTE)
    expect(lost).to_be_hidden()

    # a new ticket appears by itself, when the kept page is some seconds old
    admin("helpdesk.ticket", "create", {"name": "New", "description": "It hums."})

    def is_counted():
        page.clock.fast_forward(A_MINUTE)
        page.wait_for_load_state("networkidle")
        return read_figure(page, "Open") == count + 1

    wait_until(is_counted, "the new ticket does not appear")

    # a revoked link shows nothing any more
    screens = admin("helpdesk.wall.screen", "search", [])
    admin("helpdesk.wall.screen", "action_revoke_link", screens)
    page.clock.fast_forward(A_MINUTE)
    expect(page.get_by_role("heading", name="This link is not valid")).to_be_visible()
    expect(page.locator("dl")).to_have_count(0)
