"""A process that is killed while it fetches mails loses no mail and repeats none."""

import random
import signal
import subprocess
import time

import suite
from common import wait_until
from dovecot import PASSWORD, USER, run_mailbox

MAILS = 200
DESK = "helpdesk@school.example.com"

PREPARE = """
domain = env["mail.alias.domain"].create({"name": "school.example.com"})
env.company.alias_domain_id = domain
env.company.helpdesk_mail_limit = 0
env["ir.config_parameter"].set_param("mail.gateway.loop.threshold", 10000)
team = env.ref("school_asset_helpdesk_bridge.team_it_support")
team.write({"alias_name": "helpdesk", "company_id": env.company.id})
team.alias_id.alias_domain_id = domain
env["fetchmail.server"].create({
    "name": "Desk", "server_type": "imap", "server": "127.0.0.1", "port": %(port)d,
    "user": "%(user)s", "password": "%(password)s", "state": "done",
})
print("ADDRESS", team.alias_full_name)
env.cr.commit()
"""

#: ``at(owner, name, number, when)``: the process kills itself before or after this call
#: of a method.
FETCH = """
import imaplib, os, signal
from odoo.addons.mail.models import fetchmail

Ticket = type(env["helpdesk.ticket"])


def at(owner, name, number, when):
    method = getattr(owner, name)
    calls = []

    def wrapper(*args, **kwargs):
        calls.append(1)
        if when == "before" and len(calls) == number:
            os.kill(os.getpid(), signal.SIGKILL)
        result = method(*args, **kwargs)
        if when == "after" and len(calls) == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, wrapper)


{kill}
server = env["fetchmail.server"].search([("name", "=", "Desk")])
print("FETCHING", flush=True)
server._fetch_mail(batch_limit=1000)
env.cr.commit()
print("FETCHED", flush=True)
"""

#: Where the process kills itself: after fetching a mail, while its ticket is created,
#: before the mail is marked as read (its outcome is stored), and after that.
KILLS = (
    "at(imaplib.IMAP4, 'fetch', 12, 'after')",
    "at(Ticket, 'message_new', 9, 'before')",
    "at(Ticket, 'message_subscribe', 9, 'before')",
    "at(Ticket, 'message_new', 11, 'after')",
    "at(fetchmail.OdooIMAP4, 'handled_message', 10, 'before')",
    "at(fetchmail.OdooIMAP4, 'handled_message', 14, 'after')",
)

#: The subjects of all records that a mail can create.
OUTCOMES = """
    SELECT name FROM helpdesk_ticket WHERE name LIKE 'Kill %'
     UNION ALL
    SELECT subject FROM helpdesk_mail_parked WHERE subject LIKE 'Kill %'
"""


def make_mail(number):
    """Return a mail: most are ordinary, some are automatic, broken or without an id."""
    headers = [
        f"From: sender{number}@home.example.com",
        f"To: {DESK}",
        f"Subject: Kill {number:03}",
        "Date: Mon, 02 Mar 2026 09:00:00 +0700",
    ]
    if number % 5:
        headers.append(f"Message-ID: <kill.{number}@home.example.com>")
    if number % 7 == 0:
        headers.append("Auto-Submitted: auto-generated")
    if number % 11 == 0:
        headers[1] = "To: nobody@school.example.com"
    if number % 13 == 0:
        headers.append("Content-Type: text/plain; charset=x-windows-874")
    return "\r\n".join([*headers, "", f"Text {number}"]).encode()


#: The connections of other processes.
CONNECTIONS = """
    SELECT 1 FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def start_fetching(database, kill=""):
    # PostgreSQL notices after a moment that a process was killed. Until then it keeps
    # the lock of the mail server, and the next process would fetch nothing.
    wait_until(
        lambda: not suite.execute(database, CONNECTIONS),
        "PostgreSQL keeps the connections of a killed process",
    )
    process = subprocess.Popen(
        suite.odoo_command("shell", f"--database={database}", "--no-http"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd="/",
    )
    process.stdin.write(FETCH.replace("{kill}", kill))
    process.stdin.close()
    for line in process.stdout:
        if "FETCHING" in line:
            return process
    raise AssertionError("the process ended before it fetched mails")


def check(database, mailbox):
    """Check that each mail that is marked as read has an outcome, and none has two."""
    done = suite.execute(database, OUTCOMES)
    assert len(set(done)) == len(done)
    assert mailbox.count("SEEN") <= len(done)


def test_killed_while_fetching(make_database, run_shell, tmp_path):
    database = make_database(demo=False)
    chance = random.Random(9)
    with run_mailbox(tmp_path) as mailbox:
        values = {"port": mailbox.port, "user": USER, "password": PASSWORD}
        assert DESK in run_shell(database, PREPARE % values)
        mailbox.put(*map(make_mail, range(MAILS)))
        for kill in KILLS:
            process = start_fetching(database, kill)
            process.stdout.read()
            assert process.wait(300) == -signal.SIGKILL, f"not killed {kill}"
            check(database, mailbox)
        for _attempt in range(2):
            process = start_fetching(database)
            # The random moment is what this tests: the kill must hit the process
            # anywhere in its work, so there is no condition to wait for.
            time.sleep(chance.uniform(0.3, 2.5))
            process.kill()
            process.wait()
            process.stdout.close()
            check(database, mailbox)
        process = start_fetching(database)
        assert "FETCHED" in process.stdout.read()
        process.wait()
        process.stdout.close()
        assert mailbox.count("UNSEEN") == 0
    outcomes = sorted(name for (name,) in suite.execute(database, OUTCOMES))
    assert outcomes == [f"Kill {number:03}" for number in range(MAILS)]
