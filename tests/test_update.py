"""What a school has already must come through an update of the suite as it was."""

BEFORE = """
article = env["helpdesk.article"].create({"title": "Old", "state": "published"})
bare = env["helpdesk.article"].create({"title": "Older"})
env.flush_all()
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
# rules were installed to stay as they are
env.cr.execute(
    "UPDATE ir_model_data SET noupdate = TRUE"
    " WHERE module = 'school_helpdesk_kb' AND model = 'ir.rule'"
)
env.cr.execute(
    "UPDATE ir_module_module SET latest_version = '19.0.1.1.0'"
    " WHERE name = 'school_helpdesk_kb'"
)
env.cr.commit()
"""

AFTER = """
for title in ("Old", "Older"):
    article = env["helpdesk.article"].search([("title", "=", title)])
    print("SINCE", title, article.content_date.date(), article.is_stale)
print("RULE", env.ref(
    "school_helpdesk_kb.helpdesk_article_category_rule_public").domain_force)
"""


def test_articles(make_database, run_odoo, run_shell):
    """One that nobody changed for years does not count as new; rules are today's."""
    database = make_database(demo=False)
    run_shell(database, BEFORE)
    run_odoo(database, "--update=school_helpdesk_kb", "--stop-after-init")
    printed = run_shell(database, AFTER)
    assert "SINCE Old 2021-01-01 True" in printed
    assert "SINCE Older 2020-01-01 False" in printed
    assert "RULE [('has_answers', '=', True)]" in printed


BRIDGE_BEFORE = """
name = "school_asset_helpdesk_bridge."
env.ref(name + "category_hardware").type_id = False
env.ref(name + "stage_open").name = "Ours"
env.ref(name + "helpdesk_ticket_asset_link_rule_own").domain_force = "[(1, '=', 1)]"
env.flush_all()
env.cr.execute(
    "UPDATE ir_model_data SET noupdate = TRUE"
    " WHERE module = 'school_asset_helpdesk_bridge' AND model = 'ir.rule'"
)
env.cr.execute(
    "UPDATE ir_module_module SET latest_version = '19.0.1.0.0'"
    " WHERE name = 'school_asset_helpdesk_bridge'"
)
env.cr.commit()
"""

BRIDGE_AFTER = """
name = "school_asset_helpdesk_bridge."
print("TYPE", env.ref(name + "category_hardware").type_id.name)
print("STAGE", env.ref(name + "stage_open").name)
print("RULE", "user_id" in env.ref(
    name + "helpdesk_ticket_asset_link_rule_own").domain_force)
"""


def test_devices(make_database, run_odoo, run_shell):
    """What is the school's by now stays; what was missing comes, and today's rules."""
    database = make_database(demo=False)
    run_shell(database, BRIDGE_BEFORE)
    run_odoo(database, "--update=school_asset_helpdesk_bridge", "--stop-after-init")
    printed = run_shell(database, BRIDGE_AFTER)
    assert "TYPE Hardware" in printed
    assert "STAGE Ours" in printed
    assert "RULE True" in printed


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
env.cr.execute("ALTER TABLE ir_attachment DROP COLUMN helpdesk_desk_only")
env.cr.execute(
    "UPDATE ir_module_module SET latest_version = '19.0.1.2.0'"
    " WHERE name = 'school_helpdesk_base'"
)
env.cr.commit()
"""

FILES_AFTER = """
ticket = env["helpdesk.ticket"].search([("name", "=", "Old files")])
for file in ticket.attachment_ids:
    print("FILE", file.name, file.helpdesk_desk_only)
"""


def test_files_of_the_desk(make_database, run_odoo, run_shell):
    """Which files are for the desk alone is known of those from before as well."""
    database = make_database(demo=False)
    run_shell(database, FILES_BEFORE)
    run_odoo(database, "--update=school_helpdesk_base", "--stop-after-init")
    printed = run_shell(database, FILES_AFTER)
    assert "FILE comment.txt False" in printed
    assert "FILE note.txt note" in printed
    assert "FILE loose.txt loose" in printed
