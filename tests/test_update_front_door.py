"""An update opens the front door on websites without a home page of the school."""

#: Websites of the version without a front door, and a view that extends its footer.
FRONT_DOOR_BEFORE = """
blank = env.ref("website.default_website")
blank.homepage_url = False
own = env["website"].create({"name": "Ours"})
view = own.with_context(website_id=own.id).viewref("website.homepage")
view.arch_db = view.arch_db.replace('oe_empty"/>', 'oe_empty"><h1>Hi</h1></div>')
for website in blank, own:
    site = website.with_context(website_id=website.id)
    footer = site.viewref("website.footer_custom")
    if footer.website_id:
        footer.with_context(website_id=website.id).unlink()
view = env.ref("school_helpdesk_push.footer")
former = view.arch_db.replace('expr="."', 'expr="//div"')
assert former != view.arch_db
env.flush_all()
env.cr.execute(
    "UPDATE ir_ui_view SET arch_db = jsonb_build_object('en_US', %s::text)"
    " WHERE id = %s",
    [former, view.id],
)
env.cr.execute(
    "UPDATE ir_module_module SET latest_version = '19.0.1.3.0'"
    " WHERE name = 'school_helpdesk_portal'"
)
env.cr.commit()
"""

FRONT_DOOR_AFTER = """
for website in env["website"].search([], order="id"):
    site = website.with_context(website_id=website.id)
    footer = site.viewref("website.footer_custom")
    print("HOME", website.homepage_url, footer.active)
view = env.ref("school_helpdesk_push.footer")
print("FOOTER", 'expr="."' in view.arch_db, view.active)
"""


def test_a_blank_home_page_becomes_the_front_door(make_database, run_odoo, run_shell):
    """A home page of the school stays; the notifications keep their switch."""
    database = make_database(demo=False)
    run_shell(database, FRONT_DOOR_BEFORE)
    log = run_odoo(database, "--update=school_helpdesk_portal", "--stop-after-init")
    assert " ERROR " not in log.read_text()
    printed = run_shell(database, FRONT_DOOR_AFTER)
    for line in (
        "HOME /helpdesk False",
        "HOME False False",
        "FOOTER True True",
    ):
        assert line in printed, printed
