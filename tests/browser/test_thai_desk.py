"""The desk's screens in Thai have no English words of ours or of the OCA addons.

The manager opens each menu of the help desk: the list, its search menu, and the first
record with all its tabs. Each English term of the addons whose Thai differs is looked
for on the screen. Values of records are not: people write them in any language.
"""

import polib
import pytest
import suite
from conftest import collect_errors
from playwright.sync_api import expect

from .test_accessibility import fragments, plain

#: Where people's own words are.
VALUES = (
    ".o_data_cell, .o_field_widget, .o_kanban_record, .o-mail-Message, .o_facet_value, "
    ".o_last_breadcrumb_item, .o_notebook .o_field_html, .o_group_header, textarea, "
    ".o_graph_renderer, .o_pivot tbody th, .o_user_menu, script, style"
)
TEXTS = """values => {
    const found = new Set();
    const add = (text) => found.add((text || "").replace(/\\s+/g, " ").trim());
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement;
        if (!parent.closest(values) && parent.checkVisibility()) {
            add(walker.currentNode.data);
        }
    }
    for (const name of ["title", "placeholder", "aria-label", "data-tooltip"]) {
        for (const node of document.querySelectorAll(`[${name}]`)) {
            if (name === "placeholder" || !node.closest(values)) {
                add(node.getAttribute(name));
            }
        }
    }
    return [...found];
}"""
#: What an action opens: a view, or a dialog.
SHOWN = ".o_action .o_content > *, .o_dialog .modal-body > *"
MENUS = """async () => {
    const menus = await (await fetch("/web/webclient/load_menus")).json();
    const actions = new Set();
    const walk = (menu) => {
        if (menu.actionID && menu.actionModel === "ir.actions.act_window") {
            actions.add(menu.actionID);
        }
        menu.children.forEach((child) => walk(menus[child]));
    };
    walk(Object.values(menus).find(
        (menu) => menu.xmlid === "helpdesk_mgmt.helpdesk_ticket_main_menu"
    ));
    return [...actions];
}"""
#: Faster than a new page for each menu.
OPEN = """action => odoo.__WOWL_DEBUG__.root.env.services.action.doAction(
    action, {clearBreadcrumbs: true})"""


@pytest.fixture(scope="module")
def english_terms():
    terms = set()
    for file in suite.ROOT.glob("*/i18n*/th.po"):
        for entry in polib.pofile(str(file)):
            thai = plain(entry.msgstr)
            terms |= {text for text in fragments(entry.msgid) if text not in thai}
    return terms


def test_every_menu(browser, server, sign_in, english_terms):
    call = server.rpc("admin", "admin")
    manager = call("res.users", "search", [("login", "=", "manager")])
    call("res.users", "write", manager, {"lang": "th_TH"})
    context = browser.new_context(
        viewport={"width": 1400, "height": 900}, locale="th-TH"
    )
    context.set_default_timeout(60000)
    errors = collect_errors(context)
    page = sign_in(context, server, "manager", "manager-demo")
    page.goto(f"{server.url}/odoo")
    expect(page.locator(SHOWN).first).to_be_visible()
    actions = page.evaluate(MENUS)
    assert len(actions) > 15
    found = set()

    def look(where):
        texts = set(page.evaluate(TEXTS, VALUES))
        found.update((where, text) for text in texts & english_terms)

    for action in actions:
        page.evaluate(OPEN, action)
        expect(page.locator(SHOWN).first).to_be_visible()
        where = page.title()
        dialogs = page.locator(".o_dialog")
        look(where)
        menu = page.locator(".o_searchview_dropdown_toggler")
        if menu.count() and not dialogs.count():
            menu.click()
            expect(page.locator(".o_search_bar_menu")).to_be_visible()
            look(where)
            page.keyboard.press("Escape")
        record = page.locator(
            ".o_data_row .o_data_cell, .o_kanban_record:not(.o_kanban_ghost)"
        )
        if record.count() and not dialogs.count():
            record.first.click()
            page.wait_for_timeout(300)
            look(where)
            for tab in page.locator(".o_notebook_headers .nav-link").all():
                tab.click()
                look(where)
        if dialogs.count():
            page.keyboard.press("Escape")
            expect(dialogs).to_have_count(0)
    context.close()
    assert sorted(found) == []
    assert not errors
