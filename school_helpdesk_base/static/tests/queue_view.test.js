import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";
import {expect, test} from "@odoo/hoot";
import {queryAllTexts, queryText} from "@odoo/hoot-dom";

import {animationFrame} from "@odoo/hoot-mock";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";

class HelpdeskTicket extends models.Model {
    _name = "helpdesk.ticket";

    name = fields.Char();
    active = fields.Boolean({default: true});
    status_category = fields.Selection({
        selection: [
            ["open", "Open"],
            ["waiting", "Waiting"],
            ["resolved", "Resolved"],
            ["closed", "Closed"],
            ["cancelled", "Cancelled"],
        ],
    });

    _records = [
        {id: 1, name: "Dark", status_category: "open"},
        {id: 2, name: "Loud", status_category: "waiting"},
        {id: 3, name: "Slow", status_category: "resolved"},
        {id: 4, name: "Broken", status_category: "closed"},
        {id: 5, name: "Twice", status_category: "cancelled"},
    ];
}

defineMailModels();
defineModels([HelpdeskTicket]);

const SEARCH = `
    <search>
        <filter name="other" string="Dark ones" domain="[('name', '=', 'Dark')]"/>
        <separator/>
        <filter name="queue_waiting" string="Waiting"
            domain="[('status_category', '=', 'waiting')]"/>
        <filter name="queue_open" string="All open"
            domain="[('status_category', 'in', ('open', 'waiting'))]"/>
    </search>`;

const ARCHS = {
    list: `
        <list js_class="school_helpdesk_queue_list">
            <field name="name"/>
            <field name="status_category"/>
        </list>`,
    kanban: `
        <kanban js_class="school_helpdesk_queue_kanban">
            <templates>
                <t t-name="card">
                    <field name="name"/>
                    <field name="status_category"/>
                </t>
            </templates>
        </kanban>`,
};

// The queues of each request for the counts
let asked = [];

async function openQueue(type, params = {}) {
    asked = [];
    onRpc("helpdesk.ticket", "get_queue_counts", ({args}) => {
        asked.push(args[0]);
        return {queue_waiting: 1, queue_open: 2};
    });
    await mountView({
        type,
        resModel: "helpdesk.ticket",
        arch: ARCHS[type],
        searchViewArch: SEARCH,
        context: {search_default_queue_open: 1},
        loadActionMenus: true,
        ...params,
    });
    await animationFrame();
}

const texts = (selector) =>
    queryAllTexts(selector).map((text) => text.replace(/\s+/g, " ").trim());
const pressed = () => texts(".o_helpdesk_queue_bar [aria-pressed=true]");
const facets = () => queryAllTexts(".o_searchview .o_facet_value");

for (const type of ["list", "kanban"]) {
    test(`${type}: the bar shows the filters of the queue with their counts`, async () => {
        await openQueue(type);
        expect(texts(".o_helpdesk_queue_bar button")).toEqual([
            "Waiting 1",
            "All open 2",
            "All",
        ]);
        expect(pressed()).toEqual(["All open 2"]);
        expect(asked).toEqual([
            {
                queue_waiting: [["status_category", "=", "waiting"]],
                queue_open: [["status_category", "in", ["open", "waiting"]]],
            },
        ]);
    });

    test(`${type}: a button shows the tickets of one filter`, async () => {
        await openQueue(type);
        await contains("[data-queue=queue_waiting]").click();
        await animationFrame();
        expect(pressed()).toEqual(["Waiting 1"]);
        expect(facets()).toEqual(["Waiting"]);
        expect(queryText(".o_content")).toInclude("Loud");
        expect(queryText(".o_content")).not.toInclude("Dark");
        await contains("[data-queue=all]").click();
        await animationFrame();
        expect(pressed()).toEqual(["All"]);
        expect(facets()).toEqual([]);
        expect(queryText(".o_content")).toInclude("Broken");
        // The counts are read again with each reload
        expect(asked.length).toBe(3);
    });
}

test("the rest of the search stays", async () => {
    await openQueue("list", {
        context: {search_default_other: 1, search_default_queue_open: 1},
    });
    await contains("[data-queue=queue_waiting]").click();
    expect(facets()).toEqual(["Dark ones", "Waiting"]);
    await contains("[data-queue=all]").click();
    expect(facets()).toEqual(["Dark ones"]);
});

test("the counts contain only tickets of the domain of the action", async () => {
    await openQueue("list", {domain: [["name", "=", "Dark"]]});
    expect(asked[0].queue_waiting).toEqual([
        "&",
        ["name", "=", "Dark"],
        ["status_category", "=", "waiting"],
    ]);
});

test("a hidden column is loaded when it is shown", async () => {
    const loaded = [];
    onRpc("helpdesk.ticket", "web_search_read", ({kwargs}) => {
        loaded.push(Object.keys(kwargs.specification).sort());
    });
    await openQueue("list", {
        context: {},
        arch: `
            <list js_class="school_helpdesk_queue_list">
                <field name="name" decoration-danger="active"/>
                <field name="active" optional="hide"/>
                <field name="status_category" optional="hide"/>
            </list>`,
    });
    expect(".o_data_row:first td.o_data_cell").toHaveCount(1);
    expect(loaded).toEqual([["active", "name"]]);
    const toggle = async (name) => {
        await contains(".o_optional_columns_dropdown button").click();
        await contains(`.o-dropdown--menu input[name=${name}]`).click();
        await animationFrame();
    };
    await toggle("status_category");
    expect(".o_data_row:first").toHaveText(/Dark\s*Open/);
    expect(loaded.length).toBe(2);
    expect(loaded[1]).toEqual(["active", "name", "status_category"]);
    // Hiding it again loads nothing
    await contains(".o-dropdown--menu input[name=status_category]").click();
    await animationFrame();
    expect(".o_data_row:first td.o_data_cell").toHaveCount(1);
    expect(loaded.length).toBe(2);
});

test("a column that the user has chosen before is loaded at once", async () => {
    const arch = `
        <list js_class="school_helpdesk_queue_list">
            <field name="name"/>
            <field name="status_category" optional="hide"/>
        </list>`;
    await openQueue("list", {context: {}, arch});
    await contains(".o_optional_columns_dropdown button").click();
    await contains(".o-dropdown--menu input[name=status_category]").click();
    const loaded = [];
    onRpc("helpdesk.ticket", "web_search_read", ({kwargs}) => {
        loaded.push(Object.keys(kwargs.specification).sort());
    });
    await mountView({type: "list", resModel: "helpdesk.ticket", arch});
    expect(loaded).toEqual([["name", "status_category"]]);
    expect(".o_data_row:contains(Loud):last").toHaveText(/Waiting/);
});

for (const [rows, offered] of [
    [["Dark"], false],
    [["Loud"], false],
    [["Slow"], true],
    [["Broken", "Twice"], true],
    [["Slow", "Dark"], false],
]) {
    test(`archive is ${offered ? "" : "not "}offered for ${rows.join(" and ")}`, async () => {
        await openQueue("list", {context: {}});
        for (const row of rows) {
            await contains(
                `.o_data_row:contains(${row}) .o_list_record_selector input`
            ).click();
        }
        await contains(".o_cp_action_menus .dropdown-toggle").click();
        const menu = queryAllTexts(".o-dropdown--menu .o_menu_item");
        expect(menu.includes("Archive")).toBe(offered);
        expect(menu).toInclude("Unarchive");
    });
}

for (const [id, offered] of [
    [1, false],
    [2, false],
    [3, true],
    [4, true],
    [5, true],
]) {
    test(`archive in the form of ticket ${id}: ${offered}`, async () => {
        await mountView({
            type: "form",
            resModel: "helpdesk.ticket",
            resId: id,
            arch: `
                <form js_class="school_helpdesk_ticket_form">
                    <field name="active" invisible="1"/>
                    <field name="status_category"/>
                </form>`,
            loadActionMenus: true,
        });
        await contains(".o_cp_action_menus button").click();
        const menu = queryAllTexts(".o-dropdown--menu .o_menu_item");
        expect(menu.includes("Archive")).toBe(offered);
    });
}
