"""A process that is killed while it moves tickets leaves no incomplete change."""

import random
import subprocess
import time

import suite

TICKETS = 20

PREPARE = f"""
team = env.ref("school_asset_helpdesk_bridge.team_it_support")
env["helpdesk.ticket"].create([
    {{"name": "Move me", "description": "x", "team_id": team.id}}
    for _number in range({TICKETS})
])
env.cr.commit()
"""

MOVE = """
import itertools
tickets = env["helpdesk.ticket"].search([("name", "=", "Move me")])
for status in itertools.cycle(["waiting", "open", "resolved", "closed"]):
    tickets._set_status(status)
    env.flush_all()
    print("MOVED", flush=True)
    env.cr.commit()
"""

#: Tickets whose status log, stage and facts are inconsistent.
BROKEN = """
    SELECT ticket.id
      FROM helpdesk_ticket AS ticket
 LEFT JOIN helpdesk_ticket_status_log AS log
        ON log.ticket_id = ticket.id AND log.end IS NULL
     WHERE ticket.name = 'Move me'
  GROUP BY ticket.id
    HAVING count(log.id) <> 1
        OR min(log.stage_id) <> ticket.stage_id
        OR min(log.status_category) <> ticket.status_category
        OR (ticket.waiting_since IS NULL) <> (ticket.status_category <> 'waiting')
"""
#: How many different lengths the logs have: one, since all tickets move together.
LENGTHS = """
    SELECT count(DISTINCT rows) FROM (
        SELECT count(*) AS rows
          FROM helpdesk_ticket_status_log AS log
          JOIN helpdesk_ticket AS ticket ON ticket.id = log.ticket_id
         WHERE ticket.name = 'Move me'
      GROUP BY ticket.id
    ) AS lengths
"""


def test_killed_between_two_steps(make_database, run_shell):
    database = make_database(demo=False)
    run_shell(database, PREPARE)
    chance = random.Random(7)
    for _attempt in range(4):
        process = subprocess.Popen(
            suite.odoo_command("shell", f"--database={database}", "--no-http"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd="/",
        )
        process.stdin.write(MOVE)
        process.stdin.close()
        assert "MOVED" in process.stdout.readline()
        # The random moment is what this tests: the kill must hit the process anywhere
        # in its work, so there is no condition to wait for.
        time.sleep(chance.uniform(0.05, 0.6))
        process.kill()
        process.wait()
        process.stdout.close()
        assert suite.execute(database, BROKEN) == []
        assert suite.execute(database, LENGTHS) == [(1,)]
