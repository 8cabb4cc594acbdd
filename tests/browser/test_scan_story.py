"""The twenty-second story: a broken projector, its label, two taps, a ticket.

And the next person's: it is reported already, so one tap says "mine too".
"""

import base64
import re

from playwright.sync_api import expect

#: A projector of the demo school; and one for each screen that tells the whole story.
DEVICE = "PRJ-0003"
DEVICES = {"phone": "PRJ-0004", "tablet": "PRJ-0005", "desktop": "PRJ-0006"}
#: The site's own style sheet, which phones keep from visit to visit.
SHARED = re.compile(r"/web/assets/.*web\.assets_frontend\.min\.css")
MOST_BYTES = 150_000
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/q842iQAA"
    "AABJRU5ErkJggg=="
)


def weigh(context, page):
    """What the page loads from now on, uncached: address to bytes on the wire."""
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})
    addresses, weights = {}, {}
    devtools.on(
        "Network.requestWillBeSent",
        lambda event: addresses.update({event["requestId"]: event["request"]["url"]}),
    )

    def finish(event):
        url = addresses.get(event["requestId"], event["requestId"])
        weights[url] = weights.get(url, 0) + event["encodedDataLength"]

    devtools.on("Network.loadingFinished", finish)
    return weights


def scan(server, context, login, password, code=DEVICE):
    """What the label leads to, signed out, and back to it by signing in."""
    [device] = server.rpc("admin", "admin")(
        "asset.asset", "search_read", [("asset_code", "=", code)], ["qr_token"]
    )
    page = context.new_page()
    page.goto(f"{server.url}/helpdesk/scan/{device['qr_token']}")
    page.get_by_role("link", name="Sign in").click()
    sign_in_here(page, login, password)
    return page


def sign_in_here(page, login, password):
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", password)
    page.click("form.oe_login_form button[type=submit]")
    page.wait_for_url("**/helpdesk/scan/**")


def test_two_taps_make_a_ticket_at_little_weight(demo_server, each_screen, screen_name):
    """Signed in, with nothing in the browser's cache: label, tap, tap, ticket."""
    code = DEVICES[screen_name]
    address = scan(demo_server, each_screen, "teacher", "teacher-demo", code).url
    page = each_screen.new_page()
    weights = weigh(each_screen, page)
    page.goto(address, wait_until="networkidle")
    page.get_by_text("Projector issues", exact=True).click()
    page.get_by_role("button", name="Send", exact=True).click()
    page.wait_for_url("**/my/ticket/**", wait_until="networkidle")
    heavy = {url: size for url, size in weights.items() if not SHARED.search(url)}
    assert heavy, "nothing was weighed"
    assert sum(heavy.values()) <= MOST_BYTES, heavy
    expect(page.get_by_role("heading", level=1)).to_have_text(
        f"Projector issues - {code}"
    )
    [ticket] = demo_server.rpc("admin", "admin")(
        "helpdesk.ticket",
        "search_read",
        [("name", "=", f"Projector issues - {code}")],
        ["asset_code", "team_id"],
    )
    assert ticket["asset_code"] == code
    assert ticket["team_id"][1] == "IT Support"


def test_the_next_person_joins(demo_server, each_screen, screen_name):
    code = DEVICES[screen_name]
    page = scan(demo_server, each_screen, "teacher2", "teacher2-demo", code)
    expect(page.get_by_role("heading", name="Already reported")).to_be_visible()
    page.get_by_role("button", name="This is my problem too").first.click()
    expect(page.get_by_text("You are counted")).to_be_visible()


def tickets(server, words):
    """The tickets with these words in their title, with their files' names."""
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


def test_what_was_typed_survives_a_lost_signal(demo_server, phone):
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
    # sent, and so no longer there
    page.go_back()
    expect(page.get_by_label("In your words")).to_have_value("")
    expect(page.get_by_role("img", name="hum.png")).to_have_count(0)


def test_a_reload_in_the_same_moment_loses_no_words(demo_server, phone):
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


def test_words_before_the_script_is_there(demo_server, phone):
    """On a slow network the page is there first; what is new goes before the kept."""
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


def test_an_answer_that_got_lost_makes_no_second_ticket(demo_server, phone):
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


def test_what_was_typed_survives_an_ended_session(demo_server, phone):
    page = scan(demo_server, phone, "teacher", "teacher-demo")
    write(page, "It flickers")
    phone.clear_cookies()
    send(page)
    page.wait_for_url("**/web/login?**")
    # the next person on a classroom's tablet learns nothing of it
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
