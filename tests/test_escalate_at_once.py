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
env.flush_all()
env.cr.execute(
    "UPDATE helpdesk_ticket_status_log SET start = start - interval '20 days'"
    " WHERE ticket_id IN %s", [tickets._ids])
env.invalidate_all()
tickets._sync_clocks()
# two clocks of each ticket are missed, and nobody was told
tickets.ticket_sla_ids.told = False
assert len(tickets.ticket_sla_ids.filtered("tell_date")) == {2 * NUMBER}
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
Ticket = env.registry["helpdesk.ticket"]
notify = Ticket._notify
told = []


def slowly_notify(tickets, event, details=None):
    time.sleep(0.01)
    if event == "missed":
        told.extend(tickets.ids)
    notify(tickets, event, details)


def slowly(line):
    # the other process works at the same time, and not before or after
    time.sleep(0.02)
    fire(line)
    fired.append(line.id)


time.sleep(max(0, %s - time.time()))
with (
    patch.object(Line, "_fire", slowly),
    patch.object(Ticket, "_notify", slowly_notify),
):
    env["helpdesk.ticket.escalation"]._cron_escalate()
env.cr.commit()
print("DONE", len(fired), len(told))
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
    # what was locked by the other process is left for the next run
    printed.append(shells[0].run(ESCALATE % 0))
    numbers = [list(map(int, text.split()[-2:])) for text in printed]
    assert all(min(pair) > 0 for pair in numbers[:2]), "one process has done everything"
    assert [sum(column) for column in zip(*numbers, strict=True)] == [
        2 * NUMBER,
        2 * NUMBER,
    ]
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
