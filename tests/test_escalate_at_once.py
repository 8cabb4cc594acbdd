"""Two processes escalate the same tickets at the same moment."""

import threading
import time

import suite

NUMBER = 60

PREPARE = f"""
from datetime import timedelta
from odoo import fields

env["helpdesk.escalation.rule"].search([]).active = False
team = env.ref("school_asset_helpdesk_bridge.team_it_support")
calendar = env["resource.calendar"].create({{
    "name": "Always", "tz": "UTC", "attendance_ids": [(0, 0, {{
        "name": str(day), "dayofweek": str(day), "hour_from": 0, "hour_to": 24,
    }}) for day in range(7)],
}})
team.resource_calendar_id = calendar
env["helpdesk.escalation.rule"].create([
    {{"name": "One hour", "trigger": "unassigned", "hours": 1,
      "raise_priority": "step"}},
    {{"name": "Two hours", "trigger": "unassigned", "hours": 2,
      "raise_priority": "step"}},
])
tickets = env["helpdesk.ticket"].create([
    {{"name": f"Ticket {{number}}", "description": "Text", "team_id": team.id,
      "priority": "0", "user_id": False}}
    for number in range({NUMBER})
])
tickets.unassigned_since = fields.Datetime.now() - timedelta(hours=5)
env.cr.commit()
env["helpdesk.ticket"]._cron_plan_escalations()
env.cr.commit()
"""

ESCALATE = """
import time
from unittest.mock import patch

Line = env.registry["helpdesk.ticket.escalation"]
fire = Line._fire
fired = []


def slowly(line):
    # the other process works at the same time, and not before or after
    time.sleep(0.02)
    fire(line)
    fired.append(line.id)


time.sleep(max(0, %s - time.time()))
with patch.object(Line, "_fire", slowly):
    env["helpdesk.ticket.escalation"]._cron_escalate()
env.cr.commit()
print("FIRED", len(fired))
"""


def test_a_rule_fires_once(make_database, start_shell):
    database = make_database(demo=False)
    shells = [start_shell(database), start_shell(database)]
    shells[0].run(PREPARE)
    # both are running, and wait for the same moment
    shells[1].run("print('ready')")
    code = ESCALATE % (time.time() + 1)
    printed = ["", ""]

    def run(number):
        printed[number] = shells[number].run(code)

    threads = [threading.Thread(target=run, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    fired = [int(text.split("FIRED")[1]) for text in printed]
    assert min(fired) > 0, "one process has done everything"
    # what was locked by the other process is left for the next run
    last = shells[0].run(ESCALATE % 0)
    assert sum(fired) + int(last.split("FIRED")[1]) == 2 * NUMBER
    rows = suite.execute(
        database,
        "SELECT priority, count(*) FROM helpdesk_ticket WHERE name LIKE 'Ticket %'"
        " GROUP BY priority",
    )
    assert rows == [("2", NUMBER)]
    rows = suite.execute(
        database,
        "SELECT message.res_id FROM mail_message AS message"
        " JOIN helpdesk_ticket_escalation AS line ON line.ticket_id = message.res_id"
        " WHERE message.model = 'helpdesk.ticket' AND body LIKE '%Escalated by rule%'"
        " GROUP BY message.res_id HAVING count(DISTINCT message.id) <> 2",
    )
    assert rows == []
