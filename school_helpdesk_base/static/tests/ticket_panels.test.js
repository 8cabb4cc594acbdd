import {
    contains,
    defineModels,
    fields,
    mockService,
    models,
    mountView,
} from "@web/../tests/web_test_helpers";
import {expect, test} from "@odoo/hoot";

import {defineMailModels} from "@mail/../tests/mail_test_helpers";

class HelpdeskTicket extends models.Model {
    _name = "helpdesk.ticket";

    requester_facts = fields.Json();
    first_files = fields.Json();

    _records = [
        {
            id: 1,
            requester_facts: [
                {
                    name: "Phone",
                    icon: "fa-phone",
                    items: [{name: "02 123", url: "tel:02 123"}],
                    more: 0,
                },
                {
                    name: "Room",
                    icon: "fa-map-marker",
                    items: [{name: "Room 204"}],
                    more: 0,
                },
                {
                    name: "Other open tickets",
                    icon: "fa-life-ring",
                    items: [{name: "<b>Dark</b>", model: "helpdesk.ticket", id: 7}],
                    more: 3,
                },
            ],
            first_files: [
                {id: 5, name: "photo.png", mimetype: "image/png"},
                {id: 6, name: "log.txt", mimetype: "text/plain"},
            ],
        },
        {id: 2, requester_facts: false, first_files: false},
    ];
}

defineMailModels();
defineModels([HelpdeskTicket]);

const openForm = (resId) =>
    mountView({
        type: "form",
        resModel: "helpdesk.ticket",
        resId,
        arch: `
            <form>
                <field name="requester_facts" widget="requester_facts"/>
                <field name="first_files" widget="first_files"/>
            </form>`,
    });

test("each item of the panel opens its record or its link", async () => {
    mockService("action", {
        doAction: (action) => expect.step([action.res_model, action.res_id]),
    });
    await openForm(1);
    expect("a[href='tel:02 123']").toHaveText("02 123");
    expect(".o_requester_facts_line:eq(1) button").toHaveCount(0);
    expect(".o_requester_facts_line:eq(2)").toHaveText(/<b>Dark<\/b>\s*and 3 more/);
    await contains(".o_requester_facts_line button").click();
    expect.verifySteps([["helpdesk.ticket", 7]]);
});

test("pictures open in the viewer, other files are links", async () => {
    await openForm(1);
    expect("[name=first_files] img").toHaveAttribute(
        "data-src",
        "/web/image/5/320x240"
    );
    expect("[name=first_files] a").toHaveText("log.txt");
    await contains("[name=first_files] button").click();
    expect(".o-FileViewer").toHaveCount(1);
});

test("empty panels show nothing", async () => {
    await openForm(2);
    expect("[name=requester_facts] li").toHaveCount(0);
    expect("[name=first_files] > *").toHaveCount(0);
});
