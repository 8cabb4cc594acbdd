"""The help desk still works after an addon that was in use is uninstalled."""

import http.cookiejar
import json
import urllib.error
import urllib.request

import pytest
from common import read_facts

BRIDGE = "school_asset_helpdesk_bridge"
PORTAL, KB = "school_helpdesk_portal", "school_helpdesk_kb"
GUEST, PUSH = "school_helpdesk_guest", "school_helpdesk_push"
FIGURES = "school_helpdesk_report"
MONITOR = "school_helpdesk_monitor"

# One ticket of each status on an asset; the open one holds it and has a damage case.
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
tickets[0]._open_damage_case(tickets[0].asset_id, {})
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
tickets = env["helpdesk.ticket"].search([])
templates = env["mail.template"].search([("model", "=like", "helpdesk.ticket%")])
print("FACTS" + json.dumps({
    "counts": {
        model: env[model].with_context(active_test=False).search_count([])
        for model in models
    },
    "templates": templates.ids,
    "tickets": [
        [t.number, t.status_category, t.stage_id.name, t.category_id.complete_name,
         t.type_id.name, t.team_id.name, t.partner_id.name, str(t.description),
         len(t.message_ids), t.attachment_ids.mapped("name")]
        for t in tickets.sorted("id")
    ],
}))
"""

# What people do next: create and move a ticket, change an asset and a damage case.
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


# The addon is installed again and uses the existing records instead of new ones.
AGAIN = """
env.ref("base.module_school_asset_helpdesk_bridge").button_immediate_install()
"""

REUSED = """
name = "school_asset_helpdesk_bridge."
tickets = env["helpdesk.ticket"].search([("name", "=", "Issue with UNI-1")])
assert tickets.team_id == env.ref(name + "team_it_support")
assert tickets.filtered(lambda t: t.status_category == "closed").stage_id == env.ref(
    name + "stage_closed")
calendar = env.ref(name + "calendar_school_hours")
assert len(calendar.attendance_ids) == 10, calendar.attendance_ids
ticket = env["helpdesk.ticket"].create(
    {"name": "Again", "description": "<p>x</p>", "team_id": tickets.team_id.id}
)
assert len(ticket.ticket_sla_ids) == 2
ticket.unlink()
print("REUSED")
"""


@pytest.mark.parametrize("demo", [False, True], ids=["plain", "demo"])
def test_upgrade_and_uninstall(make_database, run_odoo, run_shell, demo):
    database = make_database(demo=demo)
    run_shell(database, USE)
    run_odoo(database, f"--update={BRIDGE}", "--stop-after-init")
    run_shell(database, UPGRADED)
    before = read_facts(run_shell(database, FACTS))
    run_shell(
        database,
        f'env.ref("base.module_{BRIDGE}").button_immediate_uninstall()\n',
    )
    after = read_facts(run_shell(database, FACTS))
    assert after == before
    # in a new process, which has not loaded the code of the addon
    assert "WENT ON" in run_shell(database, GO_ON, fresh=True)
    before = read_facts(run_shell(database, FACTS))
    run_shell(database, AGAIN)
    again = read_facts(run_shell(database, FACTS))
    assert again == before
    assert "REUSED" in run_shell(database, REUSED)


# A ticket with data of the portal and of the articles.
REPORT = """
user = env["res.users"].create({
    "name": "Malee", "login": "malee", "password": "malee-demo",
    "email": "malee@school.example",
    "group_ids": [(6, 0, env.ref("base.group_portal").ids)],
})
article = env["helpdesk.article"].create({
    "title": "Dark projector", "content": "<p>Press the button.</p>",
    "state": "published", "audience": "public",
})
article._vote(False, "key", reason="failed")
article._count_suggestions(article)
ticket = env["helpdesk.ticket"].create({
    "name": "Dark",
    "description": "<p>It stays dark</p>",
    "team_id": env.ref("school_asset_helpdesk_bridge.team_it_support").id,
    "partner_id": user.partner_id.id,
    "channel_id": env.ref("school_helpdesk_portal.channel_portal").id,
    "article_ids": [(4, article.id)],
})
env["helpdesk.ticket.affected"].create({
    "ticket_id": ticket.id,
    "partner_id": env["res.partner"].create({"name": "Somchai"}).id,
})
env["ir.attachment"].create({
    "name": "photo.txt", "raw": b"x", "res_model": ticket._name, "res_id": ticket.id,
})
ticket.message_post(body="Which room?", subtype_xmlid="mail.mt_comment")
env.cr.commit()
"""

GO_ON_WITHOUT = """
addon = env["ir.module.module"].search([("name", "=", "{addon}")])
assert addon.state == "uninstalled", addon.state
ticket = env["helpdesk.ticket"].search([("name", "=", "Dark")])
ticket.action_resolve()
assert ticket.status_category == "resolved"
new = env["helpdesk.ticket"].create(
    {"name": "New", "description": "<p>After</p>", "team_id": ticket.team_id.id}
)
assert new.status_category == "open", new.status_category
for model in ("helpdesk.ticket", "helpdesk.ticket.team", "asset.asset", "res.company"):
    env[model].get_views([(False, "form"), (False, "list"), (False, "search")])
env["res.config.settings"].get_views([(False, "form")])
for template in env["mail.template"].search([("model", "=", "helpdesk.ticket")]):
    template._render_field("body_html", ticket.ids)
assert not env["ir.cron"].search([]).filtered(lambda job: job.model_id.model not in env)
env.cr.commit()
print("WENT ON", ticket.id)
"""


def open_as_malee(server, paths):
    """The status and the text of each page for the requester."""
    cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    browser = urllib.request.build_opener(urllib.request.ProxyHandler({}), cookies)
    params = {"db": server.database, "login": "malee", "password": "malee-demo"}
    request = urllib.request.Request(
        f"{server.url}/web/session/authenticate",
        data=json.dumps({"params": params}).encode(),
        headers={"Content-Type": "application/json"},
    )
    assert json.load(browser.open(request))["result"]["uid"]
    for path in paths:
        try:
            with browser.open(f"{server.url}{path}") as page:
                yield page.status, page.read().decode()
        except urllib.error.HTTPError as error:
            yield error.code, ""


@pytest.mark.parametrize("addon", [PORTAL, KB, GUEST, PUSH, FIGURES, MONITOR])
def test_uninstall_pages_of_requesters(make_database, run_shell, start_server, addon):
    """Tickets and articles remain; without the portal, OCA's pages show tickets."""
    database = make_database(demo=False)
    run_shell(database, REPORT)
    before = read_facts(run_shell(database, FACTS))
    run_shell(
        database, f'env.ref("base.module_{addon}").button_immediate_uninstall()\n'
    )
    assert read_facts(run_shell(database, FACTS)) == before
    printed = run_shell(database, GO_ON_WITHOUT.replace("{addon}", addon))
    number = printed.partition("WENT ON ")[2].strip()
    paths = "/my/tickets?filterby=all", f"/my/ticket/{number}", "/helpdesk/articles"
    listed, ticket, articles = open_as_malee(start_server(database), paths)
    assert listed[0] == 200 and "Dark" in listed[1]
    assert ticket[0] == 200 and "It stays dark" in ticket[1]
    assert articles[0] == (404 if addon == KB else 200)
    assert ("Dark projector" in articles[1]) == (addon != KB)


# Rules of each kind have decided about a ticket, and more is planned.
RULES = """
from unittest.mock import patch
admin = env.ref("base.user_admin")
team = env["helpdesk.ticket.team"].create({
    "name": "Ruled", "user_ids": [(6, 0, admin.ids)], "user_id": admin.id,
    "assign_in_hours": False,
})
category = env["helpdesk.ticket.category"].search([("parent_id", "!=", False)], limit=1)
rule = env["helpdesk.assignment.rule"].create({
    "name": "Mine", "team_id": team.id, "category_ids": [(6, 0, category.ids)],
    "sequence": 0,
})
late = env["helpdesk.escalation.rule"].create([
    {"name": name, "trigger": "reopened", "count": count,
     "team_ids": [(6, 0, team.ids)], "hand_to": "leader", "raise_priority": "3"}
    for name, count in (("Again", 1), ("Never", 99))
])
env["helpdesk.escalation.rule"].create(
    {"name": "Planned", "trigger": "no_movement", "hours": 5000,
     "notify_leader": True, "team_ids": [(6, 0, team.ids)]})
env["helpdesk.assignment.rule"].create({"name": "Gone", "team_id": team.id}).unlink()
env["helpdesk.stage.requirement"].create({
    "field_name": "solution",
    "stage_ids": [(6, 0, env["helpdesk.ticket.stage"].search(
        [("status_category", "=", "resolved")]).ids)],
})
ticket = env["helpdesk.ticket"].create({
    "name": "Dark", "description": "Dark", "team_id": team.id, "user_id": False,
    "category_id": category.id,
})
assert ticket.user_id and ticket.assignment_ids
ticket._set_status("resolved")
ticket._set_status("open")
env.cr.commit()
with patch.object(env.registry["ir.cron"], "_commit_progress", lambda *a, **k: 1):
    env["helpdesk.ticket.escalation"]._cron_escalate()
lines = env["helpdesk.ticket.escalation"].search([("ticket_id", "=", ticket.id)])
assert set(lines.mapped("state")) == {"done", "planned"}, lines.mapped("state")
assert ticket.priority == "3"
assert env["helpdesk.deleted.rule"].search([])
late[1].action_simulate()
team.member_ids.cap = 5
env.cr.commit()
"""

GO_ON_WITHOUT_RULES = """
addon = env["ir.module.module"].search([("name", "=", "school_helpdesk_workflow")])
assert addon.state == "uninstalled", addon.state
for model in ("helpdesk.escalation.rule", "helpdesk.team.member"):
    assert model not in env, model
ticket = env["helpdesk.ticket"].search([("name", "=", "Dark")])
assert ticket.priority == "3" and ticket.user_id
log = " ".join(map(str, ticket.message_ids.mapped("body")))
assert "Again" in log, log
# nothing asks for the solution any more
ticket._set_status("resolved")
assert ticket.status_category == "resolved"
new = env["helpdesk.ticket"].create(
    {"name": "New", "description": "After", "team_id": ticket.team_id.id}
)
new.user_id = env.user
for model in ("helpdesk.ticket", "helpdesk.ticket.team", "helpdesk.sla", "res.company"):
    env[model].get_views([(False, "form"), (False, "list"), (False, "search")])
assert not env["ir.cron"].search([]).filtered(lambda job: job.model_id.model not in env)
assert not env["mail.message"].search([("model", "=", "helpdesk.team.member")])
env.cr.commit()
print("WENT ON")
"""

WITH_RULES_AGAIN = """
env.ref("base.module_school_helpdesk_workflow").button_immediate_install()
"""

RULES_AGAIN = """
team = env["helpdesk.ticket.team"].search([("name", "=", "Ruled")])
assert team.member_ids.user_id == team.user_ids
rule = env["helpdesk.assignment.rule"].create(
    {"name": "Mine", "team_id": team.id, "team_ids": [(6, 0, team.ids)], "sequence": 0})
team.assign_in_hours = False
ticket = env["helpdesk.ticket"].create({
    "name": "Dark", "description": "Dark", "team_id": team.id, "user_id": False})
assert ticket.assignment_ids.rule_id == rule
print("AGAIN")
"""


def test_uninstall_rules_in_use(make_database, run_shell):
    """What rules did to tickets stays; the rules, and what they planned, are gone."""
    database = make_database(demo=False)
    run_shell(database, RULES)
    run_shell(
        database,
        'env.ref("base.module_school_helpdesk_workflow")'
        ".button_immediate_uninstall()\n",
    )
    assert "WENT ON" in run_shell(database, GO_ON_WITHOUT_RULES, fresh=True)
    run_shell(database, WITH_RULES_AGAIN)
    assert "AGAIN" in run_shell(database, RULES_AGAIN)
