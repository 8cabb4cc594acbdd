"""A manager looks at the setup of the desk on a phone."""

import pytest
from playwright.sync_api import expect

from .common import fits_screen

#: Does the ribbon leave the end of a field free? Clicks go through the ribbon, so it is
#: not found at a point by itself.
IS_FREE = """node => {
    for (const part of document.querySelectorAll(".ribbon, .ribbon *")) {
        part.style.pointerEvents = "auto";
    }
    const box = node.getBoundingClientRect();
    return [0.1, 0.5, 0.9].every((part) => {
        const y = box.top + box.height * part;
        const found = document.elementFromPoint(box.right - 3, y);
        return !found.closest(".ribbon");
    });
}"""


@pytest.fixture
def page(phone, demo_server, sign_in):
    return sign_in(phone, demo_server, "manager", "manager-demo")


@pytest.mark.parametrize(
    "action",
    [
        "helpdesk_mgmt.helpdesk_ticket_team_action",
        "school_asset_helpdesk_bridge.helpdesk_symptom_action",
    ],
)
def test_lists_are_cards(page, demo_server, action):
    """A list with many columns would be cut; a card opens the record."""
    page.goto(f"{demo_server.url}/odoo/action-{action}")
    card = page.locator(".o_kanban_record:not(.o_kanban_ghost)").first
    expect(card).to_be_visible()
    assert fits_screen(page)
    card.click()
    expect(page.locator(".o_form_view [name=name]").first).to_be_visible()


def test_the_ribbon_covers_no_name(page, demo_server):
    """A new rule is switched off, and says so beside its name."""
    action = "school_helpdesk_workflow.helpdesk_escalation_rule_action"
    page.goto(f"{demo_server.url}/odoo/action-{action}/new")
    expect(page.locator(".ribbon")).to_be_visible()
    name = page.locator(".oe_title [name=name] input, .oe_title [name=name] textarea")
    expect(name.first).to_be_visible()
    assert name.first.evaluate(IS_FREE)
