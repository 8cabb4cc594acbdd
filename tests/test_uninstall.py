"""Taking the bridge away from a school that has used it leaves a desk that works."""

import json

import pytest

BRIDGE = "school_asset_helpdesk_bridge"

# A ticket per status on an asset; the open one holds it and has a damage case.
USE = """
asset = env["asset.asset"].create({
    "asset_code": "UNI-1",
    "name": "Projector",
    "status": "assigned_teacher",
    "category_id": env["asset.category"].create({"name": "Projectors"}).id,
})
team = env.ref("school_asset_helpdesk_bridge.team_it_support")
category = env["helpdesk.ticket.category"].search([("parent_id", "!=", False)], limit=1)
ticket_type = env["helpdesk.ticket.type"].search([], limit=1)
tickets = env["helpdesk.ticket"]
for status in ("open", "waiting", "resolved", "closed", "cancelled"):
    ticket = tickets.create({
        "asset_id": asset.id,
        "team_id": team.id,
        "category_id": category.id,
        "type_id": ticket_type.id,
    })
    ticket._set_status(status)
    tickets += ticket
tickets[0].asset_out_of_service = True
tickets[0].action_create_damage_case()
assert asset.status == "maintenance", asset.status
env.cr.commit()
"""

UPGRADED = """
asset = env["asset.asset"].search([("asset_code", "=", "UNI-1")])
assert asset.status == "maintenance" and asset.ticket_count == 5, asset.ticket_count
"""

FACTS = """
import json
models = ("asset.asset", "asset.damage.case", "helpdesk.ticket",
    "helpdesk.ticket.stage", "helpdesk.ticket.category", "helpdesk.ticket.type",
    "helpdesk.ticket.team", "helpdesk.sla", "asset.location", "hr.employee",
    "res.users", "resource.calendar")
tickets = env["helpdesk.ticket"].search([("name", "=", "Issue with UNI-1")])
templates = env["mail.template"].search([("model", "=like", "helpdesk.ticket%")])
print("FACTS" + json.dumps({
    "counts": {
        model: env[model].with_context(active_test=False).search_count([])
        for model in models
    },
    "templates": templates.ids,
    "tickets": [
        [t.number, t.status_category, t.stage_id.name, t.category_id.complete_name,
         t.type_id.name, t.team_id.name, str(t.description)]
        for t in tickets.sorted("id")
    ],
}))
"""

# What people do next: a new ticket, one moved on, an asset and a case of its own.
GO_ON = """
module = env["ir.module.module"].search([("name", "=", "school_asset_helpdesk_bridge")])
assert module.state == "uninstalled", module.state
assert "helpdesk.ticket.asset.link" not in env
assert "asset_id" not in env["helpdesk.ticket"]._fields
asset = env["asset.asset"].search([("asset_code", "=", "UNI-1")])
assert asset.status == "assigned_teacher", asset.status
asset.action_set_retired()
ticket = env["helpdesk.ticket"].search(
    [("name", "=", "Issue with UNI-1"), ("status_category", "=", "open")]
)
ticket.message_post(body="Going on", subtype_xmlid="mail.mt_comment")
ticket.action_resolve()
assert ticket.status_category == "resolved"
team = ticket.team_id
new = env["helpdesk.ticket"].create(
    {"name": "New", "description": "<p>After</p>", "team_id": team.id}
)
assert new.stage_id
case = env["asset.damage.case"].search([("asset_id", "=", asset.id)])
case.action_submit_for_approval()
for model in ("helpdesk.ticket", "asset.asset", "asset.damage.case"):
    env[model].get_views([(False, "form"), (False, "list"), (False, "search")])
for template in env["mail.template"].search([("model", "=", "helpdesk.ticket")]):
    template._render_field("body_html", ticket.ids)
print("WENT ON")
"""


def facts(output):
    [line] = [line for line in output.splitlines() if line.startswith("FACTS")]
    return json.loads(line.removeprefix("FACTS"))


@pytest.mark.parametrize("demo", [False, True], ids=["plain", "demo"])
def test_upgrade_and_uninstall(make_database, run_odoo, run_shell, demo):
    database = make_database(demo=demo)
    run_shell(database, USE)
    run_odoo(database, f"--update={BRIDGE}", "--stop-after-init")
    run_shell(database, UPGRADED)
    before = facts(run_shell(database, FACTS))
    run_shell(
        database,
        f'env.ref("base.module_{BRIDGE}").button_immediate_uninstall()\n',
    )
    after = facts(run_shell(database, FACTS))
    assert after == before
    assert "WENT ON" in run_shell(database, GO_ON)
