"""A table of every page of the website: one line each.

Nearly all of them are for people outside the help desk.

Tests of all pages and the pictures of the manual use this table. A page of ours that is
missing from it makes a test fail. A new page needs a line in ``PAGES``. ``set_scene``
creates the records that the page needs and that the demo school does not have.
"""

import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass

DESKTOP, PHONE, SMALL_PHONE = (1400, 900), (390, 844), (320, 640)
LANGUAGES = {"en": "en_US", "th": "th_TH"}
TEACHER, STUDENT, AGENT, NOBODY = "teacher", "student", "technician", None


@dataclass(frozen=True)
class Page:
    """One state of one page."""

    #: Shown in failures, and the name of the page's picture
    name: str
    #: The address; ``set_scene`` returns the values of the ``{placeholders}``
    path: str
    #: The login of the reader; the password is the login followed by ``-demo``
    login: str | None
    #: Function that is called with the opened page and brings it into this state
    act: Callable | None = None
    #: Selector of our part of the page, if the rest is from Odoo
    scope: str | None = None
    #: For another state of a page: the name of that page, which has the same title
    state_of: str | None = None


# --- bringing a page into a state ----------------------------------------------------


def send_empty(form):
    """Send a form without the browser's own checks: the server must check as well."""

    def act(page):
        with page.expect_navigation():
            page.evaluate(
                "form => HTMLFormElement.prototype.submit.call("
                "document.querySelector(form))",
                form,
            )

    return act


def open_menu(page):
    """Open the menu on a phone, as its button does; a wide screen always shows it."""
    page.evaluate(
        "matchMedia('(max-width: 40rem)').addEventListener('change', () =>"
        " document.getElementById('helpdesk_menu').showPopover())"
    )


def tick(page, selector):
    """Click without moving the focus, which the tests of the keyboard need."""
    page.evaluate("selector => document.querySelector(selector).click()", selector)


def choose_symptom(page):
    tick(page, "label:has(+ .o_helpdesk_symptom_fixes) input")
    tick(page, "label:has(:checked) + .o_helpdesk_symptom_fixes summary")


def choose_device(page):
    """Choose a device on the report form, which then shows its symptoms."""
    tick(page, "input[name=asset]")
    tick(page, ".o_helpdesk_symptoms:not([hidden]) input")


def fill_in_as_guest(page):
    page.locator("input[name=category]").last.check()
    page.locator("input[name=name]").fill("Gus Guest")
    page.locator("input[name=email]").fill("gus@school.example")
    with page.expect_navigation():
        page.locator("form button:not([name])").click()


def sign_in(page):
    """Sign in with a wrong password."""
    page.locator("#login").fill("teacher")
    page.locator("#password").fill("wrong")
    with page.expect_navigation():
        page.locator(".oe_login_form [type=submit]").click()


# --- the pages -----------------------------------------------------------------------

LIST, SCAN = "/my/tickets", "/helpdesk/scan"
ARTICLES = "/helpdesk/articles"

PAGES = [
    Page("welcome", "/helpdesk", NOBODY),
    Page("home", "/my", TEACHER),
    Page("home-none", "/my", "student2", state_of="home"),
    Page("home-menu", "/my", TEACHER, act=open_menu, state_of="home"),
    Page("overview-stop", "{overview_stop}", NOBODY),
    Page("sign-in", "/web/login", NOBODY),
    Page("sign-in-refused", "/web/login", NOBODY, act=sign_in, state_of="sign-in"),
    Page("new-password", "/web/reset_password", NOBODY),
    Page("scanner", "/helpdesk/scanner", TEACHER),
    Page("tickets", f"{LIST}?filterby=all", TEACHER),
    Page("tickets-open", LIST, TEACHER, state_of="tickets"),
    Page("tickets-solved", f"{LIST}?filterby=ended", TEACHER, state_of="tickets"),
    Page("tickets-found", f"{LIST}?search=HT", TEACHER, state_of="tickets"),
    Page("tickets-not-found", f"{LIST}?search=qqq", TEACHER, state_of="tickets"),
    Page("tickets-none", LIST, STUDENT, state_of="tickets"),
    Page("ticket-new", "/my/ticket/{ticket_new}", TEACHER),
    Page("ticket-assigned", "/my/ticket/{ticket_assigned}", TEACHER),
    Page("ticket-work", "/my/ticket/{ticket_work}", TEACHER),
    Page("ticket-waiting", "/my/ticket/{ticket_waiting}", TEACHER),
    Page("ticket-resolved", "/my/ticket/{ticket_resolved}", TEACHER),
    Page("ticket-rated", "/my/ticket/{ticket_rated}", TEACHER),
    Page("ticket-closed", "/my/ticket/{ticket_closed}", TEACHER),
    Page("ticket-cancelled", "/my/ticket/{ticket_cancelled}", TEACHER),
    Page("ticket-files", "/my/ticket/{ticket_files}", TEACHER),
    Page("ticket-for-other", "/my/ticket/{ticket_for_other}", TEACHER),
    Page("ticket-by-link", "/my/ticket/{ticket_link}", NOBODY, state_of="ticket-new"),
    Page(
        "ticket-comment-empty",
        "/my/ticket/{ticket_new}",
        TEACHER,
        act=send_empty(".o_helpdesk_answer"),
        state_of="ticket-new",
    ),
    Page("devices", "/my/devices", TEACHER),
    Page("devices-none", "/my/devices", "student2", state_of="devices"),
    Page("report", "/new/ticket", TEACHER),
    Page(
        "report-empty",
        "/new/ticket",
        TEACHER,
        act=send_empty(".o_helpdesk_report"),
        state_of="report",
    ),
    Page(
        "report-symptom",
        "/new/ticket",
        TEACHER,
        act=choose_device,
        state_of="report",
    ),
    Page("scan", f"{SCAN}/{{label_quiet}}", TEACHER),
    Page("scan-known", f"{SCAN}/{{label_known}}", TEACHER, state_of="scan"),
    Page(
        "scan-empty",
        f"{SCAN}/{{label_quiet}}",
        TEACHER,
        act=send_empty(".o_helpdesk_report"),
        state_of="scan",
    ),
    Page(
        "scan-symptom",
        f"{SCAN}/{{label_quiet}}",
        TEACHER,
        act=choose_symptom,
        state_of="scan",
    ),
    Page("scan-visitor", f"{SCAN}/{{label_quiet}}", NOBODY),
    Page("scan-invalid", f"{SCAN}/not-a-label", NOBODY),
    Page("guest", f"{SCAN}/{{label_quiet}}/guest", NOBODY),
    Page(
        "guest-empty",
        f"{SCAN}/{{label_quiet}}/guest",
        NOBODY,
        act=send_empty("form[method=post]"),
        state_of="guest",
    ),
    Page("guest-sent", f"{SCAN}/{{label_quiet}}/guest", NOBODY, act=fill_in_as_guest),
    Page("guest-confirm", "{guest_link}", NOBODY),
    Page("guest-done", "{guest_done}", NOBODY),
    Page("guest-gone", "/helpdesk/guest/not-a-link", NOBODY),
    Page("affected", "/my/affected/{ticket_affected}", TEACHER),
    Page("offline", "/helpdesk/offline", NOBODY),
    Page("articles", ARTICLES, NOBODY),
    Page("articles-category", "{category}", NOBODY),
    Page(
        "articles-found",
        f"{ARTICLES}?search=password",
        NOBODY,
        state_of="articles",
    ),
    Page(
        "articles-not-found",
        f"{ARTICLES}?search=xylophone",
        NOBODY,
        state_of="articles",
    ),
    Page("article", "{article}", NOBODY),
    Page("article-helped", "{article_helped}", TEACHER),
    Page("article-did-not-help", "{article_no}", TEACHER),
    Page("article-reason-given", "{article_reason}", TEACHER),
    Page("guide", "{guide}", TEACHER),
    Page("figures", "/helpdesk/figures", AGENT),
]

#: Names of the methods of routes that answer a GET, but not with a page for one of
#: these people: files, redirects, answers for programs, pages of the desk
#: (test_wall_story.py and test_boards_story.py look at them), and a page of Odoo that
#: is switched off.
NO_PAGES = {
    "guide",
    "health",
    "helpdesk_language",
    "logo",
    "manifest",
    "metrics",
    "report_sent",
    "scan_reported",
    "service_worker",
    "term",
    "wall",
    "website_info",
    "week",
}


# --- the scene -----------------------------------------------------------------------


def set_scene(env):
    """Create the records that the pages above need; run in ``odoo shell``.

    :return: the values of the ``{placeholders}`` in the addresses
    :rtype: dict
    """
    thai = env["res.lang"]._activate_lang("th_TH")
    addons = env["ir.module.module"].search([("state", "=", "installed")])
    addons._update_translations(["th_TH"])
    env["website"].search([]).language_ids |= thai
    env = env(context={**env.context, "lang": "en_US"})
    # a font that the editor of the website loads from Google
    env["website.assets"].make_scss_customization(
        "/website/static/src/scss/options/user_values.scss",
        {"google-fonts": "['Sarabun']", "font": "'Sarabun'"},
    )

    teacher = env["res.users"].search([("login", "=", "teacher")])
    Ticket = env["helpdesk.ticket"].with_context(tracking_disable=True)
    taken = Ticket.browse()

    def ticket_in(stage, *more):
        """The latest demo ticket in that stage; the teacher becomes its requester."""
        nonlocal taken
        stage = env.ref(f"school_asset_helpdesk_bridge.stage_{stage}")
        domain = [("stage_id", "=", stage.id), ("id", "not in", taken.ids), *more]
        found = Ticket.search(domain, order="id desc", limit=1)
        assert found, f"the demo school has no ticket that is {stage.name}"
        found.partner_id = teacher.partner_id
        taken |= found
        return found

    scene = {
        "ticket_new": ticket_in("new", ("asset_id", "!=", False)),
        "ticket_assigned": ticket_in("open"),
        "ticket_work": ticket_in("in_progress"),
        "ticket_waiting": ticket_in("pending"),
        "ticket_resolved": ticket_in("resolved"),
        "ticket_rated": ticket_in("resolved"),
        "ticket_closed": ticket_in("closed", ("rating_ids", "=", False)),
        "ticket_cancelled": ticket_in("cancelled"),
        "ticket_files": ticket_in("in_progress"),
        "ticket_for_other": ticket_in("closed", ("submitter_id", "!=", False)),
    }
    scene["ticket_rated"]._portal_rate(teacher.partner_id, 5, "")
    student = env["res.users"].search([("login", "=", "student")])
    scene["ticket_for_other"].write(
        {
            "partner_id": student.partner_id.id,
            "submitter_id": teacher.partner_id.id,
        }
    )
    for name in ("broken-screen.jpg", "a-file-with-a-very-long-name-" * 3 + ".pdf"):
        env["ir.attachment"].create(
            {
                "name": name,
                "raw": b"any",
                "res_model": "helpdesk.ticket",
                "res_id": scene["ticket_files"].id,
            }
        )
    shared = ticket_in("in_progress", ("asset_id", "!=", False))
    shared.write({"partner_id": student.partner_id.id, "share_with_affected": True})
    shared._add_affected(teacher.partner_id)
    scene["ticket_affected"] = shared
    scene = {key: str(ticket.id) for key, ticket in scene.items()}
    linked = taken[0]
    scene["ticket_link"] = f"{linked.id}/{linked._portal_ensure_token()}"

    known = taken[0].asset_id
    alike = env["asset.asset"].search([("category_id", "=", known.category_id.id)])
    quiet = alike.filtered(lambda asset: not asset.ticket_ids)[:1]
    scene |= {"label_known": known.qr_token, "label_quiet": quiet.qr_token}

    env.company.write(
        {
            "helpdesk_guest_reports": True,
            "helpdesk_guest_domains": "school.example",
            "helpdesk_guest_address_limit": 100,
        }
    )
    report = env["helpdesk.guest.report"]
    for key in ("guest_link", "guest_done"):
        secret = key.ljust(43, "-")
        report = report.create(
            {
                "company_id": env.company.id,
                "asset_id": known.id,
                "words": "It hums",
                "name": "Gus Guest",
                "email": "gus@school.example",
                "lang": "en_US",
                "token_hash": report._hash_token(secret),
                "expires": "2100-01-01",
            }
        )
        scene[key] = "/helpdesk/guest/" + secret
    report._confirm()

    technician = env["res.users"].search([("login", "=", "technician")])
    scene["overview_stop"] = "/" + technician._get_digest_stop_url().split("/", 3)[3]

    public = [("audience", "=", "public"), ("is_live", "=", True)]
    articles = env["helpdesk.article"].search(public, limit=4)
    votes = {
        "article_helped": {"helpful": True},
        "article_no": {"helpful": False},
        "article_reason": {"helpful": False, "reason": "unclear"},
    }
    for (key, vote), article in zip(votes.items(), articles[1:], strict=True):
        env["helpdesk.article.vote"].create(
            {"article_id": article.id, "user_id": teacher.id, **vote}
        )
        scene[key] = article.website_url
    scene["article"] = articles[0].website_url
    scene["category"] = articles[0].category_id.website_url
    scene["guide"] = env.ref("school_helpdesk_portal.guide_teacher").website_url
    env.cr.commit()
    return scene


def make_scene(run_shell, database):
    """Run ``set_scene`` in a database; return the values of ``{placeholders}``."""
    code = inspect.getsource(set_scene)
    output = run_shell(
        database, f"{code}\nimport json\nprint('\\n' + json.dumps(set_scene(env)))\n"
    )
    return json.loads(output.strip().splitlines()[-1])
