"""The report form: for oneself, for somebody else, and for a cart of devices."""

import pytest
from playwright.sync_api import expect

from .common import PIXEL, fits_screen

THAI = """
thai = env["res.lang"]._activate_lang("th_TH")
env["ir.module.module"].search([("name", "=", "school_helpdesk_portal")])\\
    ._update_translations(["th_TH"])
env["website"].search([]).language_ids |= thai
env.cr.commit()
"""
SUBJECT = "What happened, in a few words"


def open_form(server, page, path="/new/ticket"):
    page.goto(f"{server.url}{path}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def send(page):
    page.get_by_role("button", name="Send", exact=True).click()
    page.wait_for_url("**/my/ticket/**")


@pytest.fixture
def subject(screen_name):
    """The title of a ticket, a different one for each screen."""
    return f"Reported on a {screen_name}"


def get_ticket(admin, title, fields):
    [ticket] = admin("helpdesk.ticket", "search_read", [("name", "=", title)], fields)
    return ticket


def test_an_article_first_then_a_report(
    demo_server, admin, each_screen, sign_in, subject
):
    """A student reads an article, reports anyway, and loses nothing by a reload."""
    page = sign_in(each_screen, demo_server, "student", "student-demo")
    open_form(demo_server, page)
    page.get_by_text("Hardware", exact=True).click()
    # only the categories of the chosen type are left
    category = page.get_by_label("What is wrong?")
    expect(category.locator("optgroup")).to_have_count(1)
    category.select_option("Screen/Display problems")
    title = page.get_by_label(SUBJECT)
    title.press_sequentially("no picture", delay=30)
    article = page.locator("li[role=option]").first
    expect(article).to_be_visible()
    assert fits_screen(page)
    article.click()
    page.get_by_role("button", name="Continue with my report").click()
    title.fill(subject)
    page.get_by_label("More about it").fill("Since the morning.")
    page.get_by_text("CHR-0001").click()
    page.get_by_label("Can you work meanwhile?").select_option("Partly")
    page.get_by_label("Photos and files").set_input_files(
        [
            {"name": "screen.png", "mimeType": "image/png", "buffer": PIXEL},
            {"name": "log.txt", "mimeType": "text/plain", "buffer": b"flicker"},
        ]
    )
    expect(page.get_by_role("img", name="screen.png")).to_be_visible()
    expect(page.get_by_text("log.txt")).to_be_visible()
    assert fits_screen(page)

    page.reload()
    expect(title).to_have_value(subject)
    expect(page.get_by_label("Hardware")).to_be_checked()
    expect(category.locator("optgroup")).to_have_count(1)
    expect(category.locator("option:checked")).to_have_text("Screen/Display problems")
    expect(page.get_by_role("img", name="screen.png")).to_be_visible()
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(subject)
    for name in ("screen.png", "log.txt"):
        expect(page.get_by_role("link", name=name)).to_be_visible()
    expect(page.get_by_text("Partly")).to_be_visible()
    ticket = get_ticket(admin, subject, ["asset_code", "type_id", "channel_id"])
    assert ticket["asset_code"] == "CHR-0001"
    assert ticket["type_id"][1] == "Hardware"
    assert ticket["channel_id"][1] == "Portal"


def test_a_refused_file_keeps_the_typed_texts(demo_server, phone, sign_in):
    page = sign_in(phone, demo_server, "student", "student-demo")
    open_form(demo_server, page)
    page.get_by_text("Software", exact=True).tap()
    page.get_by_label(SUBJECT).fill("A strange program")
    page.get_by_label("Photos and files").set_input_files(
        [
            {"name": "run.exe", "mimeType": "", "buffer": b"MZ\x90\x00\x03"},
            {"name": "screen.png", "mimeType": "image/png", "buffer": PIXEL},
        ]
    )
    page.get_by_role("button", name="Send", exact=True).tap()
    expect(page.get_by_text("The file run.exe cannot be sent")).to_be_visible()
    expect(page.get_by_label(SUBJECT)).to_have_value("A strange program")
    page.get_by_role("button", name="Remove this file: run.exe").tap()
    send(page)
    expect(page.get_by_role("link", name="screen.png")).to_be_visible()


def test_for_a_student(demo_server, each_screen, open_screen, sign_in, subject):
    """A teacher finds a student by name; both see the ticket."""
    page = sign_in(each_screen, demo_server, "teacher", "teacher-demo")
    open_form(demo_server, page)
    page.get_by_text("Account & Access", exact=True).click()
    page.get_by_label("What is wrong?").select_option("Password reset")
    page.get_by_label(SUBJECT).fill(subject)
    page.get_by_text("This is for somebody else").click()
    page.get_by_label("For whom: name or e-mail address").press_sequentially(
        "thanaw", delay=30
    )
    expect(page.get_by_role("radio", name="Thanawat Saelim")).to_be_checked()
    assert fits_screen(page)
    send(page)
    facts = page.locator("dl")
    expect(facts).to_contain_text("Thanawat Saelim")
    expect(facts).to_contain_text("Malee Srisuk")
    theirs = sign_in(open_screen("phone"), demo_server, "student2", "student2-demo")
    theirs.goto(page.url)
    expect(theirs.get_by_role("heading", level=1)).to_have_text(subject)


def test_a_whole_cart(demo_server, admin, desktop, sign_in):
    """One report is for all tablets of a cart except one."""
    [location] = admin(
        "asset.location", "create", [{"name": "Cart 3", "location_type": "other"}]
    )
    [teacher] = admin("hr.employee", "search", [("name", "=", "Malee Srisuk")])
    tablets = admin(
        "asset.asset",
        "search",
        [("name", "=", "Cart iPad"), ("status", "=", "available")],
        limit=10,
    )
    admin(
        "asset.asset",
        "write",
        tablets,
        {"location_id": location, "custodian_id": teacher},
    )
    page = sign_in(desktop, demo_server, "teacher", "teacher-demo")
    open_form(demo_server, page, f"/new/ticket?asset_id={tablets[4]}")
    cart = page.get_by_role("group", name="Cart 3")
    expect(cart.locator("[name=asset]:checked")).to_have_count(1)
    page.get_by_label("Find a device").fill("cart ipad")
    expect(page.get_by_text("LAP-0001")).to_be_hidden()
    cart.get_by_label("All 10 devices of Cart 3").check()
    expect(cart.locator("[name=asset]:checked")).to_have_count(10)
    cart.locator("[name=asset]").last.uncheck()
    expect(cart.get_by_label("All 10 devices of Cart 3")).not_to_be_checked()
    page.locator(".o_helpdesk_symptoms:visible").get_by_label("Something else").check()
    page.get_by_text("Software", exact=True).click()
    page.get_by_label(SUBJECT).fill("The cart needs its updates")
    send(page)
    ticket = get_ticket(
        admin, "The cart needs its updates", ["asset_id", "asset_link_ids"]
    )
    assert ticket["asset_id"][0] == tablets[4]
    assert len(ticket["asset_link_ids"]) == 9


def test_without_scripts(demo_server, browser, sign_in):
    """The form also works in a browser without JavaScript."""
    with browser.new_context() as context:
        sign_in(context, demo_server, "teacher2", "teacher2-demo")
        state = context.storage_state()
    with browser.new_context(
        java_script_enabled=False,
        storage_state=state,
        viewport={"width": 390, "height": 844},
    ) as context:
        page = context.new_page()
        page.goto(f"{demo_server.url}/new/ticket")
        page.get_by_label("Network").check()
        category = page.get_by_label("What is wrong?")
        expect(category.locator("optgroup")).to_have_count(5)
        category.select_option("WiFi connectivity")
        page.get_by_label(SUBJECT).fill("No network without scripts")
        page.get_by_text("This is for somebody else").click()
        page.get_by_label("For whom: name or e-mail address").fill("bennett")
        send(page)
        expect(page.locator("dl")).to_contain_text("Olivia Bennett")


def test_in_thai(make_database, run_shell, start_server, phone, sign_in):
    database = make_database(demo=True)
    run_shell(database, THAI)
    server = start_server(database)
    page = sign_in(phone, server, "student2", "student2-demo")
    page.goto(f"{server.url}/th/new/ticket")
    expect(page.get_by_role("heading", level=1)).to_have_text("แจ้งปัญหา")
    expect(page.get_by_label("รูปถ่ายและไฟล์")).to_be_visible()
    assert fits_screen(page)
