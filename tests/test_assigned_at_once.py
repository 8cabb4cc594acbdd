"""Tickets created at the same moment by several transactions get agents fairly."""

import threading
import time
from collections import Counter

import pytest
import suite
from common import read_facts
from ports import free_port

WORKERS = 4
TICKETS = 20

# Four agents without limits, and one rule.
PREPARE = """
import json

env["helpdesk.assignment.rule"].search([]).active = False
agents = env["res.users"].with_context(no_reset_password=True).create([
    {"name": f"Agent {number}", "login": f"agent{number}", "password": "agent-demo",
     "group_ids": [(6, 0, env.ref("helpdesk_mgmt.group_helpdesk_user").ids)]}
    for number in range(4)
])
team = env["helpdesk.ticket.team"].create(
    {"name": "At once", "user_ids": [(6, 0, agents.ids)]})
rule = env["helpdesk.assignment.rule"].create(
    {"name": "At once", "team_id": team.id, "team_ids": [(6, 0, team.ids)]})
env.cr.commit()
print("FACTS" + json.dumps({"team": team.id, "agents": agents.ids, "rule": rule.id}))
"""

# All transactions begin, so that none sees the tickets of the others; then each creates
# a ticket. A transaction that fails would be tried again.
ROUNDS = """
import json
import threading

from odoo.addons.school_helpdesk_workflow.tools import pool
from odoo.service.model import retrying

team = env["helpdesk.ticket.team"].search([("name", "=", "At once")])
rule = env["helpdesk.assignment.rule"].search([("name", "=", "At once")])
tries = []


def create(own, begun=None):
    Ticket = own["helpdesk.ticket"]
    own.cr.execute("SELECT count(*) FROM helpdesk_ticket")
    if begun:
        begun.wait(60)
    tries.append(1)
    return Ticket.create({
        "name": "Dark", "description": "Dark", "team_id": team.id, "user_id": False,
    })


def create_in_transaction(begun):
    with env.registry.cursor() as cr:
        retrying(lambda: create(env(cr=cr), begun), env(cr=cr))


def read_agents():
    env.cr.rollback()
    env.invalidate_all()
    tickets = env["helpdesk.ticket"].search([("team_id", "=", team.id)], order="id")
    return tickets.mapped(lambda ticket: ticket.user_id.id)

"""

PARALLEL = f"""
results = dict()
for method in ("least_loaded", "round_robin"):
    env["helpdesk.ticket"].search([("team_id", "=", team.id)]).unlink()
    rule.method = method
    env.cr.commit()
    tries.clear()
    for _round in range({TICKETS // WORKERS}):
        begun = threading.Barrier({WORKERS})
        threads = [
            threading.Thread(target=create_in_transaction, args=(begun,))
            for _number in range({WORKERS})
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    results[method] = {{"agents": read_agents(), "tries": len(tries)}}
    env.cr.rollback()
    results[method]["order"] = env["helpdesk.assignment"].search(
        [("rule_id", "=", rule.id)], order="id").mapped(lambda one: one.user_id.id)
print("FACTS" + json.dumps(results))
"""

# One transaction has assigned a ticket and does not end; the other one goes on.
LONG = """
before = len(read_agents())
pool.LONGEST_WAIT = 0.5
assigned, finish = threading.Event(), threading.Event()


def be_slow():
    with env.registry.cursor() as cr:
        create(env(cr=cr))
        assigned.set()
        finish.wait(60)


slow = threading.Thread(target=be_slow)
slow.start()
assert assigned.wait(60)
quick = threading.Thread(target=create_in_transaction, args=(None,))
quick.start()
quick.join(30)
waited = quick.is_alive()
finish.set()
slow.join(60)
quick.join(60)
new = len(read_agents()) - before
print("FACTS" + json.dumps({"waited": waited, "new": new}))
"""


@pytest.fixture(scope="module")
def scene(make_database, run_shell):
    database = make_database(demo=False)
    return database, read_facts(run_shell(database, PREPARE))


@pytest.fixture(scope="module")
def server(scene, start_server):
    database, _facts = scene
    return start_server(
        database, f"--workers={WORKERS}", f"--gevent-port={free_port()}"
    )


def check_fair(agents, facts):
    counts = Counter(agents)
    assert set(counts) <= set(facts["agents"]), counts
    numbers = [counts[agent] for agent in facts["agents"]]
    assert sum(numbers) == TICKETS
    assert max(numbers) - min(numbers) <= 1, numbers


def test_transactions_that_do_not_see_each_other(scene, run_shell):
    database, facts = scene
    results = read_facts(run_shell(database, ROUNDS + PARALLEL))
    for method, result in results.items():
        check_fair(result["agents"], facts)
        # nothing failed and had to be tried again
        assert result["tries"] == TICKETS, (method, result)
    order = results["round_robin"]["order"]
    assert order == [facts["agents"][number % 4] for number in range(TICKETS)], order


def test_a_long_transaction_stops_nobody(scene, run_shell):
    database, _facts = scene
    result = read_facts(run_shell(database, ROUNDS + LONG))
    assert result == {"waited": False, "new": 2}


@pytest.mark.parametrize("method", ["least_loaded", "round_robin"])
def test_requests_to_several_workers(scene, server, run_shell, method):
    database, facts = scene
    code = "env['helpdesk.ticket'].search([('team_id', '=', %s)]).unlink()\n"
    code += "env['helpdesk.assignment.rule'].browse(%s).method = '%s'\n"
    code += "env.cr.commit()\n"
    run_shell(database, code % (facts["team"], facts["rule"], method))
    values = {
        "name": "Dark",
        "description": "Dark",
        "team_id": facts["team"],
        "user_id": False,
    }
    failures = []
    calls = [
        server.rpc(f"agent{number}", "agent-demo")
        for number in range(len(facts["agents"]))
    ]
    begin = threading.Barrier(WORKERS)

    def send(call):
        try:
            begin.wait(60)
            for _number in range(TICKETS // WORKERS):
                call("helpdesk.ticket", "create", [values])
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=send, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not failures, failures
    rows = suite.execute(
        database,
        "SELECT user_id FROM helpdesk_assignment"
        f" WHERE rule_id = {facts['rule']} ORDER BY id",
    )
    agents = [int(agent) for (agent,) in rows]
    check_fair(agents, facts)
    if method == "round_robin":
        assert agents == [facts["agents"][number % 4] for number in range(TICKETS)]


# What scheduled actions do, two times a second, as long as a file is missing. A change
# of the rules makes each round write all tickets again. Without a pause, a request
# meets such a write more often than Odoo tries it again (five times).
SWEEP = """
import time
from pathlib import Path

stop = Path({stop!r})
rounds = 0
while rounds < 2 or not stop.exists():
    env.registry.check_signaling()
    env["helpdesk.ticket.escalation"]._cron_escalate()
    env["helpdesk.ticket"]._cron_assign_waiting()
    env.cr.commit()
    env.invalidate_all()
    rounds += 1
    time.sleep(0.5)
"""

PREPARE_LOAD = """
agents = env["res.users"].browse({agents})
agents.group_ids += env.ref("helpdesk_mgmt.group_helpdesk_manager")
env["helpdesk.escalation.rule"].search([]).active = False
env["helpdesk.escalation.rule"].create([
    {{"name": name, "trigger": "reopened", "count": 1, "raise_priority": "step"}}
    for name in ("Load 1", "Load 2")
])
env["helpdesk.assignment.rule"].browse({rule}).method = "least_loaded"
env["helpdesk.ticket"].search([("team_id", "=", {team})]).unlink()
env.cr.commit()
# the running workers forget which groups the agents had
env.registry.signal_changes()
"""


def count_deadlocks(database):
    [(number,)] = suite.execute(
        database,
        "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()",
    )
    return int(number)


def test_creations_while_rules_change_and_the_sweep_runs(
    scene, server, run_shell, start_shell, tmp_path
):
    """No deadlock, no error; each ticket gets an agent, and each rule escalates it."""
    database, facts = scene
    run_shell(database, PREPARE_LOAD.format(**facts))
    before = count_deadlocks(database)
    stop = tmp_path / "stop"
    sweep = start_shell(database)
    manager, *creators = (
        server.rpc(f"agent{number}", "agent-demo")
        for number in range(len(facts["agents"]))
    )
    values = {
        "name": "Load",
        "description": "Dark",
        "team_id": facts["team"],
        "user_id": False,
    }
    failures = []
    # resolved, and reopened
    stages = [
        manager(
            "helpdesk.ticket.stage",
            "search",
            [("status_category", "=", status), ("team_ids", "=", False)],
            limit=1,
        )[0]
        for status in ("resolved", "open")
    ]

    def create(call):
        for _number in range(TICKETS // 2):
            ticket = call("helpdesk.ticket", "create", [values])
            for stage in stages:
                call("helpdesk.ticket", "write", ticket, {"stage_id": stage})

    def change():
        late = manager("helpdesk.escalation.rule", "search", [("name", "like", "Load")])
        number = 0
        while not stop.exists():
            number += 1
            manager("helpdesk.escalation.rule", "write", late, {"sequence": number})
            manager(
                "helpdesk.assignment.rule",
                "write",
                [facts["rule"]],
                {"sequence": number},
            )
            time.sleep(0.1)

    def attempt(function, *args):
        try:
            function(*args)
        except Exception as error:
            failures.append(error)

    def start(function, *args):
        thread = threading.Thread(target=attempt, args=(function, *args))
        thread.start()
        return thread

    others = [
        start(change),
        start(sweep.run, SWEEP.format(stop=str(stop))),
    ]
    threads = [start(create, call) for call in creators]
    for thread in threads:
        thread.join(240)
    stop.touch()
    for thread in others:
        thread.join(120)
    assert not failures, failures
    assert count_deadlocks(database) == before
    # what was locked is left for the next run
    run_shell(database, SWEEP.format(stop=str(stop)))
    rows = suite.execute(
        database,
        "SELECT ticket.user_id IS NOT NULL, ticket.priority, count(decision.id),"
        "       (SELECT count(*) FROM helpdesk_ticket_escalation AS line"
        "         WHERE line.ticket_id = ticket.id AND line.state = 'done')"
        "  FROM helpdesk_ticket AS ticket"
        "  JOIN helpdesk_assignment AS decision ON decision.ticket_id = ticket.id"
        " WHERE ticket.name = 'Load' GROUP BY ticket.id",
    )
    number = len(creators) * (TICKETS // 2)
    # two steps above "Normal"
    assert [tuple(map(str, row)) for row in rows] == [("True", "3", "1", "2")] * number
