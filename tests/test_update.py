"""An update of the suite keeps the data of the school.

Each script ``..._BEFORE`` creates data, and below the line ``MARK`` stores them as an
older version did. The scripts run on one database, which is then updated once.
"""

from types import SimpleNamespace

import pytest
import suite

MARK = "# --- as it was stored"

ARTICLES_BEFORE = """
article = env["helpdesk.article"].create({"title": "Old", "state": "published"})
bare = env["helpdesk.article"].create({"title": "Older"})
env.flush_all()
# --- as it was stored
env.cr.execute("ALTER TABLE helpdesk_article DROP COLUMN content_date")
env.cr.execute("UPDATE helpdesk_article SET create_date = '2020-01-01 00:00:00'")
env.cr.execute(
    "UPDATE helpdesk_article_version SET create_date = '2021-01-01 00:00:00'"
)
env.cr.execute(
    "DELETE FROM helpdesk_article_version WHERE article_id = %s", [bare.id]
)
env.ref("school_helpdesk_kb.helpdesk_article_category_rule_public").domain_force = (
    "[('audience', '=', 'public')]"
)
env.flush_all()
# older versions installed rules with noupdate
env.cr.execute(
    "UPDATE ir_model_data SET noupdate = TRUE"
    " WHERE module = 'school_helpdesk_kb' AND model = 'ir.rule'"
)
env.cr.execute(
    "UPDATE ir_module_module SET latest_version = '19.0.1.1.0'"
    " WHERE name = 'school_helpdesk_kb'"
)
"""

ARTICLES_AFTER = """
for title in ("Old", "Older"):
    article = env["helpdesk.article"].search([("title", "=", title)])
    print("SINCE", title, article.content_date.date(), article.is_stale)
print("RULE", env.ref(
    "school_helpdesk_kb.helpdesk_article_category_rule_public").domain_force)
"""


def test_articles(updated, run_shell):
    """Unchanged articles keep their age, and record rules are updated."""
    printed = run_shell(updated.database, ARTICLES_AFTER)
    assert "SINCE Old 2021-01-01 True" in printed
    assert "SINCE Older 2020-01-01 False" in printed
    assert "RULE [('has_answers', '=', True)]" in printed


BRIDGE_BEFORE = """
name = "school_asset_helpdesk_bridge."
env.ref(name + "category_hardware").type_id = False
env.ref(name + "stage_open").name = "Ours"
env.ref(name + "helpdesk_ticket_asset_link_rule_own").domain_force = "[(1, '=', 1)]"
category = env["asset.category"].create({"name": "Projectors"})
for code in ("OLD-1", "OLD-2"):
    asset = env["asset.asset"].create({
        "asset_code": code, "category_id": category.id, "status": "assigned_teacher",
    })
    ticket = env["helpdesk.ticket"].create({
        "asset_id": asset.id, "team_id": env.ref(name + "team_it_support").id,
    })
    ticket.asset_out_of_service = True
asset.status = "assigned_student"
env.flush_all()
# --- as it was stored
env.cr.execute("ALTER TABLE helpdesk_ticket_asset_link DROP COLUMN is_holding")
env.cr.execute(
    "UPDATE ir_model_data SET noupdate = TRUE"
    " WHERE module = 'school_asset_helpdesk_bridge' AND model = 'ir.rule'"
)
env.cr.execute(
    "UPDATE ir_module_module SET latest_version = '19.0.1.0.0'"
    " WHERE name = 'school_asset_helpdesk_bridge'"
)
"""

BRIDGE_AFTER = """
name = "school_asset_helpdesk_bridge."
print("TYPE", env.ref(name + "category_hardware").type_id.name)
print("STAGE", env.ref(name + "stage_open").name)
print("RULE", "user_id" in env.ref(
    name + "helpdesk_ticket_asset_link_rule_own").domain_force)
for code in ("OLD-1", "OLD-2"):
    asset = env["asset.asset"].search([("asset_code", "=", code)])
    asset._sync_holds()
    link = asset.ticket_link_ids
    print("HOLDS", code, link.is_holding, asset.status, asset.status_before_ticket)
    link.ticket_id._set_status("resolved")
    print("FREE", code, link.is_holding, asset.status, asset.status_before_ticket)
"""


def test_devices(updated, run_shell):
    """The school's changes stay; missing values and record rules are updated."""
    printed = run_shell(updated.database, BRIDGE_AFTER)
    assert "TYPE Hardware" in printed
    assert "STAGE Ours" in printed
    assert "RULE True" in printed
    assert "HOLDS OLD-1 True maintenance assigned_teacher" in printed
    assert "FREE OLD-1 False assigned_teacher False" in printed
    # somebody had changed this status by hand before the update
    assert "HOLDS OLD-2 True assigned_student False" in printed
    assert "FREE OLD-2 False assigned_student False" in printed


# Guest reports and notifications as they were before they had their own addons: the
# same records, with the portal as their addon.
SPLIT_BEFORE = """
company = env.company
company.write({
    "helpdesk_guest_reports": True,
    "helpdesk_guest_domains": "school.example",
    "helpdesk_guest_address_limit": 7,
    "helpdesk_guest_device_limit": 8,
    "helpdesk_guest_network_limit": 9,
})
asset = env["asset.asset"].create({
    "asset_code": "OLD-3",
    "name": "Projector",
    "category_id": env["asset.category"].create({"name": "Projectors"}).id,
})
env["helpdesk.guest.report"].create({
    "company_id": company.id, "asset_id": asset.id, "name": "Gus",
    "email": "gus@school.example", "token_hash": "b",
    "expires": "2099-01-01",
})
env["helpdesk.guest.slot"].create({
    "holder": "c", "number": 1, "until": "2099-01-01",
})
env.ref("school_helpdesk_guest.guest_report_mail_template").subject = "Our own words"
env.ref("school_helpdesk_guest.ir_cron_remove_guest_reports").interval_number = 5
env["ir.config_parameter"].set_param("school_helpdesk_portal.push_hosts", "our.example")
env.flush_all()
# --- as it was stored
execute = env.cr.execute
guest, push = "school_helpdesk_guest", "school_helpdesk_push"
modules = {module.name: module.id for module in env["ir.module.module"].search([])}
for new, old in ((guest, "guest_"), (push, "push_switch")):
    execute(
        "UPDATE ir_ui_view SET key = replace(key, %s, 'school_helpdesk_portal.'),"
        " arch_db = replace(arch_db::text, %s, 'school_helpdesk_portal.')::jsonb"
        " WHERE key LIKE %s",
        [new + ".", new + ".", new + ".%"],
    )
execute(
    "DELETE FROM ir_ui_view WHERE id = %s", [env.ref(push + ".footer").id]
)
execute(
    "DELETE FROM ir_model_data WHERE module = %s AND name = 'footer'", [push]
)
for name in (guest, push):
    # identifiers that exist twice, since the portal extends the same records
    execute(
        "DELETE FROM ir_model_data AS new USING ir_model_data AS old"
        " WHERE new.module = %s AND old.module = 'school_helpdesk_portal'"
        " AND old.name = new.name",
        [name],
    )
    execute(
        "UPDATE ir_model_data SET module = 'school_helpdesk_portal' WHERE module = %s",
        [name],
    )
    for table in ("ir_model_constraint", "ir_model_relation"):
        execute(
            f"UPDATE {table} SET module = %s WHERE module = %s",
            [modules["school_helpdesk_portal"], modules[name]],
        )
for old, new in (
    ("helpdesk_guest_address_ceiling", "helpdesk_guest_address_limit"),
    ("helpdesk_guest_device_ceiling", "helpdesk_guest_device_limit"),
    ("helpdesk_guest_ip_ceiling", "helpdesk_guest_network_limit"),
):
    execute(f"ALTER TABLE res_company RENAME COLUMN {new} TO {old}")
    execute(
        "UPDATE ir_model_fields SET name = %s WHERE name = %s AND model LIKE %s",
        [old, new, "res.%"],
    )
    execute(
        "UPDATE ir_model_data SET name = replace(name, %s, %s)"
        " WHERE model = 'ir.model.fields' AND name LIKE %s", [new, old, "field_res_%"]
    )
execute(
    "UPDATE ir_module_module SET state = 'uninstalled', latest_version = NULL"
    " WHERE name IN %s", [(guest, push)]
)
execute(
    "UPDATE ir_module_module SET latest_version = '19.0.1.2.0'"
    " WHERE name = 'school_helpdesk_portal'"
)
"""

#: The names of the records of the three addons.
SPLIT_RECORDS = """
    SELECT module, model, name
      FROM ir_model_data
     WHERE module IN (
        'school_helpdesk_guest', 'school_helpdesk_portal', 'school_helpdesk_push'
     )
     UNION
    SELECT ir_module_module.name, 'constraint', ir_model_constraint.name
      FROM ir_model_constraint
      JOIN ir_module_module ON ir_module_module.id = ir_model_constraint.module
     WHERE ir_module_module.name IN (
        'school_helpdesk_guest', 'school_helpdesk_portal', 'school_helpdesk_push'
     )
     ORDER BY 1, 2, 3
"""

SPLIT_AFTER = """
guest, push = "school_helpdesk_guest", "school_helpdesk_push"
states = env["ir.module.module"].search([("name", "in", (guest, push))])
print("STATES", states.mapped("state"), states.mapped("latest_version"))
company = env.company
print(
    "SETTINGS", company.helpdesk_guest_reports, company.helpdesk_guest_domains,
    company.helpdesk_guest_address_limit, company.helpdesk_guest_device_limit,
    company.helpdesk_guest_network_limit,
)
print("ROWS", env["helpdesk.guest.report"].search([]).mapped("email"),
    env["helpdesk.guest.slot"].search([]).mapped("holder"))
print("TEMPLATE", env.ref(guest + ".guest_report_mail_template").subject,
    env["mail.template"].search_count([("model", "=", "helpdesk.guest.report")]))
print("JOB", env.ref(guest + ".ir_cron_remove_guest_reports").interval_number,
    env["ir.cron"].search_count([("model_id.model", "=", "helpdesk.guest.report")]))
parameter = env["ir.config_parameter"].get_param
print("HOSTS", parameter(push + ".hosts"),
    parameter("school_helpdesk_portal.push_hosts"))
for model in ("ir.ui.view", "ir.rule", "ir.model.access", "ir.ui.menu"):
    data = env["ir.model.data"].search(
        [("module", "in", (guest, push)), ("model", "=", model)])
    assert len(env[model].browse(data.mapped("res_id")).exists()) == len(data), model
views = env["ir.ui.view"].with_context(active_test=False)
print("VIEWS", views.search_count([("key", "=like", "school_helpdesk_portal.guest%")]),
    views.search_count([("key", "=", guest + ".guest_form")]),
    views.search_count([("key", "=", guest + ".scan_page_guest")]),
    views.search_count([("key", "=", push + ".push_switch")]))
env["res.config.settings"].get_views([(False, "form")])
"""


def test_guests_and_notifications_become_addons(updated, run_shell):
    """An update of the portal installs both; data and the school's changes stay."""
    assert updated.old[SPLIT_RECORDS] != updated.fresh[SPLIT_RECORDS]
    assert " ERROR " not in updated.log.read_text()
    # the same records as in a new database
    assert updated.records[SPLIT_RECORDS] == updated.fresh[SPLIT_RECORDS]
    printed = run_shell(updated.database, SPLIT_AFTER)
    for line in (
        "STATES ['installed', 'installed'] ['19.0.1.0.0', '19.0.1.1.0']",
        "SETTINGS True school.example 7 8 9",
        "ROWS ['gus@school.example'] ['c']",
        "TEMPLATE Our own words 1",
        "JOB 5 1",
        "HOSTS our.example False",
        "VIEWS 0 1 1 1",
    ):
        assert line in printed, printed


# Forms sent before the update, when each model stored its own keys.
SENT_BEFORE = """
user = env["res.users"].create({"name": "Malee", "login": "malee"})
tickets = env["helpdesk.ticket"].with_user(user).sudo().create([
    {"name": name, "description": "<p>x</p>"} for name in ("New", "Old")
])
message = tickets[0].message_post(body="More", message_type="comment")
env.flush_all()
# --- as it was stored
execute = env.cr.execute
execute("ALTER TABLE helpdesk_ticket ADD COLUMN report_key varchar")
execute(
    "CREATE UNIQUE INDEX helpdesk_ticket_report_key_unique"
    " ON helpdesk_ticket (create_uid, report_key) WHERE report_key IS NOT NULL"
)
execute("UPDATE helpdesk_ticket SET report_key = 'key of ' || name")
execute(
    "UPDATE helpdesk_ticket SET create_date = create_date - INTERVAL '31 days'"
    " WHERE id = %s", [tickets[1].id]
)
execute(
    "UPDATE mail_message SET message_id = '<key of More-comment@helpdesk>'"
    " WHERE id = %s", [message.id]
)
execute(
    "CREATE UNIQUE INDEX mail_message_helpdesk_comment_unique"
    " ON mail_message (message_id) WHERE message_id LIKE '%%-comment@helpdesk>'"
)
execute(
    "ALTER TABLE helpdesk_guest_report ADD COLUMN key varchar NOT NULL"
    " DEFAULT 'key of a guest'"
)
execute(
    "UPDATE ir_module_module SET latest_version = '19.0.1.2.0'"
    " WHERE name = 'school_helpdesk_portal'"
)
"""

SENT_AFTER = """
user = env["res.users"].search([("login", "=", "malee")])
Submission = env["helpdesk.submission"].with_user(user)
print("NEW", Submission._find("key of New", "helpdesk.ticket").name)
print("OLD", Submission._find("key of Old", "helpdesk.ticket").name)
print("MORE", Submission._find("key of More", "mail.message").body)
env.cr.execute(
    "SELECT 1 FROM information_schema.columns WHERE column_name = 'report_key'"
    " OR (table_name = 'helpdesk_guest_report' AND column_name = 'key')"
)
print("COLUMNS", env.cr.fetchall())
env.cr.execute("SELECT to_regclass('mail_message_helpdesk_comment_unique')")
print("INDEX", env.cr.fetchall())
"""


def test_a_form_sent_before_the_update_is_recognized(updated, run_shell):
    """A form sent before the update and again after it is recognized."""
    printed = run_shell(updated.database, SENT_AFTER)
    assert "NEW New" in printed
    assert "OLD False" in printed
    assert "MORE <p>More</p>" in printed
    assert "COLUMNS []" in printed
    assert "INDEX [(None,)]" in printed


# The state before SLA clocks and timesheets had their own addons: all was in base.
CLOCKS_BEFORE = """
team = env["helpdesk.ticket.team"].create({
    "name": "Desk", "use_sla": True,
    "resource_calendar_id": env.company.resource_calendar_id.id,
})
stage = env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
env["helpdesk.sla"].create({
    "name": "Soon", "hours": 2, "stage_id": stage.id, "team_ids": [(4, team.id)],
})
source, target = env["helpdesk.ticket"].create([
    {"name": name, "description": "<p>x</p>", "team_id": team.id}
    for name in ("Update source", "Update target")
])
assert len((source + target).ticket_sla_ids) == 2
# a policy by priority, one for the beginning of the work, and one without time
high, begun, empty = env["helpdesk.sla"].create([
    {"name": "Update high", "hours": 3, "stage_id": stage.id,
     "team_ids": [(4, team.id)], "domain": '[("priority", "=", "2")]',
     "ignore_stage_ids": env.ref("helpdesk_mgmt.helpdesk_ticket_stage_awaiting").ids},
    {"name": "Update begun", "hours": 1, "team_ids": [(4, team.id)],
     "stage_id": env.ref("helpdesk_mgmt.helpdesk_ticket_stage_in_progress").id},
    {"name": "Update empty", "hours": 1, "team_ids": [(4, team.id)]},
])
project = env["project.project"].create({"name": "Update hours"})
env["account.analytic.line"].create({
    "name": "Cable", "ticket_id": source.id, "project_id": project.id,
    "employee_id": env["hr.employee"].create({"name": "Agent"}).id, "unit_amount": 1.5,
})
print("ACCESS", env.ref("school_helpdesk_workflow.access_helpdesk_sla_agent").id)
env.flush_all()
# --- as it was stored
# there were only policies for the resolution, and a filter chose the priority
env.cr.execute('''
    DELETE FROM helpdesk_ticket_sla WHERE target = 'first_response';
    DELETE FROM helpdesk_notification_rule
     WHERE event IN ('at_risk', 'missed', 'escalated');
    DELETE FROM ir_model_data
     USING helpdesk_sla AS policy
     WHERE model = 'helpdesk.sla' AND res_id = policy.id
       AND policy.target = 'first_response';
    DELETE FROM helpdesk_sla WHERE target = 'first_response';
    UPDATE helpdesk_sla SET domain = '[("priority", "=", "' || priority || '")]'
     WHERE priority IS NOT NULL;
''')
env.cr.execute('''
    ALTER TABLE helpdesk_sla
        DROP CONSTRAINT IF EXISTS helpdesk_sla_time_positive,
        DROP COLUMN target, DROP COLUMN minutes, DROP COLUMN priority,
        DROP COLUMN sequence, DROP COLUMN specificity, DROP COLUMN pause_vendor,
        DROP COLUMN pause_part, DROP COLUMN pause_approval, DROP COLUMN pause_other
''')
env.cr.execute("UPDATE helpdesk_sla SET hours = 0 WHERE id = %s", [empty.id])
env.cr.execute('''
    ALTER TABLE helpdesk_ticket_sla
        DROP COLUMN target CASCADE, DROP COLUMN is_running, DROP COLUMN start,
        DROP COLUMN warn_date, DROP COLUMN done_date, DROP COLUMN paused_hours
''')
# OCA had a clock for each policy, and counted some as met that were not
env.cr.execute('''
    INSERT INTO helpdesk_ticket_sla (ticket_id, sla_id, state, deadline)
    SELECT ticket.id, policy.id, 'accomplished', now()
      FROM helpdesk_ticket AS ticket, helpdesk_sla AS policy
     WHERE ticket.id IN %s AND policy.id IN %s
''', [(source.id, target.id), (high.id, begun.id)])
env.cr.execute('''
    UPDATE ir_model_data SET module = 'school_helpdesk_base'
     WHERE module = 'school_helpdesk_workflow'
       AND (name IN ('access_helpdesk_sla_agent', 'model_helpdesk_ticket_sla')
            OR name LIKE 'field_helpdesk_ticket_sla\\\\_\\\\_%')
''')
env.cr.execute('''
    UPDATE ir_model_data SET module = 'school_helpdesk_base'
     WHERE module = 'school_helpdesk_timesheet'
       AND name = 'field_account_analytic_line__ticket_id'
''')
env.cr.execute('''
    INSERT INTO ir_model_data (module, name, model, res_id, noupdate)
    SELECT 'school_helpdesk_base', name, model, res_id, noupdate FROM ir_model_data
     WHERE module = 'school_helpdesk_timesheet'
       AND name = 'model_account_analytic_line'
''')
# the addon did not exist: the addresses of its pages are free
env.cr.execute('''
    UPDATE ir_actions SET path = NULL
     WHERE id IN (SELECT res_id FROM ir_model_data
                   WHERE module = 'school_helpdesk_workflow'
                     AND model LIKE 'ir.actions.%%')
''')
env.cr.execute("DELETE FROM ir_model_data WHERE module = 'school_helpdesk_workflow'")
env.cr.execute('''
    UPDATE ir_module_module SET state = 'uninstalled', latest_version = NULL
     WHERE name = 'school_helpdesk_workflow'
''')
env.cr.execute('''
    UPDATE ir_module_module SET latest_version = '19.0.1.2.0'
     WHERE name = 'school_helpdesk_base'
''')
"""

CLOCKS_AFTER = """
for addon in ("school_helpdesk_workflow", "school_helpdesk_timesheet"):
    assert env.ref(f"base.module_{addon}").state == "installed", addon
access = env.ref("school_helpdesk_workflow.access_helpdesk_sla_agent")
print("ACCESS", access.id)
assert env["ir.model.access"].search_count([("name", "=", access.name)]) == 1
for name in ("portal", "base_user"):
    assert not env.ref(f"helpdesk_mgmt_sla.access_helpdesk_sla_{name}").active
assert not env["ir.model.data"].search([
    ("module", "=", "school_helpdesk_base"),
    "|", ("name", "like", "helpdesk_ticket_sla"), ("name", "like", "analytic_line"),
])
for name in ("school_helpdesk_workflow.field_helpdesk_ticket_sla__ticket_id",
             "school_helpdesk_timesheet.field_account_analytic_line__ticket_id"):
    assert env.ref(name).name == "ticket_id"
source, target = env["helpdesk.ticket"].search(
    [("name", "=like", "Update %")], order="name"
)
assert source.ticket_sla_ids and source.total_hours == 1.5
policies = {
    policy.name: policy
    for policy in env["helpdesk.sla"].with_context(active_test=False).search(
        [("name", "=like", "Update %")]
    )
}
high, begun, empty = [policies["Update " + name] for name in ("high", "begun", "empty")]
assert (high.target, high.priority, high.domain) == ("resolution", "2", "[]")
assert high.pause_vendor and high.pause_other and not begun.pause_vendor
assert begun.target == "first_response"
assert (empty.active, empty.hours) == (False, 1)
for ticket in source + target:
    by_target = {clock.target: clock for clock in ticket.ticket_sla_ids}
    assert len(ticket.ticket_sla_ids) == 2, ticket.ticket_sla_ids
    assert by_target["first_response"].sla_id == begun
    assert by_target["resolution"].sla_id.name == "Soon"
    assert set(ticket.ticket_sla_ids.mapped("state")) <= {"in_progress", "expired"}
    assert ticket._get_deadline("resolution") == by_target["resolution"].deadline
    assert ticket.next_due == min(ticket.ticket_sla_ids.mapped("deadline"))
source.merged_into_id = target
source._merge_concerns(target, True)
source._set_status("cancelled")
assert set(source.ticket_sla_ids.mapped("state")) == {"void"}
assert target.total_hours == 1.5
print("MERGED")
"""


@pytest.fixture
def updated_base(make_database, run_odoo, run_shell):
    """A database without our other addons, made old and updated."""
    database = make_database(demo=False)
    suite.copy_database(suite.dependencies_template(quiet=True), database)
    run_odoo(database, "--init=school_helpdesk_base", "--stop-after-init")
    return make_old_and_update(database, [CLOCKS_BEFORE], run_odoo, run_shell)


@pytest.mark.parametrize("addons", ["the suite", "base alone"])
def test_clocks_and_timesheets(request, run_shell, addons):
    """The records stay the same, and the new addons that own them are installed."""
    fixture = "updated" if addons == "the suite" else "updated_base"
    updated = request.getfixturevalue(fixture)
    [access] = [line for line in updated.printed if line.startswith("ACCESS")]
    after = run_shell(updated.database, CLOCKS_AFTER)
    assert access in after
    assert "MERGED" in after


FILES_BEFORE = """
agent = env.ref("base.user_admin")
requester = env["res.partner"].create({"name": "Requester"})
ticket = env["helpdesk.ticket"].create(
    {"name": "Old files", "description": "Files", "partner_id": requester.id}
)
for kind in ("comment", "note"):
    ticket.with_user(agent).message_post(
        body=kind, subtype_xmlid="mail.mt_" + kind, attachments=[(kind + ".txt", b"x")]
    )
env["ir.attachment"].with_user(agent).create(
    {"name": "loose.txt", "raw": b"x", "res_model": ticket._name, "res_id": ticket.id}
)
env.flush_all()
# --- as it was stored
env.cr.execute("ALTER TABLE ir_attachment DROP COLUMN helpdesk_desk_only")
env.cr.execute(
    "UPDATE ir_module_module SET latest_version = '19.0.1.2.0'"
    " WHERE name = 'school_helpdesk_base'"
)
"""

FILES_AFTER = """
ticket = env["helpdesk.ticket"].search([("name", "=", "Old files")])
for file in ticket.attachment_ids:
    print("FILE", file.name, file.helpdesk_desk_only)
"""


def test_files_of_the_desk(updated, run_shell):
    """An update also marks existing files that are for the desk only."""
    printed = run_shell(updated.database, FILES_AFTER)
    assert "FILE comment.txt False" in printed
    assert "FILE note.txt note" in printed
    assert "FILE loose.txt loose" in printed


# The rate limits as they were before their fields had their current names.
LIMITS_BEFORE = """
env.company.write({"helpdesk_mail_limit": 7, "helpdesk_portal_limit": 8})
env.flush_all()
# --- as it was stored
for kind in ("mail", "portal"):
    old, new = f"helpdesk_{kind}_ceiling", f"helpdesk_{kind}_limit"
    env.cr.execute(f"ALTER TABLE res_company RENAME COLUMN {new} TO {old}")
    env.cr.execute(
        "UPDATE ir_model_fields SET name = %s WHERE name = %s AND model LIKE %s",
        [old, new, "res.%"],
    )
    env.cr.execute(
        "UPDATE ir_model_data SET name = replace(name, %s, %s)"
        " WHERE model = 'ir.model.fields' AND name LIKE %s", [new, old, "field_res_%"]
    )
env.cr.execute(
    "UPDATE ir_ui_view SET arch_db = replace(replace(arch_db::text,"
    " 'mail_limit', 'mail_ceiling'), 'portal_limit', 'portal_ceiling')::jsonb"
    " WHERE id = %s",
    [env.ref("school_helpdesk_base.res_config_settings_view_form_intake").id],
)
env.cr.execute(
    "UPDATE ir_module_module SET latest_version = '19.0.1.2.0'"
    " WHERE name = 'school_helpdesk_base'"
)
"""

LIMITS_AFTER = """
print("LIMITS", env.company.helpdesk_mail_limit, env.company.helpdesk_portal_limit)
env["res.config.settings"].get_views([(False, "form")])
"""

#: The names of the columns and fields of the rate limits, and of their external ids.
LIMIT_NAMES = """
    SELECT 'column', column_name::text
      FROM information_schema.columns
     WHERE table_name = 'res_company'
       AND column_name ~ '^helpdesk_(mail|portal)_(ceiling|limit)$'
     UNION ALL
    SELECT model, name
      FROM ir_model_fields
     WHERE name ~ '^helpdesk_(mail|portal)_(ceiling|limit)$'
     UNION ALL
    SELECT module, name
      FROM ir_model_data
     WHERE name ~ '__helpdesk_(mail|portal)_(ceiling|limit)$'
     ORDER BY 1, 2
"""


def test_rate_limits_are_renamed(updated, run_shell):
    """The rate limits keep their values, and no field exists twice."""
    assert updated.old[LIMIT_NAMES] != updated.fresh[LIMIT_NAMES]
    assert " ERROR " not in updated.log.read_text()
    assert updated.records[LIMIT_NAMES] == updated.fresh[LIMIT_NAMES]
    assert "LIMITS 7 8" in run_shell(updated.database, LIMITS_AFTER)


# Waiting tickets of the version that had no field ``waiting_for``.
WAITS_BEFORE = """
team = env.ref("school_asset_helpdesk_bridge.team_it_support")
waiting, opened = env["helpdesk.ticket"].create(
    [
        {"name": name, "description": "Text", "team_id": team.id}
        for name in ("Old wait", "Old work")
    ]
)
waiting._set_status("waiting")
env.flush_all()
# --- as it was stored
for table in ("helpdesk_ticket", "helpdesk_ticket_status_log"):
    env.cr.execute(f"ALTER TABLE {table} DROP COLUMN waiting_for")
for addon, version in (
    ("school_helpdesk_base", "19.0.1.3.0"),
    ("school_helpdesk_timesheet", "19.0.1.1.0"),
):
    env.cr.execute(
        "UPDATE ir_module_module SET latest_version = %s WHERE name = %s",
        [version, addon],
    )
"""

WAITS_AFTER = """
for name in ("Old wait", "Old work"):
    ticket = env["helpdesk.ticket"].search([("name", "=", name)])
    print("WAIT", name, ticket.waiting_for,
        [row.waiting_for for row in ticket.status_log_ids])
"""


def test_waits(updated, run_shell):
    """Old waits are for the requester."""
    printed = run_shell(updated.database, WAITS_AFTER)
    assert "WAIT Old wait requester [False, 'requester']" in printed
    assert "WAIT Old work False [False]" in printed


PROJECTS_BEFORE = """
team = env.ref("school_asset_helpdesk_bridge.team_it_support")
ticket = env["helpdesk.ticket"].create(
    {"name": "Old work", "description": "Text", "team_id": team.id}
)
ticket.project_id = False
env.flush_all()
env.cr.execute(
    "UPDATE ir_module_module SET latest_version = '19.0.1.1.0'"
    " WHERE name = 'school_helpdesk_timesheet'"
)
env.cr.commit()
"""

PROJECTS_AFTER = """
team = env.ref("school_asset_helpdesk_bridge.team_it_support")
ticket = env["helpdesk.ticket"].search([("name", "=", "Old work")])
print("PROJECT", ticket.project_id == team.default_project_id)
"""


def test_open_tickets_get_the_project_for_timesheets(
    make_database, run_odoo, run_shell
):
    """Open tickets without a project get that of their team."""
    database = make_database(demo=False)
    run_shell(database, PROJECTS_BEFORE)
    run_odoo(database, "--update=school_helpdesk_timesheet", "--stop-after-init")
    assert "PROJECT True" in run_shell(database, PROJECTS_AFTER)


# Tickets of the version without a queue, and with the facts about devices as texts.
QUEUE_BEFORE = """
bridge = "school_asset_helpdesk_bridge."
agent = env.ref("base.user_admin")
agent.group_ids += env.ref("helpdesk_mgmt.group_helpdesk_manager")
company = env["res.partner"].create({"name": "Sister School"})
requester = env["res.partner"].create({"name": "Malee", "parent_id": company.id})
building = env["asset.location"].create(
    {"name": "Science", "location_type": "building"})
room = env["asset.location"].create({"name": "Lab", "parent_id": building.id})
asset = env["asset.asset"].create({
    "asset_code": "OLD-3", "brand": "Epson", "model": "EB-X06",
    "category_id": env["asset.category"].create({"name": "Projectors"}).id,
    "location_id": room.id,
    "custodian_id": env["hr.employee"].create({"name": "Anong"}).id,
})
team = env.ref(bridge + "team_it_support")
tickets = env["helpdesk.ticket"].create([
    {"name": name, "description": "<p>x</p>", "team_id": team.id, "priority": "2",
     "partner_id": requester.id, "asset_id": asset.id}
    for name in (
        "Silent", "Answered", "Asked again", "Ended", "No device", "On order"
    )
])
tickets[4].write({"asset_id": False, "priority": False})
for ticket in tickets[1:4]:
    ticket.with_user(agent).message_post(
        body="Answer", message_type="comment", subtype_xmlid="mail.mt_comment")
for ticket in tickets[2:4]:
    ticket.message_post(
        body="Again", message_type="email", author_id=requester.id,
        subtype_xmlid="mail.mt_comment")
tickets[1].with_user(agent).message_post(body="Note")
tickets[3]._set_status("resolved")
tickets[5].with_user(agent)._wait("A lamp", waiting_for="part")
env.flush_all()
print("QUEUE DUE", tickets[1].next_due, tickets[3].next_due)
# --- as it was stored
env.cr.execute('''
    ALTER TABLE helpdesk_ticket
        DROP COLUMN awaiting, DROP COLUMN unanswered_since, DROP COLUMN next_due,
        DROP COLUMN queue_rank, DROP COLUMN asset_model, DROP COLUMN asset_category,
        DROP COLUMN asset_location, DROP COLUMN asset_building,
        DROP COLUMN asset_location_reported, DROP COLUMN asset_custodian,
        DROP COLUMN requester_group
''')
env.cr.execute("ALTER TABLE asset_location DROP COLUMN building_id")
for addon, version in (
    ("school_helpdesk_base", "19.0.1.3.0"),
    ("school_asset_helpdesk_bridge", "19.0.1.3.0"),
    ("school_helpdesk_workflow", "19.0.1.0.0"),
):
    env.cr.execute(
        "UPDATE ir_module_module SET latest_version = %s WHERE name = %s",
        [version, addon],
    )
"""

QUEUE_AFTER = """
tickets = env["helpdesk.ticket"].search(
    [
        (
            "name",
            "in",
            ("Silent", "Answered", "Asked again", "Ended", "No device", "On order"),
        )
    ],
    order="id",
)
print("QUEUE DUE", tickets[1].next_due, tickets[3].next_due)
for ticket in tickets:
    print(
        "TICKET", ticket.name, ticket.awaiting, bool(ticket.unanswered_since),
        ticket.queue_rank, ticket.asset_model, ticket.asset_category.name,
        ticket.asset_location.name, ticket.asset_building.name,
        ticket.asset_custodian.name, ticket.asset_location_reported.name,
        ticket.requester_group,
    )
"""


def test_queue(updated, run_shell):
    """Existing tickets get their place in the queue and the records of their device."""
    [due] = [line for line in updated.printed if line.startswith("QUEUE DUE")]
    assert due != "QUEUE DUE False False"
    assert " ERROR " not in updated.log.read_text()
    printed = run_shell(updated.database, QUEUE_AFTER)
    device = "Epson EB-X06 Projectors Lab Science Anong False Sister School"
    for line in (
        due,
        # the tickets that do not wait have a deadline
        f"TICKET Silent desk True 8 {device}",
        f"TICKET Answered requester False 8 {device}",
        f"TICKET Asked again desk True 8 {device}",
        f"TICKET Ended False False -1 {device}",
        # a waiting ticket of the old version: it waits for the requester
        f"TICKET On order requester False 2 {device}",
        # without a priority no policy fits, so it has no deadline
        f"TICKET No device desk True 4 {'False ' * 6}Sister School",
    ):
        assert line in printed, printed


# --- the database --------------------------------------------------------------------

#: Runs the first parts of all scripts before the second parts, because the second parts
#: change the tables, so that the models no longer match them.
MAKE_OLD = """
spaces = []
for first, second in SCRIPTS:
    spaces.append({"env": env, "__name__": "__main__"})
    exec(first, spaces[-1])
# mails are sent now, while the models fit
env.cr.commit()
for (first, second), space in zip(SCRIPTS, spaces):
    exec(second, space)
env.cr.commit()
"""
RECORDS = (SPLIT_RECORDS, LIMIT_NAMES)


def make_old_and_update(database, scripts, run_odoo, run_shell):
    """Run the scripts and update the database.

    :return: the database, the lines that the scripts printed, the log of the update,
        and the rows of ``RECORDS`` before the scripts, before the update, and after it
    """

    def get_records():
        return {query: suite.execute(database, query) for query in RECORDS}

    fresh = get_records()
    parts = [script.split(MARK) for script in scripts]
    printed = run_shell(database, f"SCRIPTS = {parts!r}\n{MAKE_OLD}")
    old = get_records()
    # an update of base also updates the addons that depend on it
    log = run_odoo(database, "--update=school_helpdesk_base", "--stop-after-init")
    return SimpleNamespace(
        database=database,
        printed=printed.splitlines(),
        log=log,
        fresh=fresh,
        old=old,
        records=get_records(),
    )


# Mails of stages, as they were before the notifications: delivered, changed by the
# school, and taken off by the school.
STAGE_MAILS_BEFORE = """
module = "school_asset_helpdesk_bridge"
for name, stage in (
    ("received", "new"), ("in_progress", "in_progress"), ("resolved", "resolved"),
):
    template = env["mail.template"].create({
        "name": name,
        "model_id": env["ir.model"]._get_id("helpdesk.ticket"),
        "subject": "Delivered",
    })
    env["ir.model.data"].create({
        "module": module, "name": f"email_template_ticket_{name}", "noupdate": True,
        "model": "mail.template", "res_id": template.id,
    })
    env.ref(f"{module}.stage_{stage}").write(
        {"mail_template_id": template.id, "notify_requesters": False}
    )
template.with_user(env.ref("base.user_admin")).subject = "Ours"
env.flush_all()
# --- as it was stored
env.cr.execute(
    "ALTER TABLE res_company DROP COLUMN helpdesk_reminder_days,"
    " DROP COLUMN helpdesk_unanswered_close_days"
)
env.cr.execute(
    "ALTER TABLE helpdesk_ticket DROP COLUMN reminder_date,"
    " DROP COLUMN unanswered_close_date"
)
env.cr.execute(
    "UPDATE ir_module_module SET latest_version = '19.0.1.4.0' WHERE name IN"
    " ('school_helpdesk_base', 'school_asset_helpdesk_bridge')"
)
"""

STAGE_MAILS_AFTER = """
module = "school_asset_helpdesk_bridge"
for name in ("new", "in_progress", "resolved", "pending"):
    stage = env.ref(f"{module}.stage_{name}")
    print("STAGE", name, stage.mail_template_id.subject, stage.notify_requesters)
for name in ("received", "in_progress", "resolved"):
    print("LEFT", name, bool(
        env.ref(f"{module}.email_template_ticket_{name}", raise_if_not_found=False)))
Rule = env["helpdesk.notification.rule"]
for event in ("receipt", "waiting", "on_hold", "resolved", "cancelled"):
    print("TOLD", event, Rule._tells(event, "requesters", "mail"))
print("DAYS", env.company.helpdesk_reminder_days,
    env.company.helpdesk_unanswered_close_days)
"""


def test_mails_of_stages_become_notifications(updated, run_shell):
    """What the school has changed stays; nobody is reminded by an update."""
    printed = run_shell(updated.database, STAGE_MAILS_AFTER)
    for line in (
        "STAGE new False False",
        "STAGE in_progress False True",
        "STAGE resolved Ours False",
        "STAGE pending False False",
        "LEFT received False",
        "LEFT in_progress False",
        "LEFT resolved True",
        "TOLD receipt True",
        # no stage had a mail about a wait
        "TOLD waiting False",
        "TOLD on_hold False",
        "TOLD resolved True",
        "TOLD cancelled True",
        "DAYS 0 0",
    ):
        assert line in printed, printed


@pytest.fixture(scope="module")
def updated(make_database, run_odoo, run_shell):
    """A database of the whole suite, made old by all scripts and updated."""
    # the latest changes first: the oldest version of an addon is the one that remains
    scripts = [
        STAGE_MAILS_BEFORE,
        WAITS_BEFORE,
        QUEUE_BEFORE,
        ARTICLES_BEFORE,
        BRIDGE_BEFORE,
        SPLIT_BEFORE,
        SENT_BEFORE,
        CLOCKS_BEFORE,
        FILES_BEFORE,
        LIMITS_BEFORE,
    ]
    database = make_database(demo=False)
    return make_old_and_update(database, scripts, run_odoo, run_shell)
