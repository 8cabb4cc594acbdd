"""A student who wants to report a projector reads an article and needs no ticket."""

from playwright.sync_api import expect

from .common import fits_screen

SUBJECT = "[data-helpdesk-article-suggest]"
ARTICLE = "The projector shows no picture"


def open_form(page, server):
    """Open the ticket form; return its subject and a list of requests for articles."""
    asked = []
    page.on(
        "request",
        lambda request: "/helpdesk/articles/" in request.url
        and asked.append((request.url.rsplit("/", 1)[-1], request.post_data or "")),
    )
    page.goto(f"{server.url}/new/ticket")
    subject = page.locator(SUBJECT)
    expect(subject).to_have_attribute("role", "combobox")
    return subject, asked


def test_article_instead_of_a_ticket(demo_server, each_screen, sign_in):
    """The keyboard is enough, and the server is asked once."""
    page = sign_in(each_screen, demo_server, "student", "student-demo")
    subject, asked = open_form(page, demo_server)
    subject.press_sequentially("projecter no pic", delay=40)
    options = page.locator("[role=option]")
    expect(options.first).to_contain_text(ARTICLE)
    assert [what for what, _data in asked] == ["suggest"]
    expect(subject).to_have_attribute("aria-expanded", "true")

    subject.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    subject.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(subject).to_have_attribute(
        "aria-activedescendant", options.first.get_attribute("id")
    )
    subject.press("Enter")
    preview = page.locator(".o_helpdesk_article_preview")
    expect(preview.get_by_role("heading", name=ARTICLE)).to_be_focused()
    expect(preview).to_contain_text("HDMI")
    # what was typed is still there
    expect(subject).to_have_value("projecter no pic")

    with page.expect_request("**/helpdesk/articles/tally"):
        preview.get_by_role("button", name="This solved it").click()
    expect(preview).to_contain_text("Glad that it helped")


def test_suggestions_close_and_send_few_requests(demo_server, desktop, sign_in):
    """Escape closes the list; two letters send no request, the same words only one."""
    page = sign_in(desktop, demo_server, "student", "student-demo")
    page.clock.install()
    subject, asked = open_form(page, demo_server)
    subject.press_sequentially("pr", delay=20)
    # twice the time after which the form asks for articles (article_suggest.esm.js)
    page.clock.run_for(600)
    assert not asked
    subject.press_sequentially("inter", delay=20)
    expect(page.locator("[role=option]").first).to_be_visible()
    subject.press("Escape")
    expect(page.locator("[role=option]")).to_have_count(0)
    expect(subject).to_have_attribute("aria-expanded", "false")

    for value in ("print", "printer"):
        subject.fill(value)
        expect(page.locator("[role=option]").first).to_be_visible()
    assert [what for what, _data in asked].count("suggest") == 2


def test_an_article_withdrawn_meanwhile(demo_server, desktop, sign_in):
    """The article is no longer offered, and the form still works."""
    call = demo_server.rpc("manager", "manager-demo")
    values = {"title": "Xylophone", "state": "published", "audience": "portal"}
    article = call("helpdesk.article", "create", values)
    page = sign_in(desktop, demo_server, "student", "student-demo")
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    subject, _asked = open_form(page, demo_server)
    subject.press_sequentially("xylophone", delay=20)
    option = page.get_by_role("option", name="Xylophone")
    expect(option).to_be_visible()
    call("helpdesk.article", "write", [article], {"state": "draft"})
    option.click()
    expect(option).to_have_count(0)
    expect(page.locator(".o_helpdesk_article_preview")).to_have_count(0)
    subject.press_sequentially(" is broken", delay=20)
    expect(subject).to_have_value("xylophone is broken")
    assert errors == []


def test_vote_in_place(demo_server, phone):
    """A visitor says that an article did not help, and why, without a page load."""
    page = phone.new_page()
    page.goto(f"{demo_server.url}/helpdesk/articles?search=projecter no picture")
    # a visitor who stays for three seconds is counted as a reader
    with page.expect_request("**/helpdesk/articles/tally"):
        page.get_by_role("link", name=ARTICLE).click()
    vote = page.locator("#helpdesk_article_vote")
    page.evaluate("window.stillHere = true")
    vote.get_by_role("button", name="No").click()
    vote.get_by_label("I did not understand it").check()
    vote.get_by_role("textbox").fill("Which button is Source?")
    vote.get_by_role("button", name="Send").click()
    expect(vote).to_contain_text("An editor will look at it")
    assert page.evaluate("window.stillHere")
    assert fits_screen(page)
