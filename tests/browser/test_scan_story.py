"""The twenty-second story: a broken projector, its label, two taps, a ticket.

And the next person's: it is reported already, so one tap says "mine too".
"""

from playwright.sync_api import expect

#: A projector of the demo school.
DEVICE = "PRJ-0003"


def scan(server, context, login, password):
    """What the label leads to, signed out, and back to it by signing in."""
    [device] = server.rpc("admin", "admin")(
        "asset.asset", "search_read", [("asset_code", "=", DEVICE)], ["qr_token"]
    )
    page = context.new_page()
    page.goto(f"{server.url}/helpdesk/scan/{device['qr_token']}")
    page.get_by_role("link", name="Sign in").click()
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", password)
    page.click("form.oe_login_form button[type=submit]")
    page.wait_for_url("**/helpdesk/scan/**")
    return page


def test_two_taps_make_a_ticket(demo_server, phone):
    page = scan(demo_server, phone, "teacher", "teacher-demo")
    page.get_by_text("Projector issues", exact=True).tap()
    page.get_by_role("button", name="Send", exact=True).tap()
    page.wait_for_url("**/my/ticket/**")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        f"Projector issues - {DEVICE}"
    )
    [ticket] = demo_server.rpc("admin", "admin")(
        "helpdesk.ticket",
        "search_read",
        [("name", "=", f"Projector issues - {DEVICE}")],
        ["asset_code", "team_id"],
    )
    assert ticket["asset_code"] == DEVICE
    assert ticket["team_id"][1] == "IT Support"


def test_the_next_person_joins(demo_server, phone):
    page = scan(demo_server, phone, "teacher2", "teacher2-demo")
    expect(page.get_by_role("heading", name="Already reported")).to_be_visible()
    page.get_by_role("button", name="This is my problem too").first.tap()
    expect(page.get_by_text("You are counted")).to_be_visible()


def test_what_was_typed_survives_a_lost_signal(demo_server, phone):
    page = scan(demo_server, phone, "teacher2", "teacher2-demo")
    page.get_by_text("Something else", exact=True).tap()
    page.get_by_label("In your words").fill("It hums")
    phone.set_offline(True)
    page.get_by_role("button", name="Send", exact=True).tap()
    expect(page.get_by_text("It could not be sent")).to_be_visible()
    phone.set_offline(False)
    page.reload()
    expect(page.get_by_label("In your words")).to_have_value("It hums")
    expect(page.get_by_label("Something else")).to_be_checked()
    page.get_by_role("button", name="Send", exact=True).tap()
    page.wait_for_url("**/my/ticket/**")
    expect(page.get_by_role("heading", level=1)).to_contain_text("It hums")
