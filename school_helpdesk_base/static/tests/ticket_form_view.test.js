import {animationFrame, mockSendBeacon, runAllTimers} from "@odoo/hoot-mock";
import {beforeEach, expect, test} from "@odoo/hoot";
import {
    contains,
    defineModels,
    fields,
    hideTab,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {unload} from "@odoo/hoot-dom";

class HelpdeskTicket extends models.Model {
    _name = "helpdesk.ticket";

    name = fields.Char();
    note = fields.Char();
    room = fields.Char();
    article_ids = fields.Many2many({relation: "helpdesk.article"});

    _records = [
        {id: 1, name: "The projector is dark", article_ids: [1]},
        {id: 2, name: "It hums", article_ids: [2]},
    ];
}

class HelpdeskArticle extends models.Model {
    _name = "helpdesk.article";

    name = fields.Char();

    _records = [
        {id: 1, name: "Lamp life"},
        {id: 2, name: "Noise"},
    ];
}

const NAME = ".o_field_widget[name=name] input";

defineMailModels();
defineModels([HelpdeskTicket, HelpdeskArticle]);

let saved = [];

beforeEach(() => {
    saved = [];
    // A hidden tab saves by RPC, a closed tab by a beacon
    onRpc("helpdesk.ticket", "web_save", ({args}) => {
        saved.push(args[1].name);
    });
    mockSendBeacon(async (_route, blob) => {
        const {params} = JSON.parse(await blob.text());
        saved.push(params.args[1].name);
        return true;
    });
});

async function openForm(jsClass, resId) {
    await mountView({
        type: "form",
        resModel: "helpdesk.ticket",
        resId,
        context: {default_name: "Problem with IPAD-014"},
        arch: `<form js_class="${jsClass}"><field name="name"/></form>`,
    });
}

async function hide() {
    await hideTab();
    await animationFrame();
}

async function close() {
    await unload();
    await animationFrame();
    await animationFrame();
}

for (const leave of [hide, close]) {
    test(`${leave.name}: a new ticket that nobody has touched is not saved`, async () => {
        await openForm("school_helpdesk_ticket_form");
        await leave();
        expect(saved).toEqual([]);
    });

    test(`${leave.name}: what is being typed is saved`, async () => {
        await openForm("school_helpdesk_ticket_form");
        // The field keeps the focus, so the record does not have the text yet
        await contains(NAME).edit("It hums", {confirm: false});
        await leave();
        expect(saved).toEqual(["It hums"]);
    });

    test(`${leave.name}: a change of a saved ticket is saved`, async () => {
        await openForm("school_helpdesk_ticket_form", 1);
        await contains(NAME).edit("It is bright again");
        await leave();
        expect(saved).toEqual(["It is bright again"]);
    });

    test(`${leave.name}: other forms are saved as Odoo does it`, async () => {
        await openForm("form");
        await leave();
        expect(saved).toEqual(["Problem with IPAD-014"]);
    });
}

const PAGES = `
    <form js_class="school_helpdesk_ticket_form">
        <field name="name"/>
        <notebook>
            <page string="First" name="first"><field name="note"/></page>
            <page string="Second" name="second"><field name="room" required="1"/></page>
        </notebook>
    </form>`;

test("a missing field is shown on its page", async () => {
    await mountView({type: "form", resModel: "helpdesk.ticket", arch: PAGES});
    await contains(NAME).edit("It hums");
    expect("[name=room]").toHaveCount(0);
    await contains(".o_form_button_save").click();
    await runAllTimers();
    await animationFrame();
    expect(".o_field_invalid[name=room] input").toBeFocused();
    expect(saved).toEqual([]);
    await contains("[name=room] input").edit("Room 204");
    await contains(".o_form_button_save").click();
    expect(saved).toEqual(["It hums"]);
});

test("a missing field on the same page is shown without changing the page", async () => {
    await mountView({
        type: "form",
        resModel: "helpdesk.ticket",
        arch: PAGES.replace('name="name"', 'name="name" required="1"'),
    });
    await contains("[name=note] input").edit("Urgent");
    await contains(".o_form_button_save").click();
    await runAllTimers();
    await animationFrame();
    expect(NAME).toBeFocused();
    expect("[name=note]").toHaveCount(1);
});

const LATE = `
    <form js_class="school_helpdesk_ticket_form">
        <field name="name"/>
        <notebook>
            <page string="First" name="first"><field name="note"/></page>
            <page string="Second" name="second">
                <field name="article_ids" widget="late_x2many" readonly="1">
                    <list><field name="name"/></list>
                </field>
            </page>
        </notebook>
    </form>`;
const openSecond = () => contains(".o_notebook .nav-link[name=second]").click();

test("a late field is loaded when its page is opened", async () => {
    const loaded = [];
    onRpc("helpdesk.ticket", "web_read", ({args, kwargs}) => {
        loaded.push([args[0][0], "article_ids" in kwargs.specification]);
    });
    await mountView({
        type: "form",
        resModel: "helpdesk.ticket",
        resId: 1,
        resIds: [1, 2],
        arch: LATE,
    });
    expect(loaded).toEqual([[1, false]]);
    await contains(NAME).edit("It is bright again");
    await openSecond();
    expect("[name=article_ids] .o_data_row").toHaveText("Lamp life");
    expect(loaded).toEqual([
        [1, false],
        [1, true],
    ]);
    // What was typed before is still there
    expect(NAME).toHaveValue("It is bright again");
    await contains(".o_form_button_save").click();
    expect(saved).toEqual(["It is bright again"]);
    expect("[name=article_ids] .o_data_row").toHaveText("Lamp life");
    // The page is open: the next ticket loads all its fields
    await contains(".o_pager_next").click();
    expect("[name=article_ids] .o_data_row").toHaveText("Noise");
    expect(loaded.slice(2)).toEqual([[2, true]]);
});

test("a late field of a new ticket is computed from what was typed", async () => {
    HelpdeskTicket._onChanges.name = () => {};
    onRpc("helpdesk.ticket", "onchange", ({args}) => {
        const [, changes, , specification] = args;
        if (changes.name && "article_ids" in specification) {
            return {value: {article_ids: [[4, 2, {id: 2, name: "Noise"}]]}};
        }
    });
    await mountView({type: "form", resModel: "helpdesk.ticket", arch: LATE});
    await contains(NAME).edit("It hums");
    await openSecond();
    expect("[name=article_ids] .o_data_row").toHaveText("Noise");
    await contains(".o_form_button_save").click();
    expect(saved).toEqual(["It hums"]);
});
