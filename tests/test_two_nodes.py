"""Two machines serve one help desk behind nginx, and one of them is switched off.

docs/scaling.md describes the set-up. Everything is real: two Odoo servers with workers,
websockets and scheduled actions, nginx with the file that the document offers, a mail
server, a push service.
"""

import importlib.util
import io
import re
import threading
from collections import Counter
from contextlib import ExitStack, closing, contextmanager

import psycopg2
import pytest
import requests
import suite
from common import read_facts, wait_until
from guest_forms import open_form, send_together
from mail_desk import BUSY
from nginx import run_nginx
from nodes import Listener, Node, Person
from PIL import Image
from smtp_server import run_smtp_server

AGENTS = 4
TICKETS = 16
GUEST_LIMIT = 3
PORTAL_LIMIT = 3
MANAGER = "helpdesk_mgmt.group_helpdesk_manager"

PREPARE = """
import json

env["ir.config_parameter"].set_param("web.base.url.freeze", "True")
# only what a test starts runs
env["ir.cron"].search([]).nextcall = "2099-01-01"
env["digest.digest"].search([]).action_deactivate()
env["helpdesk.assignment.rule"].search([]).active = False
env["helpdesk.escalation.rule"].search([]).active = False
domain = env["mail.alias.domain"].create(
    {"name": "school.example", "default_from": "noreply"})
env.company.partner_id.email = "office@school.example"
env.company.write({
    "alias_domain_id": domain.id,
    "helpdesk_mgmt_portal_team_id_required": False,
    "helpdesk_portal_limit": 0,
    "helpdesk_guest_reports": True,
    "helpdesk_guest_domains": "school.example",
    "helpdesk_guest_device_limit": %(guest_limit)d,
})
env["ir.mail_server"].search([]).active = False
env["ir.mail_server"].create({
    "name": "Sink", "smtp_host": "127.0.0.1", "smtp_port": %(smtp)d,
    "smtp_encryption": "none", "smtp_authentication": "login",
})
Users = env["res.users"].with_context(no_reset_password=True)


def add(login, *groups, **values):
    return Users.create({
        "name": login.capitalize(), "login": login, "password": f"{login}-demo",
        "email": f"{login}@school.example",
        "group_ids": [(6, 0, [env.ref(group).id for group in groups])], **values,
    })


add("manager", "helpdesk_mgmt.group_helpdesk_manager", "base.group_user")
technician = add(
    "technician", "helpdesk_mgmt.group_helpdesk_user", "base.group_user",
    notification_type="inbox",
)
malee = add("malee", "base.group_portal")
add("somchai", "base.group_portal")
agents = [
    add(f"agent{number}", "helpdesk_mgmt.group_helpdesk_user", "base.group_user")
    for number in range(%(agents)d)
]
team = env["helpdesk.ticket.team"].create({
    "name": "Two nodes", "user_ids": [(6, 0, [agent.id for agent in agents])],
})
rule = env["helpdesk.assignment.rule"].create({
    "name": "In turn", "team_id": team.id, "team_ids": [(6, 0, team.ids)],
    "method": "round_robin",
})
people = env["res.partner"].create([
    {"name": f"Person {number}", "email": f"person{number}@school.example"}
    for number in range(%(tickets)d)
])
asset = env["asset.asset"].create({
    "asset_code": "TWO-1", "name": "Projector",
    "category_id": env["asset.category"].create({"name": "Projectors"}).id,
})
kind = env["helpdesk.ticket.type"].search([("show_in_portal", "=", True)], limit=1)
category = env["helpdesk.ticket.category"].search(
    [("parent_id", "!=", False), ("type_id", "=", kind.id)], limit=1)
stages = {
    status: env["helpdesk.ticket.stage"].search(
        [("status_category", "=", status), ("team_ids", "=", False)], limit=1).id
    for status in ("resolved", "closed")
}
ticket = env["helpdesk.ticket"].create(
    {"name": "Talk", "description": "Dark", "team_id": team.id})
print("FACTS" + json.dumps({
    "ticket": ticket.id, "team": team.id, "rule": rule.id,
    "agents": [agent.id for agent in agents],
    "manager_group": env.ref("helpdesk_mgmt.group_helpdesk_manager").id,
    "technician": technician.partner_id.id,
    "people": people.ids, "malee": malee.partner_id.id, "stages": stages,
    "guest_path": f"/helpdesk/scan/{asset.qr_token}/guest",
    "report": {"type": kind.id, "category": category.id},
}))
env.cr.commit()
"""


class Desk:
    """The help desk of two nodes.

    :ivar a: a node
    :ivar b: the other one
    :ivar proxy: nginx in front of them
    :ivar smtp: the mail server
    """

    def __init__(self, database, a, b, proxy, smtp, facts):
        self.database = database
        self.a, self.b = self.nodes = (a, b)
        self.proxy = proxy
        self.smtp = smtp
        self.facts = facts
        #: The addresses of the nodes, in turn.
        self.urls = [a.url, b.url]

    def sql(self, statement, *params):
        return suite.execute(self.database, statement, *params)

    def rpc(self, login):
        """A function for each node that calls methods with the user's access."""
        password = login if login == "admin" else f"{login}-demo"
        return [node.rpc(login, password) for node in self.nodes]

    def wake(self):
        """Let the scheduled actions of both nodes start at the same moment."""
        suite.execute("postgres", "SELECT pg_notify('cron_trigger', %s)", self.database)

    def settle(self):
        """Wait until nothing is left to deliver."""

        def is_idle():
            self.wake()
            return not self.sql(BUSY)

        wait_until(is_idle, "there is still something to deliver", seconds=90)

    def prepare_report(self, person, url, subject):
        form = person.open_form(url)
        return {**form, **self.facts["report"], "subject": subject}

    def make_tickets(self, name, call=None, **values):
        """Create a ticket of the team for each person; return their ids."""
        call = call or self.rpc("admin")[0]
        return call(
            "helpdesk.ticket",
            "create",
            [
                {
                    "name": name,
                    "description": "Dark",
                    "team_id": self.facts["team"],
                    "partner_id": partner,
                    **values,
                }
                for partner in self.facts["people"]
            ],
        )


@pytest.fixture(scope="module")
def desk(make_database, run_shell, tmp_path_factory):
    folder = tmp_path_factory.mktemp("nodes")
    database = make_database(demo=False)
    # bin/test drops databases with this prefix, also after an interrupted run
    sessions = f"{database}-sessions"
    with ExitStack() as stack:
        smtp = stack.enter_context(run_smtp_server(tmp_path_factory.mktemp("smtp")))
        values = {
            "smtp": smtp.port,
            "agents": AGENTS,
            "tickets": TICKETS,
            "guest_limit": GUEST_LIMIT,
        }
        facts = read_facts(run_shell(database, PREPARE % values))
        suite.execute("postgres", f'CREATE DATABASE "{sessions}" TEMPLATE template0')
        stack.callback(suite.drop_database, sessions)
        a, b = (Node(name, folder, database, sessions) for name in ("node-a", "node-b"))
        for node in (a, b):
            stack.callback(node.stop)
            node.start()
        for node in (a, b):
            node.wait()
        proxy = stack.enter_context(
            run_nginx(
                {
                    f"{node.name}:{port}": f"127.0.0.1:{real}"
                    for node in (a, b)
                    for port, real in (
                        (8069, node.port),
                        (8072, node.websocket_port),
                    )
                }
            )
        )
        yield Desk(database, a, b, proxy, smtp, facts)


@pytest.fixture(scope="module")
def malee(desk):
    """A requester, signed in at the first node."""
    return Person(desk.a.url, "malee")


def make_photo():
    photo = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(photo, "JPEG")
    return photo.getvalue()


def run_together(*functions):
    """Run functions at the same moment, each in a thread; raise their first error."""
    begin = threading.Barrier(len(functions))
    errors = []

    def run(function):
        try:
            begin.wait(60)
            function()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=[one]) for one in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(180)
    if errors:
        raise errors[0]


def test_a_session_is_valid_on_both_nodes(desk):
    person = Person(desk.a.url, "somchai")
    for url in desk.urls * 2:
        answer = person.get(f"{url}/my/tickets")
        assert (answer.status_code, answer.url) == (200, f"{url}/my/tickets")
    # signed out on one node, the person is signed out on the other
    person.get(f"{desk.b.url}/web/session/logout")
    assert "/web/login" in person.get(f"{desk.a.url}/my/tickets").url
    # no session is left on a machine
    for node in desk.nodes:
        files = [path for path in node.data.glob("sessions/**/*") if path.is_file()]
        assert not files, node.name


def test_a_report_with_its_photo_is_on_both_nodes(desk, malee):
    form = desk.prepare_report(malee, desk.a.url, "A photo for both")
    sent = malee.post(
        f"{desk.a.url}/helpdesk/report",
        form,
        files={"photo": ("screen.jpg", make_photo(), "image/jpeg")},
    )
    path = sent.url.removeprefix(desk.a.url)
    assert re.fullmatch(r"/my/ticket/\d+", path), sent.url
    photos = []
    for url in desk.urls:
        page = malee.get(url + path).text
        assert "A photo for both" in page
        assert "A photo for both" in malee.get(f"{url}/my/tickets").text
        link = re.search(r'href="(/web/content/[^"]+)"', page)[1]
        photos.append(malee.get(url + link.replace("&amp;", "&")).content)
    assert photos[0] == photos[1]
    with Image.open(io.BytesIO(photos[1])) as photo:
        assert photo.size == (64, 48)


def test_a_change_on_one_node_is_known_on_the_other(desk):
    """Groups and rules are kept in the memory of each process."""
    change = desk.rpc("admin")[0]
    _first, ask = desk.rpc("technician")
    user = change("res.users", "search", [("login", "=", "technician")])
    # more calls than the node has workers
    assert not any(ask("res.users", "has_group", user, MANAGER) for _try in range(6))
    group = desk.facts["manager_group"]
    change("res.users", "write", user, {"group_ids": [(4, group)]})
    assert all(ask("res.users", "has_group", user, MANAGER) for _try in range(6))
    change("res.users", "write", user, {"group_ids": [(3, group)]})
    assert not any(ask("res.users", "has_group", user, MANAGER) for _try in range(6))

    create = desk.rpc("admin")[1]

    def get_agents():
        tickets = [
            create(
                "helpdesk.ticket",
                "create",
                {"name": "Kept", "description": "x", "team_id": desk.facts["team"]}
                | {"user_id": False},
            )
            for _ticket in range(6)
        ]
        read = create("helpdesk.ticket", "read", tickets, ["user_id"])
        return [ticket["user_id"] for ticket in read]

    assert all(get_agents())
    change("helpdesk.assignment.rule", "write", desk.facts["rule"], {"active": False})
    assert not any(get_agents())
    change("helpdesk.assignment.rule", "write", desk.facts["rule"], {"active": True})
    assert all(get_agents())


def notify(desk, call, text):
    """Let the technician be notified in Odoo."""
    call(
        "helpdesk.ticket",
        "message_post",
        desk.facts["ticket"],
        body=text,
        message_type="comment",
        subtype_xmlid="mail.mt_note",
        partner_ids=[desk.facts["technician"]],
    )


@contextmanager
def listening(*listeners):
    try:
        yield listeners
    finally:
        for listener in listeners:
            listener.close()


@pytest.mark.parametrize(
    "path",
    [
        "/web/database",
        "/web/database/manager",
        "/web/database/backup",
        # Odoo removes a language in front of an address
        "/en/web/database/backup",
        "/en//web/./database%2Fbackup",
    ],
)
def test_nobody_manages_databases_through_the_proxy(desk, path):
    seen = len(desk.proxy.get_answers())
    form = {"master_pwd": "wrong", "name": desk.database}
    answer = requests.post(desk.proxy.url + path, form, timeout=60)
    assert answer.status_code == 404
    # no node was asked
    wait_until(lambda: desk.proxy.get_answers()[seen:], "nginx writes no log")
    [line] = desk.proxy.get_answers()[seen:]
    assert line.startswith("404 - POST"), line


def test_a_notification_of_one_node_arrives_at_the_other(desk):
    person = Person(desk.a.url, "technician")
    calls = desk.rpc("manager")
    listeners = [Listener(node.websocket_url, person, node.url) for node in desk.nodes]
    # through nginx, which chooses the nodes in turn
    listeners += [
        Listener(desk.proxy.websocket_url, person, desk.proxy.url) for _node in "ab"
    ]
    with listening(*listeners):
        # the first one may be read when the person subscribes, the others arrive live
        for number, call in enumerate(calls * 2):
            notify(desk, call, f"Bus {number}.")
            for listener in listeners:
                listener.expect(f"Bus {number}.")
        assert [listener.connections for listener in listeners] == [1] * 4


def test_both_nodes_count_for_the_limit_of_guests(desk):
    forms = [
        open_form(
            desk.urls[number % 2] + desk.facts["guest_path"],
            email=f"guest{number}@school.example",
        )
        for number in range(4 * GUEST_LIMIT)
    ]
    assert send_together(forms) == {200: GUEST_LIMIT, 429: 3 * GUEST_LIMIT}
    [[kept]] = desk.sql("SELECT count(*) FROM helpdesk_guest_report")
    assert kept == GUEST_LIMIT


def test_both_nodes_count_for_the_limit_of_a_person(desk):
    person = Person(desk.b.url, "somchai")
    [company] = desk.rpc("admin")[0]("res.company", "search", [], limit=1)
    set_limit = desk.rpc("admin")[0]
    set_limit("res.company", "write", company, {"helpdesk_portal_limit": PORTAL_LIMIT})
    try:
        statuses = []
        for number in range(PORTAL_LIMIT + 2):
            url = desk.urls[number % 2]
            form = desk.prepare_report(person, url, f"Limit {number}")
            answer = person.post(f"{url}/helpdesk/report", form)
            statuses.append(answer.status_code)
        assert statuses == [200] * PORTAL_LIMIT + [422, 422]
    finally:
        set_limit("res.company", "write", company, {"helpdesk_portal_limit": 0})


def test_agents_get_tickets_in_turn_from_both_nodes(desk):
    [[last]] = desk.sql("SELECT coalesce(max(id), 0) FROM helpdesk_assignment")
    values = {
        "name": "In turn",
        "description": "Dark",
        "team_id": desk.facts["team"],
        "user_id": False,
    }

    def create(call):
        for _ticket in range(TICKETS // 4):
            call("helpdesk.ticket", "create", [values])

    # two people on each node
    calls = desk.rpc("admin") + desk.rpc("admin")
    run_together(*(lambda call=call: create(call) for call in calls))
    rows = desk.sql(
        "SELECT user_id FROM helpdesk_assignment WHERE id > %s ORDER BY id", last
    )
    order = [agent for (agent,) in rows]
    agents = desk.facts["agents"]
    assert len(order) == TICKETS
    # nobody is left out, and nobody has two turns; the first turn may be anybody's
    first = agents.index(order[0])
    assert order == [agents[(first + n) % AGENTS] for n in range(TICKETS)], order


def load_push():
    """The push service and the keys of a browser, from the tests of the addon."""
    path = suite.ROOT / "school_helpdesk_push/tests/push_service.py"
    spec = importlib.util.spec_from_file_location("push_service", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_everybody_is_told_once(desk, malee):
    """Both nodes resolve tickets, and run the actions that send mails and pushes."""
    push = load_push()
    with push.PushService() as service:
        admin = desk.rpc("admin")
        admin[0](
            "ir.config_parameter",
            "set_param",
            "school_helpdesk_push.hosts",
            service.host,
        )
        key = malee.call(f"{desk.a.url}/helpdesk/push/key")
        phone = push.Browser(service, "phone", key)
        assert malee.call(
            f"{desk.b.url}/helpdesk/push/subscribe", subscription=phone.subscription
        )
        tickets = desk.make_tickets("Told once")
        tickets += [
            admin[0](
                "helpdesk.ticket",
                "create",
                {
                    "name": "Told once",
                    "description": "Dark",
                    "team_id": desk.facts["team"],
                    "partner_id": desk.facts["malee"],
                },
            )
        ]
        desk.settle()
        before = len(desk.smtp.sent())
        phone.read()

        def resolve(call, some):
            for ticket in some:
                stage = {"stage_id": desk.facts["stages"]["resolved"]}
                call("helpdesk.ticket", "write", ticket, stage)
                desk.wake()

        run_together(
            lambda: resolve(admin[0], tickets[::2]),
            lambda: resolve(admin[1], tickets[1::2]),
        )
        desk.settle()
        told = Counter(one.recipient for one in desk.smtp.sent()[before:])
        people = [f"person{number}@school.example" for number in range(TICKETS)]
        requesters = {*people, "malee@school.example"}
        assert {who: told[who] for who in requesters} == dict.fromkeys(requesters, 1)
        assert len(phone.read()) == 1


#: All scheduled actions of the help desk, so that each node has one to do.
RUN_ALL = """
    UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC' - interval '1 minute'
     WHERE cron_name LIKE 'Helpdesk:%'
"""
WAIT_FOR_RUN = """
    SELECT cron_name FROM ir_cron
     WHERE cron_name LIKE 'Helpdesk:%' AND active
       AND nextcall <= now() AT TIME ZONE 'UTC'
"""
CLOSED = """
    SELECT ticket.status_category, count(log.id)
      FROM helpdesk_ticket AS ticket
 LEFT JOIN helpdesk_ticket_status_log AS log
        ON log.ticket_id = ticket.id AND log.status_category = 'closed'
     WHERE ticket.name = %s
  GROUP BY ticket.id
"""
STARTED = "Job 'Helpdesk: "


def test_each_due_ticket_is_closed_once(desk):
    """The scheduled actions are due on both nodes at the same moment."""

    def close(name):
        tickets = desk.make_tickets(name)
        stage = {"stage_id": desk.facts["stages"]["resolved"]}
        desk.rpc("admin")[0]("helpdesk.ticket", "write", tickets, stage)
        desk.sql(
            "UPDATE helpdesk_ticket SET auto_close_date = '2026-01-01' WHERE id IN %s",
            tuple(tickets),
        )
        marks = [len(node.read_log()) for node in desk.nodes]
        desk.sql(RUN_ALL)
        desk.wake()
        wait_until(lambda: not desk.sql(WAIT_FOR_RUN), "never done", seconds=90)
        assert desk.sql(CLOSED, name) == [("closed", 1)] * TICKETS
        return [
            STARTED in node.read_log()[mark:]
            for node, mark in zip(desk.nodes, marks, strict=True)
        ]

    # how the nodes share the actions is chance, but one of them does not do everything
    assert any(all(close(f"Due {turn}")) for turn in range(10))
    desk.settle()


WAITING = """
    SELECT application_name FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock'
       AND query LIKE '%mail_followers%' AND application_name LIKE 'node-%'
"""


def count_reports(desk, subject):
    [[number]] = desk.sql(
        "SELECT count(*) FROM helpdesk_ticket WHERE name = %s", subject
    )
    return number


def test_a_node_is_switched_off_in_the_middle_of_a_request(desk):
    subject = "Sent while a node died"
    person = Person(desk.proxy.url, "malee")
    technician = Person(desk.proxy.url, "technician")
    form = desk.prepare_report(person, desk.proxy.url, subject)
    send_to = f"{desk.proxy.url}/helpdesk/report"
    answers = []
    listeners = [
        Listener(desk.proxy.websocket_url, technician, desk.proxy.url) for _node in "ab"
    ]
    # the ticket is created and not yet committed when its followers are to be added
    connection = psycopg2.connect(dbname=desk.database)
    with closing(connection) as blocker, listening(*listeners):
        blocker.cursor().execute("LOCK TABLE mail_followers IN EXCLUSIVE MODE")
        request = threading.Thread(
            target=lambda: answers.append(person.post(send_to, form))
        )
        request.start()
        [[name]] = wait_until(lambda: desk.sql(WAITING), "nothing waits", seconds=60)
        [dead] = [node for node in desk.nodes if node.name == name]
        [other] = [node for node in desk.nodes if node.name != name]
        dead.kill()
        request.join(60)
        # nginx does not know how far the request came, and does not repeat a form
        assert answers[0].status_code == 502
        # whatever node is next, the person is still signed in
        for _try in range(4):
            answer = person.get(f"{desk.proxy.url}/my/tickets")
            assert answer.status_code == 200
            assert answer.url == f"{desk.proxy.url}/my/tickets"
            assert subject not in answer.text
        blocker.rollback()

        # the person sends the form again, and once more
        shown = {person.post(send_to, form).url for _try in range(2)}
        assert len(shown) == 1 and "/my/ticket/" in shown.pop()
        assert count_reports(desk, subject) == 1
        assert subject in person.get(f"{desk.proxy.url}/my/tickets").text

        # the browsers of the dead node open another websocket
        notify(desk, other.rpc("manager", "manager-demo"), "Told by the other node.")
        for listener in listeners:
            listener.expect("Told by the other node.")
        assert sorted(listener.connections for listener in listeners) == [1, 2]

        # the node comes back
        seen = len(desk.proxy.get_answers())
        dead.start()
        dead.wait()
        served = f"200 127.0.0.1:{dead.port} GET /my/tickets"

        def does_serve():
            assert person.get(f"{desk.proxy.url}/my/tickets").status_code == 200
            return served in desk.proxy.get_answers()[seen:]

        wait_until(does_serve, "nginx leaves the node out", seconds=60)
    assert person.get(f"{dead.url}/my/tickets").url == f"{dead.url}/my/tickets"
    assert count_reports(desk, subject) == 1
