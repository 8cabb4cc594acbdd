"""A help desk in use survives that its parts are killed: nothing is lost or double.

People send reports and agents work on them, all at the same time, while a worker, the
worker of the scheduled actions, the mail server and PostgreSQL fail, one after the
other. ``bin/bench --soak --kill`` does the same for longer, with a large school.
"""

import os
import sys
from pathlib import Path

import pytest
import suite
from common import wait_until

# at the end: its modules have general names
sys.path.append(str(suite.ROOT / "tests/benchmark"))

import faults
import proof
from load import PASSWORD, Ledger, Load, Pace

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
    accepted = {report.kind for report in ledger.reports.values() if report.accepted}
    assert accepted == {
        "report by form",
        "report by scan",
        "report by mail",
        "walk-in",
    }
    assert faults.find_unexpected(ledger, outcomes) == []
    assert sum(outcome.count_failed(ledger.actions) for outcome in outcomes)
    assert len(mails.received) > len(outcomes)


def test_the_proof_finds_what_is_lost_or_double(world):
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
    received = {("nok@school.example", "<1@school.example>"): 2}
    assert proof.find_problems(database, ledger, received) == [
        f"nobody has sent {unsent}",
        f"report by form {lost} was accepted and has no ticket",
        f"the status log of {number} is wrong",
        "mail sent again: <1@school.example>",
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
