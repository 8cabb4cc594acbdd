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

    _records = [{id: 1, name: "The projector is dark"}];
}

const NAME = ".o_field_widget[name=name] input";

defineMailModels();
defineModels([HelpdeskTicket]);

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
