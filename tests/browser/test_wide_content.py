"""Content that is wider than a small phone scrolls inside its own box."""

import pytest

from .common import fits_screen
from .pages import SMALL_PHONE

WORDS = "projector" * 60
COLUMNS = "".join(f"<td>Column number {n}</td>" for n in range(12))
ROW = "".join(f'<td style="white-space: nowrap">Cell of {n}</td>' for n in range(12))
CONTENTS = {
    "table": f"<table border='1'><tr>{COLUMNS}</tr><tr>{ROW}</tr></table>",
    "table with a width": "<table width='1200' style='width:1200px; "
    "min-width:1200px'><tr><td>Outlook</td><td>sends this</td></tr></table>",
    "nowrap": f"<p style='white-space: nowrap'>{'All on one line. ' * 20}</p>",
    "code": f"<pre>{'C:/a/long/path ' * 20}\n    next line</pre>",
    "code in a line": f"<p><code>{'sudo-apt-' * 40}</code></p>",
    "word": f"<p>{WORDS}</p>",
    "address": f"<p><a href='https://school.example'>https://school.example/{WORDS}"
    "</a></p>",
    "image": "<p><img width='1400' height='20' style='width:1400px; "
    "max-width:none' alt='A wide picture' src='/web/static/img/logo2.png'/></p>",
    "block": "<div style='width: 1500px; min-width: 1500px'>A wide block</div>",
    "nested": "<div><div><table><tr><td><div style='width: 900px'>"
    f"Deep</div></td><td><pre>{'x ' * 300}</pre></td></tr></table></div></div>",
    "heading": f"<h2>{WORDS}</h2><ul><li>{WORDS}</li></ul>",
}
#: A box with this content must scroll, because it cannot be broken.
SCROLLS = ("table", "nowrap", "block", "nested")
#: Finds parts of the box that are wider than the screen and cannot be scrolled to.
LOST = """box => {
    const room = document.documentElement.clientWidth;
    const scrolls = element => {
        for (let up = element; up && up !== document.body; up = up.parentElement) {
            if (["auto", "scroll"].includes(getComputedStyle(up).overflowX)
                && up.getBoundingClientRect().right <= room + 1) {
                return true;
            }
        }
    };
    return [...box.querySelectorAll("*")]
        .filter(element => element.getBoundingClientRect().right > room + 1
            && !scrolls(element))
        .map(element => element.outerHTML.slice(0, 80));
}"""
IS_SCROLLING = """box => [box, ...box.querySelectorAll("*")].some(
    element => element.scrollWidth > element.clientWidth
        && ["auto", "scroll"].includes(getComputedStyle(element).overflowX))"""


@pytest.fixture(scope="module")
def rpc(demo_server):
    return demo_server.rpc("admin", "admin")


@pytest.fixture(scope="module")
def teacher_id(rpc):
    [user] = rpc(
        "res.users", "search_read", [("login", "=", "teacher")], ["partner_id"]
    )
    return user["partner_id"][0]


@pytest.fixture
def small_page(demo_server, open_screen, sign_in):
    def open_page(login, path):
        page = sign_in(open_screen("phone"), demo_server, login, f"{login}-demo")
        page.set_viewport_size({"width": SMALL_PHONE[0], "height": SMALL_PHONE[1]})
        page.goto(f"{demo_server.url}{path}")
        return page

    return open_page


def check(page, boxes):
    """Check that the page does not scroll sideways, and that all content is reached.

    :param boxes: dictionary of the name of a content to the locator of its box
    """
    problems = []
    if not fits_screen(page):
        problems.append("the page scrolls sideways")
    for name, box in boxes.items():
        box.scroll_into_view_if_needed()
        problems += [f"{name} is cut: {html}" for html in box.evaluate(LOST)]
        if name in SCROLLS and not box.evaluate(IS_SCROLLING):
            problems.append(f"{name} does not scroll")
    assert not problems, "\n".join(["", *problems])


def get_boxes(locator):
    """The boxes of all contents; each contains a line with its name."""
    return {
        name: locator.filter(has_text=f"Content: {name}.").first for name in CONTENTS
    }


def make_ticket(rpc, teacher_id):
    """Make a ticket with a description and a message of each content."""
    ticket_id = rpc(
        "helpdesk.ticket",
        "create",
        {
            "name": f"Title {WORDS}",
            "partner_id": teacher_id,
            "description": "".join(CONTENTS.values()),
        },
    )
    for name, content in CONTENTS.items():
        rpc(
            "mail.message",
            "create",
            {
                "model": "helpdesk.ticket",
                "res_id": ticket_id,
                "message_type": "email",
                "subtype_id": rpc(
                    "ir.model.data", "check_object_reference", "mail", "mt_comment"
                )[1],
                "author_id": teacher_id,
                "body": f"<p>Content: {name}.</p>{content}",
            },
        )
    return ticket_id


@pytest.fixture(scope="module")
def ticket_id(rpc, teacher_id):
    return make_ticket(rpc, teacher_id)


def test_the_requesters_page(small_page, ticket_id):
    page = small_page("teacher", f"/my/ticket/{ticket_id}")
    messages = page.locator(".o_helpdesk_message")
    boxes = get_boxes(messages)
    boxes["description"] = messages.first
    check(page, boxes)


def test_the_list_of_tickets(small_page, ticket_id):
    page = small_page("teacher", "/my/tickets?filterby=all")
    check(page, {})


def test_the_chatter(small_page, ticket_id):
    page = small_page(
        "technician",
        f"/odoo/action-helpdesk_mgmt.helpdesk_ticket_action/{ticket_id}",
    )
    messages = page.locator(".o-mail-Message")
    messages.first.wait_for()
    check(page, get_boxes(messages))
    # the form itself scrolls in this part of the page
    assert page.locator(".o_content").evaluate(
        "one => one.scrollWidth <= one.clientWidth"
    )
    description = page.locator(".o_field_widget[name=description]")
    description.scroll_into_view_if_needed()
    assert description.evaluate(IS_SCROLLING)


@pytest.mark.parametrize("name", CONTENTS)
def test_an_article(small_page, rpc, name):
    article_id = rpc(
        "helpdesk.article",
        "create",
        {
            "title": f"Title of {name} {WORDS}",
            "content": f"<p>Content: {name}.</p>{CONTENTS[name]}",
            "audience": "portal",
            "state": "published",
        },
    )
    page = small_page("teacher", f"/helpdesk/articles/{article_id}")
    check(page, {name: page.locator(".o_helpdesk_article_content")})
