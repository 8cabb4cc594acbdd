"""A technician's morning: answer and resolve a ticket, and write down a walk-in.

The stories count the clicks; what is typed does not count.
"""

import re

import pytest
from playwright.sync_api import expect

TICKETS = "/odoo/action-helpdesk_mgmt.helpdesk_ticket_action"


class Hand:
    """A hand that counts its clicks."""

    def __init__(self):
        self.clicks = 0

    def click(self, locator):
        locator.click()
        self.clicks += 1


@pytest.fixture
def technician(demo_server, desktop, sign_in):
    return sign_in(desktop, demo_server, "technician", "technician-demo")


def create_ticket(admin):
    """Create a ticket of a teacher at the technician's desk, and return its number."""
    [teacher] = admin("res.users", "search_read", [("login", "=", "teacher")])
    [team] = admin("helpdesk.ticket.team", "search", [("name", "=", "IT Support")])
    ticket_id = admin(
        "helpdesk.ticket",
        "create",
        {
            "name": "The sound is gone",
            "description": "Since the holidays.",
            "partner_id": teacher["partner_id"][0],
            "team_id": team,
            "priority": "3",
        },
    )
    return admin("helpdesk.ticket", "read", [ticket_id], ["number"])[0]


def test_answer_and_resolve_with_three_clicks(demo_server, admin, technician):
    ticket = create_ticket(admin)
    hand, page = Hand(), technician
    page.goto(f"{demo_server.url}{TICKETS}?view_type=list")
    hand.click(page.get_by_text(ticket["number"], exact=True).first)
    hand.click(page.locator("button[name=action_answer]"))
    page.locator(".modal [name=body] .odoo-editor-editable:focus").wait_for()
    page.keyboard.type("The cable was loose.")
    hand.click(page.get_by_role("button", name="Send and resolve"))
    expect(page.locator(".o_arrow_button_current")).to_contain_text("Resolved")
    expect(
        page.locator(".o-mail-Message", has_text="The cable was loose.").last
    ).to_be_visible()
    assert hand.clicks <= 3
    [facts] = admin(
        "helpdesk.ticket", "read", [ticket["id"]], ["first_response_date", "solution"]
    )
    assert facts["first_response_date"]


def test_walk_in_with_five_clicks(demo_server, admin, technician):
    hand, page = Hand(), technician
    page.goto(f"{demo_server.url}{TICKETS}?view_type=list")
    hand.click(page.get_by_role("button", name="New", exact=True))
    title = page.locator(".o_breadcrumb .active, .o_last_breadcrumb_item").first
    expect(title).to_contain_text("New")
    expect(page.locator("[name=partner_id] input:focus")).to_be_visible()

    page.keyboard.type("Anong")
    hand.click(page.locator(".o-autocomplete--dropdown-item", has_text="Anong").first)
    # the number of a room finds its devices, not serial numbers
    device = page.locator("[name=asset_id] input")
    page.keyboard.press("Tab")
    expect(device).to_be_focused()
    page.keyboard.type("204")
    offered = page.locator("[name=asset_id] .o-autocomplete--dropdown-item")
    expect(offered.first).to_contain_text("Room 204")
    code = re.match(r"\s*(\S+)", offered.first.inner_text())[1]
    hand.click(offered.first)
    expect(page.locator("[name=device_panel]")).to_contain_text("Room 204")

    hand.click(page.locator("[name=description] .odoo-editor-editable"))
    page.keyboard.press("Control+A")
    page.keyboard.type("No picture since this morning")
    hand.click(page.locator(".o_form_button_save"))
    expect(page.locator("button[name=action_answer]")).to_be_visible()
    assert hand.clicks <= 5

    [ticket] = admin(
        "helpdesk.ticket",
        "search_read",
        [("name", "=", f"No picture since this morning - {code}")],
        ["channel_id", "user_id", "team_id", "project_id"],
    )
    assert ticket["channel_id"][1] == "Walk-in"
    assert ticket["user_id"] and ticket["team_id"] and ticket["project_id"]


def test_a_missing_field_is_shown(demo_server, technician):
    page = technician
    page.goto(f"{demo_server.url}{TICKETS}/new")
    expect(page.locator("[name=partner_id] input:focus")).to_be_visible()
    page.locator(".o_form_button_save").click()
    expect(page.locator("[name=description].o_field_invalid")).to_be_visible()
    expect(page.locator("[name=description] .odoo-editor-editable")).to_be_focused()
