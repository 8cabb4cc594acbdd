"""A mail server hands over mails by Odoo's script: each is accepted, refused or kept.

The script, Odoo and its XML-RPC interface are the real ones. The exit codes are those
that a mail server knows: it keeps a mail with TRY_AGAIN and returns one with another
code to its sender, so that nothing is lost.
"""

import signal
import subprocess
import sys
import threading
from types import SimpleNamespace

import psycopg2
import pytest
import suite
from common import read_facts, wait_until

ACCEPTED, NO_SUCH_ADDRESS, REFUSED, TRY_AGAIN = 0, 67, 70, 75
#: Refused mails are errors in Odoo's log, and this file causes them on purpose.
QUIET = "--log-handler=odoo.http:CRITICAL"
DESK = "helpdesk@school.example.com"
PASSWORD = "gate secret"

PREPARE = """
import json

domain = env["mail.alias.domain"].create({"name": "school.example.com"})
env.company.alias_domain_id = domain
team = env.ref("school_asset_helpdesk_bridge.team_it_support")
team.write({"alias_name": "helpdesk", "company_id": env.company.id})
team.alias_id.alias_domain_id = domain
person = env["res.partner"].create(
    {"name": "Malee", "email": "malee@home.example.com"}
)
ticket = env["helpdesk.ticket"].create(
    {"name": "Projector", "team_id": team.id, "partner_id": person.id}
)
sent = ticket.message_post(body="Plugged in?", subtype_xmlid="mail.mt_comment")
group = env.ref("school_helpdesk_base.group_mail_gateway")
gate, other = env["res.users"].with_context(no_reset_password=True).create([
    {"name": name, "login": name, "password": "%s",
     "group_ids": [(6, 0, [env.ref("base.group_user").id, *groups])]}
    for name, groups in (("gate", group.ids), ("other", ()))
])
facts = {"gate": gate.id, "other": other.id, "reference": sent.message_id}
print("FACTS" + json.dumps(facts))
env.cr.commit()
"""
#: What a mail has become, by its subject.
OUTCOMES = """
    SELECT 'ticket', partner.email
      FROM helpdesk_ticket AS ticket
      LEFT JOIN res_partner AS partner ON partner.id = ticket.partner_id
     WHERE ticket.name = %(subject)s
     UNION ALL
    SELECT 'reply', message.email_from
      FROM mail_message AS message
      JOIN helpdesk_ticket AS ticket ON ticket.id = message.res_id
     WHERE message.model = 'helpdesk.ticket'
       AND message.subject = %(subject)s
       AND ticket.name != %(subject)s
     UNION ALL
    SELECT parked.state, parked.reason
      FROM helpdesk_mail_parked AS parked
     WHERE parked.subject = %(subject)s
"""


@pytest.fixture(scope="module")
def desk(make_database, run_shell, start_server):
    database = make_database(demo=False)
    facts = read_facts(run_shell(database, PREPARE % PASSWORD))
    server = start_server(database, QUIET)
    return SimpleNamespace(database=database, server=server, **facts)


def make_mail(subject, body="Text", **headers):
    values = {
        "From": "Malee <malee@home.example.com>",
        "To": DESK,
        "Subject": subject,
        "Date": "Mon, 02 Mar 2026 09:00:00 +0700",
        "Message-ID": f"<{subject.replace(' ', '.')}@home.example.com>",
        "MIME-Version": "1.0",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    head = "".join(f"{name}: {value}\n" for name, value in values.items() if value)
    return f"{head}\n".encode() + (body if isinstance(body, bytes) else body.encode())


def hand_over(desk, mail, port=None, user="gate", password=PASSWORD):
    """Run the script as a mail server does; return its exit code."""
    script = suite.addon_path("mail") / "static/scripts/odoo-mailgate.py"
    port = port or desk.server.url.rpartition(":")[2]
    done = subprocess.run(
        [
            *(sys.executable, script, "--host=127.0.0.1", f"--port={port}"),
            *("-d", desk.database, "-u", str(getattr(desk, user)), "-p", password),
            "--retry-status",
        ],
        input=mail,
        capture_output=True,
        timeout=120,
    )
    assert b"Traceback" not in done.stderr
    assert password.encode() not in done.stderr
    return done.returncode


def outcomes(desk, subject):
    names = {"subject": subject}
    connection = psycopg2.connect(dbname=desk.database)
    try:
        with connection.cursor() as cursor:
            cursor.execute(OUTCOMES, names)
            return cursor.fetchall()
    finally:
        connection.close()


@pytest.mark.parametrize(
    "subject, headers, outcome",
    [
        ("Gate known", {}, ("ticket", "malee@home.example.com")),
        (
            "Gate stranger",
            {"From": "a@new.example.com"},
            ("ticket", "a@new.example.com"),
        ),
        ("Gate robot", {"Auto-Submitted": "auto-generated"}, ("kept", "automatic")),
        ("Gate own", {"From": DESK}, ("kept", "own")),
        (
            "Gate charset",
            {"Content-Type": "text/plain; charset=x-windows-874"},
            ("ticket", "malee@home.example.com"),
        ),
        (
            "Gate tree",
            {"Content-Type": "multipart/mixed; boundary=nowhere"},
            ("ticket", "malee@home.example.com"),
        ),
    ],
)
def test_accepted(desk, subject, headers, outcome):
    """Each becomes one thing, also if the mail server hands it over again."""
    mail = make_mail(subject, "ข้อความ", **headers)
    for _attempt in range(2):
        assert hand_over(desk, mail) == ACCEPTED
        assert outcomes(desk, subject) == [outcome]


def test_reply(desk):
    mail = make_mail("Re: Gate reply", In_Reply_To=desk.reference)
    assert hand_over(desk, mail) == ACCEPTED
    [(kind, _sender)] = outcomes(desk, "Re: Gate reply")
    assert kind == "reply"


@pytest.mark.parametrize(
    "subject, mail",
    [
        ("Gate nobody", make_mail("Gate nobody", To="nobody@school.example.com")),
        ("Gate no address", make_mail("Gate no address", To=None)),
        ("", b"Just text, and no header at all"),
    ],
)
def test_unknown_addresses_are_told_to_the_sender(desk, subject, mail):
    assert hand_over(desk, mail) == NO_SUCH_ADDRESS
    assert outcomes(desk, subject) == []


def test_bytes_that_the_script_cannot_read(desk):
    """The sender is told; the tests of awkward mails accept such bytes."""
    mail = make_mail("Gate bytes", "ห้อง".encode("cp874"))
    assert hand_over(desk, mail) == REFUSED
    assert outcomes(desk, "Gate bytes") == []


def test_without_access(desk):
    """Nothing is stored, and the right password works afterwards.

    The script has a code of its own for a wrong password, 77, which it never returns:
    it waits for "Access denied", and Odoo 19 answers "Access Denied".
    """
    mail = make_mail("Gate access")
    assert hand_over(desk, mail, password="wrong") == REFUSED
    assert hand_over(desk, mail, user="other") == REFUSED
    assert outcomes(desk, "Gate access") == []
    assert hand_over(desk, mail) == ACCEPTED
    assert len(outcomes(desk, "Gate access")) == 1


def test_odoo_does_not_run(desk):
    assert hand_over(desk, make_mail("Gate off"), port=suite.free_port()) == TRY_AGAIN
    assert hand_over(desk, make_mail("Gate off")) == ACCEPTED
    assert len(outcomes(desk, "Gate off")) == 1


WAITING = """
    SELECT 1 FROM pg_stat_activity
     WHERE datname = %s AND wait_event_type = 'Lock'
"""


def test_odoo_is_killed_half_way(desk, start_server):
    """The mail server tries again, and the mail becomes one ticket."""
    mail = make_mail("Gate killed")
    server = start_server(desk.database, QUIET)
    results = []
    lock = psycopg2.connect(dbname=desk.database)
    try:
        with lock.cursor() as cursor:
            cursor.execute("LOCK TABLE helpdesk_ticket IN SHARE MODE")
        port = server.url.rpartition(":")[2]
        thread = threading.Thread(
            target=lambda: results.append(hand_over(desk, mail, port))
        )
        thread.start()
        wait_until(
            lambda: suite.execute("postgres", WAITING, desk.database),
            "the mail does not reach the locked table",
        )
        server.process.send_signal(signal.SIGKILL)
        thread.join(60)
    finally:
        lock.close()
    assert results == [TRY_AGAIN]
    assert outcomes(desk, "Gate killed") == []
    assert hand_over(desk, mail) == ACCEPTED
    assert len(outcomes(desk, "Gate killed")) == 1
