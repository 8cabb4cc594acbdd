"""A manager makes a rule, simulates it, and switches it on; then it does its work.

A projector in the Library and Arts Building is scanned. Its ticket goes to the right
technician, is at risk, and is escalated, because nobody answers. The manager and the
technician read why, in English and in Thai.
"""

import re

import pytest
from playwright.sync_api import expect

from .common import fits_screen, get_scan_url
from .test_device_story import pick

RULE = "Projectors of the arts building"
#: The manager's new rule sends tickets to this technician.
AGENT = "technician3"
DEVICE = "PRJ-0010"

PREPARE = """
team = env.ref("school_asset_helpdesk_bridge.team_it_support")
# at every hour at which this test runs, the desk works
team.resource_calendar_id = env["resource.calendar"].create({
    "name": "Always", "tz": "UTC", "attendance_ids": [(0, 0, {
        "name": str(day), "dayofweek": str(day), "hour_from": 0, "hour_to": 24,
    }) for day in range(7)],
})
env["resource.calendar.leaves"].search([]).unlink()
device = env["asset.asset"].search([("asset_code", "=", "PRJ-0010")])
device.location_id = env.ref("school_asset_helpdesk_bridge.demo_room_auditorium")
# a ticket of last month, for the simulation
old = env["helpdesk.ticket"].create({
    "name": "The old lamp of the auditorium", "description": "Dark",
    "team_id": team.id, "asset_id": device.id, "priority": "2",
    "partner_id": env["res.users"].search([("login", "=", "teacher")]).partner_id.id,
})
old._set_status("resolved")
env.cr.execute(
    "UPDATE helpdesk_ticket SET create_date = now() - interval '30 days' WHERE id = %s",
    [old.id],
)
env.cr.commit()
"""
#: Moves the life of a ticket into the past, by minutes, and does what is due.
AGE = """
ticket = env["helpdesk.ticket"].browse(%s)
env.cr.execute(
    "UPDATE helpdesk_ticket_status_log SET start = start - interval '%s minutes' "
    "WHERE ticket_id = %%s", [ticket.id],
)
env.invalidate_all()
ticket._sync_clocks()
ticket._mark_for_escalation()
env.cr.commit()
env["helpdesk.ticket.escalation"]._cron_escalate()
env.cr.commit()
print(ticket.user_id.login, ticket.priority)
"""


@pytest.fixture(scope="module")
def people(demo_server, run_shell):
    """Prepare the school; return the name of each login."""
    run_shell(demo_server.database, PREPARE)
    rows = demo_server.rpc("admin", "admin")(
        "res.users", "search_read", [], ["login", "name"]
    )
    return {row["login"]: row["name"] for row in rows}


@pytest.fixture
def speak(demo_server):
    """``speak(login, lang)``: let somebody read in a language."""
    call = demo_server.rpc("admin", "admin")
    changed = []

    def speak(login, lang):
        users = call("res.users", "search", [("login", "=", login)])
        call("res.users", "write", users, {"lang": lang})
        changed.append(users)

    yield speak
    for users in changed:
        call("res.users", "write", users, {"lang": "en_US"})


def get_ticket(server):
    [ticket] = server.rpc("admin", "admin")(
        "helpdesk.ticket",
        "search_read",
        [("asset_code", "=", DEVICE), ("status_category", "=", "open")],
        ["name", "user_id", "priority"],
    )
    return ticket


def open_ticket(page, server):
    page.goto(f"{server.url}/odoo/helpdesk-tickets/{get_ticket(server)['id']}")
    expect(page.locator(".o_form_view")).to_be_visible()


def test_manager_makes_a_rule(demo_server, people, desktop, sign_in):
    page = sign_in(desktop, demo_server, "manager", "manager-demo")
    page.goto(f"{demo_server.url}/odoo/helpdesk-setup")
    page.get_by_role("button", name="Assignment rules").click()
    page.locator(".o_list_button_add").click()
    page.locator("[name=name] input").fill(RULE)
    pick(page, "location_ids", "Library and Arts")
    pick(page, "team_id", "IT Support")
    page.get_by_label("Always the same agent").check()
    pick(page, "user_id", people[AGENT])
    page.get_by_role("button", name="Simulate").click()

    # the ticket of last month would have gone to the technician
    result = page.locator(".o_field_widget[name=line_ids]")
    expect(result).to_contain_text("Would have gone to IT Support")
    expect(result).to_contain_text(f"About this many to {people[AGENT]}")
    expect(page.locator("[name=effect_count]")).to_have_text(re.compile(r"^[1-9]\d*$"))
    row = page.locator(".o_data_row", has_text="Would have gone to")
    row.get_by_role("button", name="Show").click()
    expect(page.locator(".o_list_view, .o_kanban_view")).to_contain_text(
        "The old lamp of the auditorium"
    )
    page.locator(".o_back_button").click()
    page.get_by_role("button", name="Switch the Rule On").click()
    expect(page.locator(".o_form_view .o_field_widget[name=name] input")).to_have_value(
        RULE
    )
    expect(page.get_by_role("button", name="Switch Off")).to_be_visible()
    # who made the rule, and switched it on
    expect(page.locator(".o-mail-Chatter")).to_contain_text("Active")


def test_ticket_goes_to_the_right_technician(demo_server, people, phone, sign_in):
    page = sign_in(phone, demo_server, "teacher", "teacher-demo")
    page.goto(get_scan_url(demo_server, DEVICE))
    page.get_by_text("No picture", exact=True).click()
    page.get_by_role("button", name="Send", exact=True).click()
    page.wait_for_url("**/my/ticket/**")
    assert get_ticket(demo_server)["user_id"][1] == people[AGENT]


@pytest.mark.parametrize("lang", ["en_US", "th_TH"])
def test_ticket_says_who_decided(demo_server, people, desktop, sign_in, speak, lang):
    speak(AGENT, lang)
    page = sign_in(desktop, demo_server, AGENT, f"{AGENT}-demo")
    open_ticket(page, demo_server)
    reason = page.locator("[name=assignment_reason]").first
    expect(reason).to_contain_text(RULE)
    word = "Assigned by rule" if lang == "en_US" else "มอบหมายโดยกฎ"
    expect(reason).to_contain_text(word)


def test_ticket_is_at_risk_and_escalated(
    demo_server, people, desktop, sign_in, speak, run_shell
):
    ticket = get_ticket(demo_server)
    # 27 of the 30 minutes until the first response are over
    run_shell(demo_server.database, AGE % (ticket["id"], 27))
    page = sign_in(desktop, demo_server, AGENT, f"{AGENT}-demo")
    page.goto(f"{demo_server.url}/odoo/helpdesk-tickets?search_default_at_risk=1")
    call = demo_server.rpc("admin", "admin")
    clocks = call(
        "helpdesk.ticket.sla",
        "search_read",
        [("ticket_id", "=", ticket["id"]), ("target", "=", "first_response")],
        ["state", "warn_date", "deadline"],
    )
    assert clocks[0]["state"] == "in_progress"
    assert call(
        "helpdesk.ticket",
        "search_count",
        [("id", "=", ticket["id"]), ("next_warn", "<=", "now")],
    )
    # now they are over, and the demo school's rule raises the priority
    run_shell(demo_server.database, AGE % (ticket["id"], 10))
    assert get_ticket(demo_server)["priority"] == "3"
    for lang, words in (
        ("en_US", "No first response within 30 minutes"),
        ("th_TH", "30 นาที"),
    ):
        speak(AGENT, lang)
        open_ticket(page, demo_server)
        tab = "Escalations" if lang == "en_US" else "การยกระดับ"
        found = page.get_by_role("tab", name=tab)
        if found.count():
            found.click()
        expect(page.locator(".o_form_view")).to_contain_text(words)


@pytest.mark.parametrize("lang", ["en_US", "th_TH"])
def test_setup_page(demo_server, people, each_screen, sign_in, speak, lang):
    speak("technician", lang)
    page = sign_in(each_screen, demo_server, "technician", "technician-demo")
    page.goto(f"{demo_server.url}/odoo/helpdesk-setup")
    form = page.locator(".o_helpdesk_setup_page")
    expect(form).to_contain_text(RULE)
    expect(form).to_contain_text(people[AGENT])
    title = "How tickets find their way"
    if lang == "en_US":
        expect(form).to_contain_text(title)
    else:
        expect(form).to_contain_text("กฎการมอบหมาย")
        expect(form).not_to_contain_text(title)
    assert fits_screen(page)
