"""A technician works on a ticket about a device, in a browser.

The device panel describes the device. The technician takes the device out of service
and opens a damage case from the ticket. When the ticket is resolved, the device gets
the status back that it had before.
"""

import re

from playwright.sync_api import expect

TICKETS = "/odoo/action-helpdesk_mgmt.helpdesk_ticket_action_opened"
#: A device of the demo school that is neither assigned nor in repair.
DEVICE = "DSK-0010"


def pick(page, field, text):
    """Choose the entry of a many2one that shows ``text``."""
    page.locator(f"[name={field}] input").fill(text)
    page.locator(".o-autocomplete--dropdown-item", has_text=text).first.click()


def save(page):
    page.locator(".o_form_button_save").click()
    expect(page.locator(".o_form_button_save")).to_be_hidden()


def test_device_story(demo_server, desktop, sign_in):
    page = sign_in(desktop, demo_server, "technician", "technician-demo")
    page.goto(f"{demo_server.url}{TICKETS}/new")
    panel = page.locator("[name=device_panel]")

    # choosing the device fills the empty title and shows the facts of the device
    pick(page, "asset_id", DEVICE)
    expect(panel).to_contain_text("Dell OptiPlex 7010")
    expect(panel).to_contain_text("Computer Lab 1")
    expect(page.locator("[name=name] input, [name=name] textarea").first).to_have_value(
        re.compile(DEVICE)
    )
    pick(page, "partner_id", "Pranee")
    save(page)
    status = panel.locator("[name=asset_status]")
    before = status.inner_text()

    panel.locator("[name=asset_out_of_service] input").check()
    save(page)
    expect(status).to_have_text("Maintenance")

    panel.get_by_role("button", name="Open a damage case").click()
    dialog = page.locator(".modal")
    expect(dialog.locator("[name=damage_description] textarea")).to_have_value(
        re.compile(DEVICE)
    )
    dialog.get_by_text("Not known").click()
    dialog.get_by_role("button", name="Open the damage case").click()
    expect(page.locator(".o_breadcrumb")).to_contain_text(re.compile(r"DC/"))
    page.locator(".o_breadcrumb .o_back_button a").last.click()
    expect(panel).to_contain_text(re.compile(r"DC/.*Draft"))

    # resolving offers to close the damage case; the technician leaves it open
    page.locator(".o_form_statusbar button[name=action_ask_solution]").click()
    page.locator(".modal [name=solution] input").fill("Plugged it in again")
    page.locator(".modal-footer button", has_text="Resolve").click()
    page.locator(".modal-footer button", has_text="Leave it open").click()
    expect(page.locator(".o_arrow_button_current")).to_contain_text("Resolved")
    expect(status).to_have_text(before)
