"""What the desk sees when a new ticket is not complete."""

import pytest
from playwright.sync_api import expect

TICKETS = "/odoo/action-helpdesk_mgmt.helpdesk_ticket_action"


@pytest.fixture
def technician(demo_server, desktop, sign_in):
    return sign_in(desktop, demo_server, "technician", "technician-demo")


def test_a_missing_field_is_shown(demo_server, technician):
    page = technician
    page.goto(f"{demo_server.url}{TICKETS}/new")
    expect(page.locator("[name=partner_id] input:focus")).to_be_visible()
    page.locator(".o_form_button_save").click()
    expect(page.locator("[name=description].o_field_invalid")).to_be_visible()
    expect(page.locator("[name=description] .odoo-editor-editable")).to_be_focused()
