"""Boards and lists are read from a read replica, and everything else from the primary.

docs/scaling.md describes the set-up. Both PostgreSQL servers are real, and log each
statement, so that the tests see which of them was asked.
"""

from contextlib import contextmanager
from urllib.parse import urlencode

import pytest
from benchmark import boards
from benchmark.client import Client
from common import read_facts, wait_until
from guest_forms import open_form
from mail_desk import get_hidden
from replication import run_replication

PREPARE = """
import json

# nothing counts as overdue
env["ir.cron"].search([]).nextcall = "2099-01-01"
env.company.write({
    "helpdesk_mgmt_portal_team_id_required": False,
    "helpdesk_guest_reports": True,
    "helpdesk_guest_domains": "school.example",
})
Users = env["res.users"].with_context(no_reset_password=True)
for login, groups in (
    ("manager", [
        "helpdesk_mgmt.group_helpdesk_manager", "base.group_user",
        "school_asset_management.group_asset_user",
    ]),
    ("malee", ["base.group_portal"]),
):
    user = Users.create({
        "name": login.capitalize(), "login": login, "password": f"{login}-demo",
        "email": f"{login}@school.example",
        "group_ids": [(6, 0, [env.ref(group).id for group in groups])],
    })
kind = env["helpdesk.ticket.type"].search([("show_in_portal", "=", True)], limit=1)
category = env["helpdesk.ticket.category"].search(
    [("parent_id", "!=", False), ("type_id", "=", kind.id)], limit=1)
ticket = env["helpdesk.ticket"].create({
    "name": "No sound", "description": "Dark", "partner_id": user.partner_id.id,
})
asset = env["asset.asset"].create({
    "asset_code": "REPLICA-1", "name": "Projector",
    "category_id": env["asset.category"].create({"name": "Projectors"}).id,
})
env["helpdesk.ticket"].create({
    "name": "Dark", "description": "Dark", "asset_id": asset.id,
    "team_id": env.ref("school_asset_helpdesk_bridge.team_it_support").id,
    "partner_id": env["res.partner"].create({"name": "Somchai"}).id,
})
article = env["helpdesk.article"].create({
    "title": "Replica", "content": "<p>Turn it off.</p>", "audience": "public",
    "category_id": env["helpdesk.article.category"].create({"name": "Replica"}).id,
    "state": "published", "publish_date": "2026-01-01",
})
Report = env["helpdesk.guest.report"]
token = "guest".ljust(43, "-")
Report.create({
    "company_id": env.company.id, "asset_id": asset.id, "words": "It hums",
    "name": "Gus", "email": "gus@school.example", "lang": "en_US",
    "token_hash": Report._hash_token(token), "expires": "2100-01-01",
})
print("FACTS" + json.dumps({
    "guest": f"/helpdesk/guest/{token}",
    "scan": f"/helpdesk/scan/{asset.qr_token}", "article": article.website_url,
    "ticket": ticket.id, "report": {"type": kind.id, "category": category.id},
}))
env.cr.commit()
"""
#: One of them is in each statement about something that belongs to the help desk.
OURS = ("helpdesk_", "asset_")
RETRIED = "retrying with a read/write cursor"
#: Pages that only read.
PAGES = (
    "/helpdesk",
    "/helpdesk/articles",
    "/my",
    "/my/tickets",
    "/my/tickets?filterby=all&search=sound",
    "/my/devices",
    "/new/ticket",
)


class Desk:
    """The help desk on two database servers.

    :ivar primary: the ``PostgresServer`` that is written to
    :ivar replica: the read replica
    """

    def __init__(self, server, replication, facts):
        self.server = server
        self.replication = replication
        self.primary, self.replica = replication.primary, replication.replica
        self.facts = facts

    def ask(self, question):
        """Call ``question``; return what both servers were asked about the help desk.

        :return: two lists of lines: of the primary, and of the replica
        """
        self.primary.read_log(), self.replica.read_log()
        question()
        return [
            [
                line
                for line in server.read_log().splitlines()
                if any(name in line for name in OURS)
            ]
            for server in (self.primary, self.replica)
        ]

    def send(self, person, path, action, **typed):
        """Send the form of a page; return the answer to the redirect."""
        form = get_hidden(person.get(path), action)
        answer = person.session.post(self.server.url + action, {**form, **typed})
        assert answer.status_code == 200
        return answer

    def report(self, person, subject):
        """Send a report; return the address of the page that the person sees then."""
        action = "/helpdesk/report"
        values = {**self.facts["report"], "subject": subject}
        answer = self.send(person, "/new/ticket", action, **values)
        assert subject in answer.text
        return answer.url.removeprefix(self.server.url)

    @contextmanager
    def late_replica(self):
        """Let the replica keep what it has now, until the end of the block."""
        self.replication.wait_for_replica()
        self.replica.execute("SELECT pg_wal_replay_pause()")
        try:
            yield
        finally:
            self.replica.execute("SELECT pg_wal_replay_resume()")


@pytest.fixture(scope="module")
def desk(make_database, run_shell, start_server):
    database = make_database(demo=False)
    facts = read_facts(run_shell(database, PREPARE))
    with run_replication() as replication:
        replication.take(database)
        server = start_server(database, *replication.get_options())
        yield Desk(server, replication, facts)
        server.stop()


@pytest.fixture(scope="module")
def manager(desk):
    return Client(desk.server.url, "manager", "manager-demo")


@pytest.fixture(scope="module")
def malee(desk):
    return Client(desk.server.url, "malee", "malee-demo")


@pytest.fixture(autouse=True)
def expect_no_retry(desk):
    """Nothing that should only read writes: Odoo would do it again on the primary."""
    yield
    assert RETRIED not in desk.server.log.read_text()


@pytest.mark.parametrize("name", boards.BOARDS)
def test_boards_are_read_from_the_replica(desk, manager, name):
    def get_fields(model):
        return manager.call(model, "fields_get", attributes=["type", "aggregator"])

    calls = boards.get_calls(boards.read_board(name), get_fields, 2)
    assert calls

    def load():
        manager.call("spreadsheet.dashboard.share", "is_allowed")
        for model, method, arguments in calls:
            manager.call(model, method, **arguments)

    asked_primary, asked_replica = desk.ask(load)
    assert not asked_primary, asked_primary[0]
    assert len(asked_replica) >= len(calls)


def test_the_queue_is_read_from_the_replica(desk, manager):
    _action, views = manager.load_action("helpdesk_mgmt.helpdesk_ticket_action")
    specification = {"number": {}, "name": {}, "stage_id": {"fields": {}}}
    assert views

    def load():
        found = manager.call(
            "helpdesk.ticket", "web_search_read", [], specification, limit=80
        )
        assert found["records"]
        manager.call(
            "helpdesk.ticket", "web_read", [desk.facts["ticket"]], specification
        )

    asked_primary, asked_replica = desk.ask(load)
    assert not asked_primary, asked_primary[0]
    assert asked_replica


@pytest.mark.parametrize("path", PAGES)
def test_lists_are_read_from_the_replica(desk, malee, path):
    # the first time, Odoo stores what it has computed for all later visitors
    malee.get(path)
    asked_primary, asked_replica = desk.ask(lambda: malee.get(path))
    assert not asked_primary, asked_primary[0]
    assert asked_replica


def test_a_page_that_follows_a_change_is_read_from_the_primary(desk, malee):
    path = f"/my/ticket/{desk.facts['ticket']}"
    malee.get(path)
    asked_primary, _asked_replica = desk.ask(lambda: malee.get(path))
    assert asked_primary


def test_changes_go_to_the_primary(desk, malee):
    asked_primary, asked_replica = desk.ask(lambda: desk.report(malee, "Written"))
    assert any("INSERT INTO" in line for line in asked_primary)
    assert not any("INSERT INTO" in line for line in asked_replica)


def test_the_health_is_that_of_the_primary(desk, malee):
    answers = []
    asked_primary, asked_replica = desk.ask(
        lambda: answers.append(malee.session.get(f"{desk.server.url}/helpdesk/health"))
    )
    assert answers[0].json() == {"ok": True}
    assert any("helpdesk_notification" in line for line in asked_primary)
    assert not asked_replica, asked_replica[0]


def test_a_replica_that_is_late(desk, malee):
    """The own report is shown at once; the list shows it when the replica has it."""
    subject = "Not there yet"
    with desk.late_replica():
        path = desk.report(malee, subject)
        assert subject in malee.get(path)
        assert subject not in malee.get("/my/tickets")
    wait_until(
        lambda: subject in malee.get("/my/tickets"), "the replica does not follow"
    )


def test_the_page_after_a_change_shows_it(desk, malee):
    article, scan = desk.facts["article"], desk.facts["scan"]
    with desk.late_replica():
        answer = desk.send(malee, article, f"{article}/vote", helpful="yes")
        assert "We are glad that it helped" in answer.text
        assert "We are glad that it helped" not in malee.get(article)
        answer = desk.send(malee, scan, f"{scan}/affected")
        assert "2 people are affected" in answer.text
        assert "1 person is affected" in malee.get(scan)


def test_a_guest_sees_that_the_report_is_confirmed(desk):
    with desk.late_replica():
        form = open_form(desk.server.url + desk.facts["guest"])
        answer = form.browser.open(form.url, urlencode(form.values).encode())
        assert "The IT team has your report" in answer.read().decode()


def test_commits_that_wait_for_the_replica(desk, malee):
    """With remote_apply, each change is on the list at once."""
    desk.replication.set_waiting(True)
    try:
        for number in range(5):
            desk.report(malee, f"Waited for {number}")
            assert f"Waited for {number}" in malee.get("/my/tickets")
    finally:
        desk.replication.set_waiting(False)


def test_without_the_replica(desk, malee):
    """The last test: Odoo asks the primary for twenty minutes."""
    desk.replica.kill()
    # Odoo notices it with the connection that it still has
    answer = malee.session.get(f"{desk.server.url}/my/tickets")
    assert answer.status_code in (200, 500)
    asked = []
    asked_primary, _asked_replica = desk.ask(
        lambda: asked.append(malee.get("/my/tickets"))
    )
    assert "No sound" in asked[0]
    assert asked_primary
    assert "Failed to open a readonly cursor" in desk.server.log.read_text()
    path = desk.report(malee, "The replica is gone")
    assert "The replica is gone" in malee.get(path)
