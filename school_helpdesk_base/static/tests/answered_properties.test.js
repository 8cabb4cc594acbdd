import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";
import {expect, test} from "@odoo/hoot";

import {defineMailModels} from "@mail/../tests/mail_test_helpers";

class HelpdeskTicketTeam extends models.Model {
    _name = "helpdesk.ticket.team";

    name = fields.Char();
    ticket_properties = fields.PropertiesDefinition();

    _records = [
        {
            id: 3,
            name: "IT Support",
            ticket_properties: [
                {name: "room", string: "Room", type: "char"},
                {name: "people", string: "People", type: "integer"},
                {name: "lesson", string: "Lesson", type: "separator"},
                {name: "until", string: "Until", type: "char"},
                {name: "tools", string: "Tools", type: "tags", tags: []},
            ],
        },
    ];
}

class HelpdeskTicket extends models.Model {
    _name = "helpdesk.ticket";

    team_id = fields.Many2one({relation: "helpdesk.ticket.team"});
    properties = fields.Properties({
        definition_record: "team_id",
        definition_record_field: "ticket_properties",
    });

    _records = [
        {id: 1, team_id: 3, properties: {room: "204", people: 0}},
        {id: 2, team_id: 3, properties: {}},
        {id: 3, team_id: 3, properties: {until: "10:30"}},
    ];
}

defineMailModels();
defineModels([HelpdeskTicket, HelpdeskTicketTeam]);
onRpc("has_access", () => true);

const openForm = (resId) =>
    mountView({
        type: "form",
        resModel: "helpdesk.ticket",
        resId,
        arch: `
            <form>
                <field name="team_id"/>
                <field name="properties" widget="answered_properties"/>
            </form>`,
    });

const questions = ".o_property_field .o_form_label";
const more = ".o_show_unanswered";

test("only answers take room on a saved ticket", async () => {
    await openForm(1);
    expect(`${questions}:eq(0)`).toHaveText("Room");
    expect(`${questions}:eq(1)`).toHaveText("People");
    expect(questions).toHaveCount(2);
    expect(".o_field_property_group_label").toHaveCount(0);
    expect(more).toHaveText(/: 2$/);
});

test("a heading is shown with its answers", async () => {
    await openForm(3);
    expect(questions).toHaveCount(1);
    expect(questions).toHaveText("Until");
    expect(".o_field_property_group_label").toHaveText("LESSON");
});

test("the other questions can be answered", async () => {
    onRpc("helpdesk.ticket", "web_save", ({args}) => {
        const values = args[1].properties.map(({name, value}) => [name, value]);
        expect.step(Object.fromEntries(values).room);
        expect.step(values.length);
    });
    await openForm(2);
    expect(questions).toHaveCount(0);
    await contains(more).click();
    expect(questions).toHaveCount(4);
    expect(more).toHaveCount(0);
    await contains("[property-name=room] input").edit("101");
    await contains(".o_form_button_save").click();
    expect.verifySteps(["101", 5]);
});

test("an answer that is removed keeps its place, and the others are kept", async () => {
    onRpc("helpdesk.ticket", "web_save", ({args}) => {
        expect.step(args[1].properties.length);
    });
    await openForm(1);
    await contains("[property-name=room] input").edit("");
    expect(questions).toHaveCount(2);
    await contains(".o_form_button_save").click();
    expect.verifySteps([5]);
});

test("a new ticket shows all questions", async () => {
    await mountView({
        type: "form",
        resModel: "helpdesk.ticket",
        context: {default_team_id: 3},
        arch: `
            <form>
                <field name="team_id"/>
                <field name="properties" widget="answered_properties"/>
            </form>`,
    });
    expect(more).toHaveCount(0);
});
