"""A teacher scans the label of a broken projector and reports it with two taps.

The next person sees that it is already reported, and says with one tap that it is their
problem too.
"""

import re

from common import send_login
from playwright.sync_api import expect

from .common import PIXEL, PROJECTORS, get_scan_url

#: A projector of the demo school for the stories that run on one screen.
DEVICE = "PRJ-0003"
#: The style sheet of the whole site, which phones keep from visit to visit.
SHARED = re.compile(r"/web/assets/.*web\.assets_frontend\.min\.css")
#: How many bytes the pages may load, without the style sheet.
MOST_BYTES = 150_000


def measure_bytes(context, page):
    """Measure what the page loads from now on, without a cache.

    :return: dict of address to transferred bytes; later requests are added to it
    """
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})
    addresses, sizes = {}, {}
    devtools.on(
        "Network.requestWillBeSent",
        lambda event: addresses.update({event["requestId"]: event["request"]["url"]}),
    )

    def finish(event):
        url = addresses.get(event["requestId"], event["requestId"])
        sizes[url] = sizes.get(url, 0) + event["encodedDataLength"]

    devtools.on("Network.loadingFinished", finish)
    return sizes


def scan(server, context, login, password, code=DEVICE):
    """Open the page of a label without a session, sign in, and return to the page."""
    page = context.new_page()
    page.goto(get_scan_url(server, code))
    page.get_by_role("link", name="Sign in").click()
    sign_in_here(page, login, password)
    return page


def sign_in_here(page, login, password):
    send_login(page, login, password)
    page.wait_for_url("**/helpdesk/scan/**")


def test_two_taps_make_a_ticket_with_few_bytes(demo_server, each_screen, screen_name):
    """Two taps report a device, and the pages load few bytes even without a cache."""
    code = PROJECTORS[screen_name]
    address = scan(demo_server, each_screen, "teacher", "teacher-demo", code).url
    page = each_screen.new_page()
    sizes = measure_bytes(each_screen, page)
    page.goto(address, wait_until="networkidle")
    page.get_by_text("No picture", exact=True).click()
    page.get_by_role("button", name="Send", exact=True).click()
    page.wait_for_url("**/my/ticket/**", wait_until="networkidle")
    heavy = {url: size for url, size in sizes.items() if not SHARED.search(url)}
    assert heavy, "nothing was measured"
    assert sum(heavy.values()) <= MOST_BYTES, heavy
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text(re.compile(r"No picture - Epson EB-X06, Room \d+"))
    [ticket] = demo_server.rpc("admin", "admin")(
        "helpdesk.ticket",
        "search_read",
        [("name", "=", title.text_content()), ("asset_code", "=", code)],
        ["asset_code", "team_id", "priority", "category_id"],
        order="id desc",
        limit=1,
    )
    assert ticket["asset_code"] == code
    assert ticket["priority"] == "2"
    assert ticket["category_id"][1].endswith("Projector issues")
    assert ticket["team_id"][1] == "IT Support"


def test_the_next_person_joins(demo_server, each_screen, screen_name):
    code = PROJECTORS[screen_name]
    page = scan(demo_server, each_screen, "teacher2", "teacher2-demo", code)
    expect(page.get_by_role("heading", name="Already reported")).to_be_visible()
    page.get_by_role("button", name="This is my problem too").first.click()
    expect(page.get_by_text("You are counted")).to_be_visible()


def tickets(server, words):
    """The tickets with these words in their title."""
    return server.rpc("admin", "admin")(
        "helpdesk.ticket", "search_read", [("name", "like", words)], ["attachment_ids"]
    )


def write(page, words):
    page.get_by_text("Something else", exact=True).tap()
    page.get_by_label("In your words").fill(words)
    page.get_by_label("Photos").set_input_files(
        {"name": "hum.png", "mimeType": "image/png", "buffer": PIXEL}
    )
    expect(page.get_by_role("img", name="hum.png")).to_be_visible()


def expect_written(page, words):
    expect(page.get_by_label("In your words")).to_have_value(words)
    expect(page.get_by_label("Something else")).to_be_checked()
    photo = page.get_by_role("img", name="hum.png")
    expect(photo).to_have_js_property("naturalWidth", 1)


def send(page):
    page.get_by_role("button", name="Send", exact=True).tap()


def test_a_typed_text_is_kept_without_a_connection(demo_server, phone):
    page = scan(demo_server, phone, "teacher2", "teacher2-demo")
    write(page, "It hums")
    phone.set_offline(True)
    send(page)
    expect(page.get_by_text("It could not be sent")).to_be_visible()
    phone.set_offline(False)
    page.reload()
    expect_written(page, "It hums")
    send(page)
    page.wait_for_url("**/my/ticket/**")
    expect(page.get_by_role("heading", level=1)).to_contain_text("It hums")
    expect(page.get_by_role("link", name="hum.png")).to_be_visible()
    # the report was sent, so the form is empty again
    page.go_back()
    expect(page.get_by_label("In your words")).to_have_value("")
    expect(page.get_by_role("img", name="hum.png")).to_have_count(0)


def test_a_reload_immediately_after_typing_keeps_the_text(demo_server, phone):
    page = scan(demo_server, phone, "teacher2", "teacher2-demo")
    page.get_by_text("Something else", exact=True).tap()
    with page.expect_navigation():
        page.get_by_label("In your words").evaluate(
            """(area) => {
                area.value = "It clicks";
                area.dispatchEvent(new Event("input", {bubbles: true}));
                location.reload();
            }"""
        )
    expect(page.get_by_label("In your words")).to_have_value("It clicks")
    expect(page.get_by_label("Something else")).to_be_checked()


def test_text_typed_before_the_script_has_loaded(demo_server, phone):
    """On a slow network people type before the script runs: the new text wins."""
    page = scan(demo_server, phone, "teacher2", "teacher2-demo")
    page.get_by_label("In your words").fill("It was kept")
    held = []
    script = "**/*school_helpdesk_portal.assets*.js"
    page.route(script, lambda route: held.append(route))
    page.reload(wait_until="commit")
    page.get_by_label("In your words").fill("It rattles")
    assert held, "the script was not held up"
    for route in held:
        route.continue_()
    page.unroute(script)
    page.wait_for_load_state("load")
    page.reload()
    expect(page.get_by_label("In your words")).to_have_value("It rattles")


def test_after_a_lost_response_sending_again_creates_no_second_ticket(
    demo_server, phone
):
    page = scan(demo_server, phone, "teacher", "teacher-demo")
    write(page, "It smokes")

    def lose_answer(route):
        assert route.fetch().ok
        route.abort()

    page.route("**/report", lose_answer)
    send(page)
    expect(page.get_by_text("It could not be sent")).to_be_visible()
    assert len(tickets(demo_server, "It smokes")) == 1
    page.unroute("**/report")
    page.reload()
    expect_written(page, "It smokes")
    send(page)
    page.wait_for_url("**/my/ticket/**")
    [ticket] = tickets(demo_server, "It smokes")
    assert len(ticket["attachment_ids"]) == 1


def test_a_typed_text_is_kept_after_the_session_has_ended(demo_server, phone):
    page = scan(demo_server, phone, "teacher", "teacher-demo")
    write(page, "It flickers")
    phone.clear_cookies()
    send(page)
    page.wait_for_url("**/web/login?**")
    # the next user of a shared tablet does not see the text
    other = scan(demo_server, phone, "student", "student-demo")
    expect(other.get_by_label("In your words")).to_have_value("")
    expect(other.get_by_role("img", name="hum.png")).to_have_count(0)
    phone.clear_cookies()
    page.reload()
    sign_in_here(page, "teacher", "teacher-demo")
    expect_written(page, "It flickers")
    send(page)
    page.wait_for_url("**/my/ticket/**")
    assert len(tickets(demo_server, "It flickers")) == 1
