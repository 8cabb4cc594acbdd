"""Each form of the desk sent several times at the same moment, to several workers."""

import re
import threading
from collections import Counter
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest
import suite
from ports import free_port

TIMES = 4

PREPARE = """
user = env["res.users"].create({
    "name": "Malee", "login": "malee", "password": "malee-demo",
    "email": "malee@school.example",
    "group_ids": [(6, 0, env.ref("base.group_portal").ids)],
})
env.company.helpdesk_mgmt_portal_team_id_required = False
asset = env["asset.asset"].create({
    "asset_code": "ONE-1",
    "name": "Projector",
    "category_id": env["asset.category"].create({"name": "Projectors"}).id,
})
kind = env["helpdesk.ticket.type"].search([("show_in_portal", "=", True)], limit=1)
category = env["helpdesk.ticket.category"].search(
    [("parent_id", "!=", False), ("type_id", "=", kind.id)], limit=1)
assert category
ticket = env["helpdesk.ticket"].create({
    "name": "Dark",
    "description": "<p>It stays dark</p>",
    "team_id": env.ref("school_asset_helpdesk_bridge.team_it_support").id,
    "partner_id": user.partner_id.id,
})
env.cr.commit()
print(
    "SCENE", asset.qr_token, ticket.id, ticket.team_id.id, kind.id, category.id
)
"""


class Desk:
    def __init__(self, database, url, token, ticket, team, kind, category):
        self.database = database
        self.url = url
        self.token = token
        self.ticket = ticket
        self.team = team
        self.kind = kind
        self.category = category

    def count(self, table, condition="TRUE"):
        statement = f"SELECT count(*) FROM {table} WHERE {condition}"
        [[number]] = suite.execute(self.database, statement)
        return number


@pytest.fixture(scope="module")
def desk(make_database, run_shell, start_server):
    database = make_database(demo=False)
    scene = re.search(r"SCENE (.+)", run_shell(database, PREPARE)).group(1).split()
    server = start_server(database, "--workers=3", f"--gevent-port={free_port()}")
    return Desk(database, server.url, *scene)


@pytest.fixture(scope="module")
def browser(desk):
    """A requester's browser, signed in."""
    opener = build_opener(HTTPCookieProcessor(CookieJar()))
    page = opener.open(f"{desk.url}/web/login").read().decode()
    token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
    form = {"csrf_token": token, "login": "malee", "password": "malee-demo"}
    opener.open(f"{desk.url}/web/login", urlencode(form).encode())
    return opener


def get_hidden(browser, url, action):
    """The hidden fields of a page's form."""
    page = browser.open(url).read().decode()
    form = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page, re.S)
    fields = re.findall(r"<input[^>]*>", form.group())
    attributes = [dict(re.findall(r'(\w+)="([^"]*)"', field)) for field in fields]
    return {
        field["name"]: field.get("value", "")
        for field in attributes
        if field.get("type") == "hidden"
    }


def send_together(browser, url, form):
    """Send one form several times at the same moment; count the different answers."""
    barrier = threading.Barrier(TIMES)
    answers = []

    def send():
        barrier.wait(60)
        try:
            answer = browser.open(url, urlencode(form).encode())
            answers.append((answer.status, answer.url.partition("#")[0]))
        except HTTPError as error:
            # what the form says about it
            said = re.findall(r"(?:Please|You have) [^<]*", error.read().decode())
            answers.append((error.code, " ".join(said)))

    threads = [threading.Thread(target=send) for _time in range(TIMES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return Counter(answers)


def assert_one_ticket(desk, browser, url, form):
    before = desk.count("helpdesk_ticket")
    answers = send_together(browser, url, form)
    # all of them lead to the same page
    [((status, shown), times)] = answers.items()
    assert (status, times) == (200, TIMES), shown
    assert "/my/ticket/" in shown
    assert desk.count("helpdesk_ticket") == before + 1


def test_the_portals_form(desk, browser):
    form = get_hidden(browser, f"{desk.url}/new/ticket", "/helpdesk/report")
    form |= {"subject": "No sound", "type": desk.kind, "category": desk.category}
    assert_one_ticket(desk, browser, f"{desk.url}/helpdesk/report", form)


def test_the_page_of_a_label(desk, browser):
    path = f"/helpdesk/scan/{desk.token}"
    form = get_hidden(browser, desk.url + path, f"{path}/report")
    form["category"] = "other"
    assert_one_ticket(desk, browser, f"{desk.url}{path}/report", form)


def test_ocas_form(desk, browser):
    # the portal replaces the page with OCA's form, but the form's address still works
    form = get_hidden(browser, f"{desk.url}/new/ticket", "/helpdesk/report")
    form |= {"subject": "No light", "description": "It stays dark", "type": desk.kind}
    form |= {"team": desk.team, "category": desk.category}
    assert_one_ticket(desk, browser, f"{desk.url}/submitted/ticket", form)


def test_a_comment(desk, browser):
    url = f"{desk.url}/my/ticket/{desk.ticket}"
    form = get_hidden(browser, url, f"/my/ticket/{desk.ticket}/comment")
    form["comment"] = "And it hums"
    answers = send_together(browser, f"{url}/comment", form)
    assert answers == {(200, url): TIMES}
    condition = f"model = 'helpdesk.ticket' AND res_id = {desk.ticket}"
    condition += " AND body LIKE '%And it hums%'"
    assert desk.count("mail_message", condition) == 1
