"""Databases of earlier states of the suite become what an installation makes today.

For each state, its code from the history of this repository installs the suite and
creates data, and the code of today updates it. Compared are the data, and the whole
structure with that of a new database: columns, indexes, constraints, records of the
addons, views, record rules and access rights. ``test_update.py`` checks what the single
migrations do with special data.
"""

import json
import re
import subprocess

import pytest
import suite
from common import read_facts

#: Commits to begin with. The scripts in ``migrations`` that an update from there runs:
STATES = {
    # all of them; guest reports, notifications and SLA clocks do not exist yet
    "before-all-migrations": "84c28fa8fbfada93fae3f3e4b9ddf6dfd4f8eadb^",
    # from base 1.3.0, bridge 1.3.0, portal 1.3.0: no status log, guests in the portal
    "before-the-status-log": "b22c93f1f94987584a28f50bd2decf8345c8485a",
    # from base 1.3.1, bridge 1.4.0, portal 1.4.0, workflow 1.2.0, timesheet 1.2.0
    "before-the-clocks": "4d1c59376ce75b44686864be7db7dc0562b21403",
}

#: What a school did: tickets in each stage of the team with messages and files, a
#: device out of service, an article.
USE = """
name = "school_asset_helpdesk_bridge."
team = env.ref(name + "team_it_support")
agent = env["res.users"].create({
    "name": "Nok", "login": "nok", "group_ids": [
        (6, 0, [env.ref("helpdesk_mgmt.group_helpdesk_manager").id])],
})
requester = env["res.partner"].create(
    {"name": "Malee", "email": "malee@school.example"})
asset = env["asset.asset"].create({
    "asset_code": "UP-1", "name": "Projector", "status": "assigned_teacher",
    "category_id": env["asset.category"].create({"name": "Projectors"}).id,
})
stages = env["helpdesk.ticket.stage"].search([]).filtered(
    lambda stage: not stage.team_ids or team in stage.team_ids)
for number, stage in enumerate(stages):
    ticket = env["helpdesk.ticket"].create({
        "name": f"Upgrade {number}", "description": "<p>It stays <b>dark</b></p>",
        "team_id": team.id, "partner_id": requester.id, "user_id": agent.id,
        "priority": str(number % 4), "asset_id": asset.id,
    })
    ticket.message_post(
        body="See the picture", message_type="comment", subtype_xmlid="mail.mt_comment",
        author_id=requester.id, attachments=[(f"{number}.txt", b"words %d" % number)])
    ticket.stage_id = stage
    # a first answer, before and after which the stage may change
    ticket.with_user(agent).message_post(
        body="Coming", message_type="comment", subtype_xmlid="mail.mt_comment")
held = env["helpdesk.ticket"].create({
    "name": "Upgrade held", "description": "x", "team_id": team.id,
    "asset_id": asset.id})
held.asset_out_of_service = True
article = env["helpdesk.article"].create({"title": "Upgrade", "state": "published"})
# its deadlines were over long ago
env.flush_all()
env.cr.execute(
    "UPDATE helpdesk_ticket SET create_date = '2026-01-05 02:00:00' WHERE id = %s",
    [held.id])
if "helpdesk.ticket.status.log" in env:
    env.cr.execute(
        "UPDATE helpdesk_ticket_status_log SET start = '2026-01-05 02:00:00'"
        " WHERE ticket_id = %s", [held.id])
env.cr.commit()
"""

FACTS = """
import json
tickets = env["helpdesk.ticket"].with_context(active_test=False).search(
    [("name", "=like", "Upgrade%")], order="id")
asset = env["asset.asset"].search([("asset_code", "=", "UP-1")])
articles = env["helpdesk.article"].search([("title", "=", "Upgrade")])
print("FACTS" + json.dumps({
    "asset": asset.status,
    "articles": articles.mapped("state"),
    "tickets": [{
        "number": ticket.number,
        "name": ticket.name,
        "text": str(ticket.description),
        "stage": ticket.stage_id.get_external_id()[ticket.stage_id.id],
        "team": ticket.team_id.name,
        "priority": ticket.priority,
        "people": [ticket.partner_id.name, ticket.user_id.name],
        "asset": ticket.asset_id.asset_code,
        "created": str(ticket.create_date),
        "comments": [
            [str(message.body), message.author_id.name,
             [[file.name, file.raw.decode()] for file in message.attachment_ids]]
            for message in ticket.message_ids.sorted("id")
            if message.message_type == "comment"
        ],
    } for ticket in tickets],
}))
"""

#: Tickets without exactly one open row of the status log that agrees with the ticket.
BROKEN = """
    SELECT ticket.id
      FROM helpdesk_ticket AS ticket
 LEFT JOIN helpdesk_ticket_status_log AS log
        ON log.ticket_id = ticket.id AND log.end IS NULL
  GROUP BY ticket.id
    HAVING count(log.id) <> 1
        OR min(log.stage_id) <> ticket.stage_id
        OR min(log.status_category) <> ticket.status_category
"""

#: Clocks whose deadline is over, and whether somebody would still be told now.
MISSED = """
    SELECT DISTINCT told IS NULL
      FROM helpdesk_ticket_sla
     WHERE deadline < now() AT TIME ZONE 'UTC'
"""

GO_ON = """
held = env["helpdesk.ticket"].search([("name", "=", "Upgrade held")])
held.message_post(body="Repaired", subtype_xmlid="mail.mt_comment")
held._set_status("resolved")
env.flush_all()
print("WENT ON", held.status_category, held.asset_id.status)
env.cr.commit()
"""

#: The structure of a database, as rows of texts.
STRUCTURE = """
    SELECT 'column', table_name::text, column_name::text,
           concat_ws(' ', data_type, character_maximum_length, is_nullable)
      FROM information_schema.columns
     WHERE table_schema = 'public'
     UNION ALL
    SELECT 'index', tablename, indexname, indexdef
      FROM pg_indexes
     WHERE schemaname = 'public'
     UNION ALL
    SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
      FROM pg_constraint
     WHERE connamespace = 'public'::regnamespace
     UNION ALL
    SELECT 'record', module, name, model
      FROM ir_model_data
     WHERE module LIKE 'school%'
     UNION ALL
    SELECT 'view', key, active::text, arch_db->>'en_US'
      FROM ir_ui_view
     WHERE key LIKE 'school%'
     UNION ALL
    SELECT 'rule', data.module || '.' || data.name, rule.active::text,
           concat_ws(' ', domain_force, perm_read, perm_write, perm_create, perm_unlink)
      FROM ir_rule AS rule
      JOIN ir_model_data AS data ON data.model = 'ir.rule' AND data.res_id = rule.id
     UNION ALL
    SELECT 'access', data.module || '.' || data.name, acl.active::text,
           concat_ws(' ', perm_read, perm_write, perm_create, perm_unlink)
      FROM ir_model_access AS acl
      JOIN ir_model_data AS data
        ON data.model = 'ir.model.access' AND data.res_id = acl.id
     UNION ALL
    SELECT 'job', data.module || '.' || data.name, cron.active::text,
           concat_ws(' ', interval_number, interval_type, priority)
      FROM ir_cron AS cron
      JOIN ir_model_data AS data ON data.model = 'ir.cron' AND data.res_id = cron.id
"""


@pytest.fixture(scope="module")
def structure(make_database):
    """The structure of a new database."""
    return set(suite.execute(make_database(demo=False), STRUCTURE))


class OldCode:
    """The code of a commit, which runs in the environment of today."""

    def __init__(self, folder, commit):
        archive = subprocess.run(
            # the clone may belong to another account
            ["git", "-c", "safe.directory=*", "-C", suite.ROOT, "archive", commit],
            capture_output=True,
        )
        assert archive.returncode == 0, (
            f"{commit} is not in the history: this test needs a full clone."
            f" {archive.stderr.decode()}"
        )
        subprocess.run(["tar", "x", "-C", folder], input=archive.stdout, check=True)
        self.addons = suite.addons_in(folder)
        folders = [folder, folder / "tests/addons", *suite.ODOO_ADDONS]
        self.options = (
            f"--addons-path={','.join(map(str, folders))}",
            "--load=base,rpc,web",
        )

    def shell(self, database, code):
        """Run Python in the shell of the old code; return its output."""
        done = subprocess.run(
            suite.odoo_command(
                "shell", f"--database={database}", "--no-http", *self.options
            ),
            input=code,
            capture_output=True,
            text=True,
            cwd="/",
        )
        assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr
        return done.stdout


@pytest.mark.parametrize("state", STATES)
def test_an_earlier_state(
    state, structure, make_database, run_odoo, run_shell, tmp_path
):
    old = OldCode(tmp_path, STATES[state])
    database = make_database(demo=False)
    suite.copy_database(suite.dependencies_template(quiet=True), database)
    run_odoo(database, f"--init={','.join(old.addons)}", *old.options)
    before = read_facts(old.shell(database, USE + FACTS))
    assert len(before["tickets"]) > 5 and before["asset"] == "maintenance"

    new = suite.suite_addons()
    log = run_odoo(
        database,
        f"--update={','.join([*old.addons, suite.ASSET_ADDON])}",
        f"--init={','.join(new)}",
    )
    assert not re.search(r" (ERROR|CRITICAL) ", log.read_text())
    assert read_facts(run_shell(database, FACTS)) == before
    assert suite.execute(database, BROKEN) == []
    assert suite.execute(database, MISSED) == [(False,)]
    found = set(suite.execute(database, STRUCTURE))
    assert json.dumps(sorted(structure - found), indent=1) == "[]", "is missing"
    assert json.dumps(sorted(found - structure), indent=1) == "[]", "was left"
    printed = run_shell(database, GO_ON)
    assert "WENT ON resolved assigned_teacher" in printed
