import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
} from "@web/../tests/web_test_helpers";
import {expect, test} from "@odoo/hoot";

import {defineMailModels} from "@mail/../tests/mail_test_helpers";

class HelpdeskTicket extends models.Model {
    _name = "helpdesk.ticket";

    priority = fields.Selection({
        selection: [
            ["0", "Low"],
            ["1", "Normal"],
            ["3", "Urgent"],
        ],
    });

    _records = [
        {id: 1, priority: "1"},
        {id: 2, priority: false},
    ];
}

defineMailModels();
defineModels([HelpdeskTicket]);

const openForm = (resId) =>
    mountView({
        type: "form",
        resModel: "helpdesk.ticket",
        resId,
        arch: `<form><field name="priority" widget="kept_badge"/></form>`,
    });

test("a click on the chosen priority keeps it", async () => {
    await openForm(1);
    await contains(".o_selection_badge:contains(Normal)").click();
    expect(".o_selection_badge.active").toHaveText("Normal");
    await contains(".o_selection_badge:contains(Urgent)").click();
    expect(".o_selection_badge.active").toHaveText("Urgent");
    await contains(".o_selection_badge:contains(Urgent)").click();
    expect(".o_selection_badge.active").toHaveText("Urgent");
});

test("a ticket without a priority gets one", async () => {
    await openForm(2);
    expect(".o_selection_badge.active").toHaveCount(0);
    await contains(".o_selection_badge:contains(Low)").click();
    expect(".o_selection_badge.active").toHaveText("Low");
});
