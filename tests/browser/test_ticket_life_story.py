"""A ticket from the report to the rating, with a teacher and a technician.

The teacher reports it on each screen. The technician asks a question and lets it wait,
the teacher answers, it is resolved, reopened, resolved again and rated.
"""

import pytest
from playwright.sync_api import expect

from .common import PROJECTORS, get_scan_url

QUESTION = "Is the lamp counter above 3000 hours?"


@pytest.fixture
def teacher(demo_server, each_screen, sign_in):
    return sign_in(each_screen, demo_server, "teacher", "teacher-demo")


@pytest.fixture
def technician(demo_server, open_screen, sign_in):
    return sign_in(open_screen("desktop"), demo_server, "technician", "technician-demo")


def expect_badge(page, text):
    expect(page.locator(".o_helpdesk_ticket .o_helpdesk_badge")).to_have_text(text)


def press(page, button):
    page.locator(f".o_form_statusbar button[name={button}]").click()


def expect_stage(page, text):
    expect(page.locator(".o_arrow_button_current")).to_contain_text(text)


def test_a_tickets_life(demo_server, admin, teacher, technician, screen_name):
    teacher.goto(get_scan_url(demo_server, PROJECTORS[screen_name]))
    teacher.get_by_text("No picture", exact=True).click()
    teacher.get_by_role("button", name="Send", exact=True).click()
    teacher.wait_for_url("**/my/ticket/**")
    expect(teacher.locator(".o_helpdesk_badge").first).to_have_text("Received")
    ticket_id = int(teacher.url.partition("/my/ticket/")[2].partition("?")[0])

    # the technician takes the ticket, asks, and waits for the answer
    technician.goto(
        f"{demo_server.url}/odoo/action-helpdesk_mgmt.helpdesk_ticket_action/{ticket_id}"
    )
    press(technician, "assign_to_me")
    press(technician, "action_answer")
    technician.locator(".modal [name=body] .odoo-editor-editable:focus").wait_for()
    technician.keyboard.type(QUESTION)
    technician.get_by_role("button", name="Send", exact=True).click()
    expect(technician.locator(".o-mail-Message", has_text=QUESTION)).to_be_visible()
    press(technician, "action_wait")
    technician.locator(".modal [name=reason] textarea").fill("Please read the counter.")
    technician.locator(".modal-footer button.btn-primary").click()
    expect_stage(technician, "Pending")

    # the teacher sees the question and that it is their turn, and answers
    teacher.reload()
    expect_badge(teacher, "Waiting for you")
    expect(teacher.locator(".o_helpdesk_next")).to_contain_text("read the counter")
    expect(teacher.locator(".o_helpdesk_timeline")).to_contain_text(QUESTION)
    teacher.get_by_label("Add a comment").fill("It says 3120 hours.")
    teacher.get_by_role("button", name="Send", exact=True).click()
    expect(teacher.locator(".o_helpdesk_timeline")).to_contain_text("3120 hours")
    expect_badge(teacher, "In progress")

    technician.reload()
    expect(technician.locator(".o-mail-Message", has_text="3120 hours")).to_be_visible()
    press(technician, "action_ask_solution")
    technician.locator(".modal [name=solution] input").fill("A new lamp")
    technician.locator(".modal-footer button.btn-primary").click()
    expect_stage(technician, "Resolved")

    # one tap reopens a ticket that is not solved; one tap rates a solved one
    teacher.reload()
    expect_badge(teacher, "Solved")
    expect(teacher.locator(".o_helpdesk_timeline")).to_contain_text("A new lamp")
    teacher.get_by_role("button", name="Not solved").click()
    expect_badge(teacher, "In progress")
    # three clicks from the list: open the ticket, answer, send and resolve
    technician.goto(
        f"{demo_server.url}/odoo/action-helpdesk_mgmt.helpdesk_ticket_action/{ticket_id}"
    )
    press(technician, "action_answer")
    technician.locator(".modal [name=body] .odoo-editor-editable:focus").wait_for()
    technician.keyboard.type("The new lamp sat loose. Now it is fixed.")
    technician.get_by_role("button", name="Send and resolve").click()
    expect_stage(technician, "Resolved")
    teacher.reload()
    expect_badge(teacher, "Solved")
    teacher.get_by_role("button", name="Good").click()
    expect(teacher.get_by_text("Thank you for your answer")).to_be_visible()

    [ticket] = admin(
        "helpdesk.ticket",
        "read",
        [ticket_id],
        ["reopen_count", "status_category", "first_response_date", "rating_last_value"],
    )
    assert ticket["reopen_count"] == 1
    assert ticket["status_category"] == "resolved"
    assert ticket["first_response_date"]
    assert ticket["rating_last_value"] == 5
