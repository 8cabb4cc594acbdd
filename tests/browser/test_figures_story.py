"""A manager looks at the reports, and a figure opens exactly its tickets."""

import pytest
from playwright.sync_api import expect

#: The action of each menu of the reports, and the kind of view that opens first.
REPORTS = {
    "helpdesk_ticket_action_report": "graph",
    "helpdesk_ticket_action_peak": "pivot",
    "helpdesk_ticket_action_satisfaction": "pivot",
    "helpdesk_ticket_action_workload": "pivot",
    "helpdesk_backlog_report_action": "graph",
    "helpdesk_clock_report_action": "pivot",
    "helpdesk_device_report_action": "graph",
    "helpdesk_device_cost_report_action": "pivot",
    "helpdesk_hours_report_action": "pivot",
    "helpdesk_status_report_action": "pivot",
    "helpdesk_article_deflection_action_report": "pivot",
}


@pytest.fixture
def manager(demo_server, desktop, sign_in, admin):
    crons = admin("ir.cron", "search", [("cron_name", "like", "missing figures")])
    admin("ir.cron", "method_direct_trigger", crons)
    return sign_in(desktop, demo_server, "manager", "manager-demo")


def open_report(page, server, name):
    page.goto(f"{server.url}/odoo/action-school_helpdesk_report.{name}")


def test_each_report_opens(demo_server, manager):
    page = manager
    for name, kind in REPORTS.items():
        open_report(page, demo_server, name)
        expect(page.locator(f".o_{kind}_view"), name).to_be_visible()
        for other in ("pivot", "graph", "list"):
            page.locator(f".o_switch_view.o_{other}").click()
            expect(page.locator(f".o_{other}_view"), f"{name} {other}").to_be_visible()
        expect(page.locator(".o_error_dialog")).to_have_count(0)


def test_a_figure_opens_its_tickets(demo_server, manager):
    page = manager
    open_report(page, demo_server, "helpdesk_ticket_action_peak")
    cell = page.locator(".o_pivot_cell_value:not(.o_empty)").last
    count = int(cell.inner_text().replace(",", ""))
    cell.click()
    expect(page.locator(".o_list_view .o_data_row").first).to_be_visible()
    total = page.locator(".o_pager_limit")
    expect(total).to_have_text(str(count))
