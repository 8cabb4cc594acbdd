"""A mail server hands over mails by a script: each is accepted, refused or kept.

The scripts, Odoo's and our own, Odoo and its XML-RPC interface are the real ones. The
exit codes are those that a mail server knows: it keeps a mail with TRY_AGAIN and
returns one with another code to its sender, so that nothing is lost.
"""

import os
import signal
import subprocess
import sys
import threading
from types import SimpleNamespace

import psycopg2
import pytest
import suite
from common import read_facts, wait_until
from ports import free_port

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
def desk(make_database, run_shell, start_server, tmp_path_factory):
    database = make_database(demo=False)
    facts = read_facts(run_shell(database, PREPARE % PASSWORD))
    server = start_server(database, QUIET)
    password_file = tmp_path_factory.mktemp("gate") / "password"
    password_file.write_text(f"{PASSWORD}\n")
    return SimpleNamespace(
        database=database, server=server, password_file=password_file, **facts
    )


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


def hand_over_bytes(desk, mail, *options):
    """Run our script as a mail server does; return its exit code.

    :param options: in addition; the last one of two with the same name counts
    """
    script = suite.ROOT / "school_helpdesk_base/scripts/helpdesk_mailgate.py"
    done = subprocess.run(
        [
            *(sys.executable, script, "--url", desk.server.url, "-d", desk.database),
            *("-u", str(desk.gate), "--password-file", desk.password_file, *options),
        ],
        input=mail,
        capture_output=True,
        timeout=120,
        # mail servers set no language
        env={"PATH": os.environ["PATH"]},
    )
    assert b"Traceback" not in done.stderr
    assert PASSWORD.encode() not in done.stderr
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


def test_bytes_that_the_script_of_odoo_cannot_read(desk):
    """The sender is told; our script takes such bytes, see below."""
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
    assert hand_over(desk, make_mail("Gate off"), port=free_port()) == TRY_AGAIN
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


# --- our own script -------------------------------------------------------------------

DESCRIPTIONS = """
    SELECT description FROM helpdesk_ticket WHERE name = %s
"""
THAI = "เครื่องพิมพ์ห้อง 204 ไม่ทำงาน กรุณาช่วยด้วยครับ"


@pytest.mark.parametrize(
    "name, body, kind, words",
    [
        ("utf-8", THAI.encode(), "text/plain; charset=utf-8", THAI),
        ("windows-874", THAI.encode("cp874"), "text/plain; charset=windows-874", THAI),
        ("tis-620", THAI.encode("cp874"), "text/plain; charset=tis-620", THAI),
        ("undeclared", THAI.encode("cp874"), None, THAI),
        ("latin", "défaut".encode("latin-1"), "text/plain; charset=latin-1", "défaut"),
        ("every byte", bytes(range(256)) + b" printer", None, "printer"),
        ("line ends", b"printer\r\nis\rbroken\n", None, "printer"),
    ],
)
def test_all_bytes_are_handed_over(desk, name, body, kind, words):
    subject = f"Bytes {name}"
    mail = make_mail(subject, body, Content_Type=kind, Content_Transfer_Encoding="8bit")
    for _attempt in range(2):
        assert hand_over_bytes(desk, mail) == ACCEPTED
        assert outcomes(desk, subject) == [("ticket", "malee@home.example.com")]
    [(description,)] = suite.execute(desk.database, DESCRIPTIONS, subject)
    assert words in description


def test_bytes_in_the_headers(desk):
    mail = make_mail("Bytes header", "x").replace(b"Malee", "มาลี".encode("cp874"))
    assert hand_over_bytes(desk, mail) == ACCEPTED
    assert len(outcomes(desk, "Bytes header")) == 1


def test_only_an_unknown_address_is_told_to_the_sender(desk, tmp_path):
    wrong = tmp_path / "wrong"
    wrong.write_text("wrong")
    nobody = make_mail("Bytes nobody", To="nobody@school.example.com")
    assert hand_over_bytes(desk, nobody) == NO_SUCH_ADDRESS
    mail = make_mail("Bytes kept")
    for options in (
        ("--password-file", wrong),
        ("--password-file", tmp_path / "nothing"),
        ("-u", str(desk.other)),
        ("-u", "gate"),
        ("-d", "no_such_database"),
        ("--url", f"http://127.0.0.1:{free_port()}"),
        ("--url", "127.0.0.1"),
        ("--unknown",),
    ):
        assert hand_over_bytes(desk, mail, *options) == TRY_AGAIN, options
        assert outcomes(desk, "Bytes kept") == []
    assert hand_over_bytes(desk, mail) == ACCEPTED
    assert len(outcomes(desk, "Bytes kept")) == 1
