"""Somebody changes a ticket at the moment in which people are told about it."""

from common import read_facts

DELIVER = """
import json
from unittest.mock import patch

Job = env.registry["helpdesk.notification"]
domain = env["mail.alias.domain"].create(
    {"name": "school.example", "default_from": "noreply"})
env.company.alias_domain_id = domain
partner = env["res.partner"].create(
    {"name": "Malee", "email": "malee@school.example"})
tickets = env["helpdesk.ticket"].create([
    {"name": f"Ticket {number}", "description": "Dark", "partner_id": partner.id,
     "team_id": env.ref("school_asset_helpdesk_bridge.team_it_support").id}
    for number in range(3)
])
env.cr.commit()
env["helpdesk.notification"]._cron_deliver()
env.cr.commit()
tickets._set_status("resolved")
# the links in the mails need a token, which is written when the first mail is
tickets.access_token = False
env.cr.commit()
rows = env["helpdesk.notification"].search(
    [("ticket_id", "in", tickets.ids), ("state", "=", "pending")])
assert rows
make_letters, tries = Job._make_letters, []


def change_meanwhile(jobs):
    letters = make_letters(jobs)
    tries.append(len(jobs))
    if len(tries) <= 2:
        with env.registry.cursor() as cr:
            env(cr=cr)["helpdesk.ticket"].browse(tickets[1].id).name = "Changed"
    return letters


with patch.object(Job, "_make_letters", change_meanwhile):
    env["helpdesk.notification"]._cron_deliver()
env.cr.commit()
env.invalidate_all()
mails = env["mail.mail"].search([("id", "in", rows.mail_id.ids)])
print("FACTS" + json.dumps({
    "states": rows.mapped("state"), "tries": tries, "rows": len(rows),
    "about": sorted(mails.mapped(lambda mail: mail.res_id)), "tickets": tickets.ids,
}))
"""


def test_a_ticket_that_changes_while_it_is_told(make_database, run_shell):
    facts = read_facts(run_shell(make_database(demo=False), DELIVER))
    # two tries that met the change, and one that told everything
    assert facts["tries"] == [facts["rows"]] * 3
    assert facts["states"] == ["queued"] * facts["rows"]
    assert facts["about"] == facts["tickets"]
