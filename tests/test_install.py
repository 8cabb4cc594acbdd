"""Installing the suite keeps the facts of the tickets of a help desk in use."""

import pytest
import suite
from common import read_facts

# Tickets as OCA's addons have created them, in each of their stages and another one.
USE = """
from datetime import datetime
team = env["helpdesk.ticket.team"].create({"name": "Old desk"})
shut = env["helpdesk.ticket.stage"].create(
    {"name": "Shut", "sequence": 9, "closed": True, "company_id": False}
)
stages = {"shut": shut} | {
    name: env.ref(f"helpdesk_mgmt.helpdesk_ticket_stage_{name}")
    for name in ("new", "in_progress", "awaiting", "done", "cancelled", "rejected")
}
for name, stage in stages.items():
    ticket = env["helpdesk.ticket"].create({
        "name": f"Old {name}",
        "description": "<p>Since 2024</p>",
        "team_id": team.id,
        "partner_id": env.user.partner_id.id,
    })
    ticket.stage_id = stage
env.flush_all()
env.cr.execute('''
    UPDATE helpdesk_ticket SET create_date = '2024-05-06 09:00:00',
        last_stage_update = '2024-05-07 10:00:00',
        closed_date = CASE WHEN closed_date IS NOT NULL
            THEN '2024-05-07 10:00:00'::timestamp END
    WHERE name LIKE 'Old %'
''')
env.cr.commit()
"""

FACTS = """
import json
tickets = env["helpdesk.ticket"].search([("name", "=like", "Old %")])
names = ("status_category", "resolved_date", "closed_date", "waiting_since")
print("FACTS" + json.dumps({
    ticket.name[4:]: [str(ticket[name] or "") for name in names] for ticket in tickets
}))
"""

CLOSE = """
env.ref("school_helpdesk_base.ir_cron_close_resolved").method_direct_trigger()
env.cr.commit()
"""

WHEN = "2024-05-07 10:00:00"


@pytest.fixture
def database(make_database):
    name = make_database(demo=False)
    suite.copy_database(suite.dependencies_template(quiet=True), name)
    return name


def test_old_tickets_keep_their_dates(database, run_odoo, run_shell):
    run_shell(database, USE)
    run_odoo(database, f"--init={','.join(suite.suite_addons())}", "--stop-after-init")
    found = read_facts(run_shell(database, FACTS))
    assert found == {
        "new": ["open", "", "", ""],
        "in_progress": ["open", "", "", ""],
        "awaiting": ["waiting", "", "", WHEN],
        "done": ["resolved", WHEN, WHEN, ""],
        "cancelled": ["cancelled", "", WHEN, ""],
        "rejected": ["cancelled", "", WHEN, ""],
        "shut": ["closed", WHEN, WHEN, ""],
    }
    # the scheduled action closes tickets done long ago, and keeps their dates
    run_shell(database, CLOSE)
    assert read_facts(run_shell(database, FACTS)) == {
        **found,
        "done": ["closed", WHEN, WHEN, ""],
    }
