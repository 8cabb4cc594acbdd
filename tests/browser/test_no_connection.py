"""Without a connection the phone says so, in its reader's language.

A language has an address of its own, so the page to keep comes by a redirect: an answer
that browsers refuse to show in place of another page, unless it is made anew.
"""

import pytest
from playwright.sync_api import expect

THAI = """
thai = env["res.lang"]._activate_lang("th_TH")
env["ir.module.module"].search([("name", "=", "school_helpdesk_portal")])\\
    ._update_translations(["th_TH"])
env["website"].search([]).language_ids |= thai
env["res.users"].search([("login", "=", "teacher")]).lang = "th_TH"
env.cr.commit()
"""


@pytest.fixture
def server(make_database, run_shell, start_server):
    database = make_database(demo=True)
    run_shell(database, THAI)
    return start_server(database)


@pytest.mark.parametrize(
    ("prefix", "heading"), [("", "No connection"), ("/th", "ไม่มีการเชื่อมต่อ")]
)
def test_no_connection(prefix, heading, server, phone, sign_in):
    page = sign_in(phone, server, "teacher", "teacher-demo")
    page.goto(f"{server.url}{prefix}/my/tickets")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    # not phone.set_offline(): it does not reach what the worker fetches
    server.stop()
    page.goto(f"{server.url}{prefix}/my/tickets")
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
