"""A help desk in use survives that its parts are killed: nothing is lost or double.

People send reports and agents work on them, all at the same time, while a worker, the
worker of the scheduled actions, the mail server and PostgreSQL fail, one after the
other. ``bin/bench --soak --kill`` does the same for longer, with a large school.
"""

import os
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest
import suite
from common import wait_until

# at the end: its modules have general names
sys.path.append(str(suite.ROOT / "tests/benchmark"))

import faults
import load
import proof
from client import Client
from load import KINDS, PASSWORD, Ledger, Load, Pace

RUN_FOLDER = Path(os.environ["SCHOOL_HELPDESK_RUN"])
PACE = Pace(forms=60, scans=60, mails=60, walk_ins=30, steps=120, boards=6)
#: Reports that are accepted before each fault and after the last one.
REPORTS = 8

#: People and devices with the names that the load expects.
PREPARE = f"""
Users = env["res.users"].with_context(no_reset_password=True)
base, portal = env.ref("base.group_user"), env.ref("base.group_portal")
team = env.ref("school_asset_helpdesk_bridge.team_it_support")


def create(login, groups):
    return Users.create({{
        "name": login.title(), "login": login, "password": "{PASSWORD}",
        "email": login + "@school.example", "group_ids": [(6, 0, groups.ids)],
    }})


for number in range(3, 9):
    create(f"bench{{number}}", portal)
agent_group = env.ref("helpdesk_mgmt.group_helpdesk_user")
for number in range(1, 5):
    team.user_ids |= create(f"benchagent{{number}}", base + agent_group)
manager = create("benchmanager", base + env.ref("helpdesk_mgmt.group_helpdesk_manager"))
manager.group_ids += env.ref("school_asset_management.group_asset_user")
env.ref("base.user_admin").password = "admin"
env["asset.asset"].create([
    {{"asset_code": f"BENCH-{{number}}", "name": "Projector",
     "category_id": env["asset.category"].create({{"name": f"Kind {{number}}"}}).id}}
    for number in range(3)
])
env["res.company"].search([]).write(
    {{"helpdesk_portal_limit": 0, "helpdesk_mail_limit": 0}}
)
env["ir.config_parameter"].set_param("mail.gateway.loop.threshold", 10000)
env.cr.commit()
"""


@pytest.fixture(scope="module")
def world(make_database, run_shell):
    name = make_database(demo=False)
    run_shell(name, PREPARE)
    log = RUN_FOLDER / f"survive-{name}"
    with faults.run_cluster() as (cluster, disk):
        mails, database = faults.Mails(), faults.take(cluster, name)
        # of the preparation, which had no mail server
        database.execute("UPDATE mail_mail SET state = 'cancel'")
        options = (suite.TEST_LOAD, "--log-handler=:WARNING")
        with faults.Service(database, log, mails.port, *options) as service:
            yield faults.World(service, mails, cluster, disk, mail_pause=0)
        mails.stop()


def test_nothing_is_lost(world):
    ledger, outcomes = Ledger(), []
    database, mails = world.service.database, world.mails

    def wait_for_reports():
        enough = ledger.count_accepted() + REPORTS
        wait_until(
            lambda: ledger.count_accepted() >= enough,
            f"no reports: {ledger.errors[-3:]}",
            seconds=120,
        )

    with Load(world.service.url, database, ledger, PACE, resend=True):
        for fault in world.faults:
            wait_for_reports()
            outcomes.append(faults.strike(fault, world))
        wait_for_reports()
    left = proof.wait_until_told(database, 90, hurry=True)
    assert left == []
    allowed = sum(outcome.may_repeat_mail for outcome in outcomes)
    assert proof.find_problems(database, ledger, mails.received, allowed) == []
    # each kind of report has arrived, and what has failed was the work of a fault
    assert proof.find_silent(ledger, KINDS) == []
    assert faults.find_unexpected(ledger, outcomes) == []
    assert sum(outcome.count_failed(ledger.actions) for outcome in outcomes)
    assert len(mails.received) > len(outcomes)


@pytest.fixture
def told(world):
    """A report whose requester has got the receipt: the ledger, and the row."""
    ledger = Ledger()
    marker, report = ledger.begin_report("report by form")
    world.mails.received.clear()
    service, database = world.service, world.service.database
    person = Client(service.url, "bench3", PASSWORD)
    path, values = load.read_form(person, "/new/ticket")
    ticket = person.send_report(path, {**values, "subject": marker})
    report.accepted = True
    assert proof.wait_until_told(database, 90, hurry=True) == []
    assert proof.find_problems(database, ledger, world.mails.received) == []
    [[row]] = database.execute(
        "SELECT id FROM helpdesk_notification WHERE ticket_id = %s"
        " AND event = 'receipt'",
        ticket,
    )
    return ledger, row


def test_the_proof_finds_a_mail_that_was_lost(world, told):
    """Odoo says that it was sent, and nobody has got it."""
    ledger, _row = told
    [marker] = ledger.reports
    problems = proof.find_problems(
        world.service.database,
        ledger,
        Counter(mail for mail in world.mails.received if marker not in mail.words),
    )
    assert any("has not arrived: bench3@school.example <" in one for one in problems)


def test_the_proof_finds_a_mail_that_was_written_twice(world, told):
    """It is another mail, with a Message-ID of its own."""
    ledger, row = told
    database = world.service.database
    database.execute(
        "UPDATE helpdesk_notification SET state = 'pending', mail_id = NULL,"
        " due = now() AT TIME ZONE 'UTC' - interval '1 minute' WHERE id = %s",
        row,
    )
    assert proof.wait_until_told(database, 90, hurry=True) == []
    [problem] = proof.find_problems(database, ledger, world.mails.received)
    assert problem.startswith("written twice: bench3@school.example: ")


def test_the_proof_finds_what_nobody_was_told(world, told):
    ledger, row = told
    database = world.service.database
    database.execute("DELETE FROM helpdesk_notification WHERE id = %s", row)
    [problem] = proof.find_problems(database, ledger, world.mails.received)
    assert problem.startswith("nobody was to be told that ")
    # a mail that Odoo has given up
    database.execute(
        "INSERT INTO mail_mail (mail_message_id, state, failure_reason)"
        " SELECT max(id), 'exception', 'Given up' FROM mail_message"
    )
    [left] = proof.wait_until_told(database, 0)
    assert left.endswith(", Given up")
    database.execute("DELETE FROM mail_mail WHERE failure_reason = 'Given up'")


def test_the_proof_finds_what_is_lost_or_double(world, told):
    """The proof itself: it must not call everything right."""
    ledger, database = Ledger(), world.service.database
    lost, report = ledger.begin_report("report by form")
    report.accepted = True
    [[ticket]] = database.execute("SELECT max(id) FROM helpdesk_ticket")
    unsent = f"{ledger.prefix}999"
    database.execute(
        "UPDATE helpdesk_ticket SET name = %s WHERE id = %s", unsent, ticket
    )
    database.execute(
        "DELETE FROM helpdesk_ticket_status_log WHERE ticket_id = %s", ticket
    )
    [[number]] = database.execute(
        "SELECT number FROM helpdesk_ticket WHERE id = %s", ticket
    )
    received = world.mails.received.copy()
    received[proof.Mail("nok@school.example", "<1@school.example>", "x")] = 2
    assert proof.find_problems(database, ledger, received) == [
        f"nobody has sent {unsent}",
        f"report by form {lost} was accepted and has no ticket",
        f"the status log of {number} is wrong",
        "mail sent again: <1@school.example>",
    ]
    assert proof.find_silent(ledger, KINDS) == [
        "no report by scan was accepted",
        "no report by mail was accepted",
        "no walk-in was accepted",
    ]
    # the same report twice
    ledger.reports[unsent] = report
    database.execute(
        "UPDATE helpdesk_ticket SET name = %s WHERE id = (SELECT min(id) FROM"
        " helpdesk_ticket)",
        unsent,
    )
    problems = proof.find_problems(database, ledger, {})
    assert f"report by form {unsent} has 2 tickets" in problems


def test_somebody_who_does_not_come_back_is_noticed(world, monkeypatch):
    """Otherwise the load would end quietly, and the proof would prove nothing."""
    monkeypatch.setattr(load, "PATIENCE", 1)
    ledger, service = Ledger(), world.service
    crowd = Load(service.url, service.database, ledger, PACE, resend=True)
    person = Client(service.url, "bench3", PASSWORD)
    person.session.cookies.clear()
    person.password = "wrong"
    waiting = threading.Thread(target=crowd._recover, args=[person])
    waiting.start()
    try:
        wait_until(lambda: len(ledger.errors) > 1, "nobody notices it")
    finally:
        crowd.stopping.set()
        waiting.join()
    long_ago = faults.Outcome("a fault", 0, 0, 0, False)
    assert faults.find_unexpected(ledger, [long_ago]) == ledger.errors
