import {afterEach, beforeEach, describe, test} from "node:test";
import {fire, make, openPage, settle, tick, type} from "../../../tests/tools/page.mjs";
import assert from "node:assert/strict";

openPage();
const {Choice, Devices, Person, Symptoms} = await import(
    "../src/js/report_form.esm.js"
);

const {setTimeout: laterOf, clearTimeout: forget} = globalThis;

beforeEach(() => openPage());
afterEach(() => {
    Object.assign(globalThis, {setTimeout: laterOf, clearTimeout: forget});
});

describe("the symptoms", () => {
    const radio = (value, data = {}) =>
        make("input", {type: "radio", name: "symptom", value, data});

    /** Devices 1 and 2 are projectors, 3 is a laptop, and 4 has no symptoms. */
    function openForm() {
        const boxes = ["1", "2", "3", "4"].map((value) =>
            make("input", {type: "checkbox", name: "asset", value})
        );
        const groups = [
            ["1 2", radio("10", {team: "1"}), radio("other")],
            ["3", radio("20", {team: "2"}), radio("other")],
        ].map(([assets, ...radios]) =>
            make("fieldset", {class: "o_helpdesk_symptoms", data: {assets}}, ...radios)
        );
        const kind = make("input", {type: "radio", name: "type", value: "hardware"});
        const choice = make("fieldset", {class: "o_helpdesk_choice"}, kind);
        const subject = make("input", {name: "subject", required: true});
        const form = make("form", {}, ...boxes, ...groups, choice, subject);
        document.body.append(form);
        const symptoms = new Symptoms(form);
        symptoms.update();
        return {
            check: (...values) => {
                for (const box of boxes) {
                    box.checked = values.includes(box.value);
                }
                symptoms.update();
            },
            choose: (group, place) => {
                for (const [at, one] of groups[group].children.entries()) {
                    one.checked = at === place;
                }
                symptoms.update();
            },
            chooseType: () => {
                kind.checked = true;
                symptoms.update();
            },
            isNeeded: () => groups[0].children.every(({required}) => required),
            chosen: () => form.querySelectorAll("[name=symptom]:checked").length,
            shown: () =>
                groups
                    .filter(({hidden, disabled}) => {
                        // Hidden symptoms are disabled, so they are not sent
                        assert.equal(hidden, disabled);
                        return !hidden;
                    })
                    .map(({dataset}) => dataset.assets),
            asks: () => {
                assert.equal(choice.hidden, choice.disabled);
                assert.equal(choice.hidden, !subject.required);
                return !choice.hidden;
            },
        };
    }

    test("the symptoms of the chosen device are shown", () => {
        const {check, shown, asks} = openForm();
        assert.deepEqual(shown(), []);
        assert.equal(asks(), true);
        for (const [values, expected] of [
            [["2"], ["1 2"]],
            [["3"], ["3"]],
            [["4"], []],
            // The symptoms of one device only
            [["2", "3"], ["1 2"]],
            [["3", "4"], ["3"]],
        ]) {
            check(...values);
            assert.deepEqual(shown(), expected);
            assert.equal(asks(), !expected.length);
        }
    });

    test("something else asks for type, category and subject", () => {
        const {check, choose, asks} = openForm();
        check("1");
        choose(0, 0);
        assert.equal(asks(), false);
        choose(0, 1);
        assert.equal(asks(), true);
    });

    test("a type that was chosen before the device stays", () => {
        const {check, choose, chooseType, isNeeded, asks} = openForm();
        chooseType();
        check("1");
        assert.equal(asks(), true);
        assert.equal(isNeeded(), false);
        choose(0, 0);
        assert.equal(asks(), false);
    });

    test("a device needs one of its symptoms", () => {
        const {check, isNeeded} = openForm();
        check("1");
        assert.equal(isNeeded(), true);
        check("3");
        assert.equal(isNeeded(), false);
    });

    test("another device forgets the symptom", () => {
        const {check, choose, chosen, asks} = openForm();
        check("1");
        choose(0, 0);
        check("2");
        assert.equal(chosen(), 1);
        check("3");
        assert.equal(chosen(), 0);
        check();
        assert.equal(asks(), true);
    });
});

describe("the type", () => {
    const option = (value) => make("option", {value});
    const group = (data, ...values) => make("optgroup", {data}, ...values.map(option));
    const radio = (value, team) =>
        make("input", {type: "radio", name: "type", value, data: {team}});

    /** Hardware belongs to team 1, software to team 2, and "other" to no type. */
    function openForm(teams = ["1", "2"]) {
        const form = make(
            "form",
            {},
            radio("hardware", "1"),
            radio("software", "2"),
            make(
                "select",
                {name: "category"},
                option(""),
                group({type: "hardware"}, "screen", "keyboard"),
                group({type: "software"}, "login"),
                group({}, "other")
            ),
            ...teams.map((team) =>
                make("fieldset", {class: "o_helpdesk_questions", data: {team}})
            )
        );
        document.body.append(form);
        const choice = new Choice(form);
        choice.update();
        const choose = (value) => {
            const chosen = form.querySelector(`[name=type][value=${value}]`);
            for (const other of form.querySelectorAll("[name=type]")) {
                other.checked = other === chosen;
            }
            choice.update();
        };
        const offered = () =>
            form.elements.category.options.map(({value}) => value).filter(Boolean);
        const asked = () =>
            form
                .querySelectorAll(".o_helpdesk_questions")
                .filter(({hidden, disabled}) => {
                    // Hidden questions are disabled, so they are not sent
                    assert.equal(hidden, disabled);
                    return !hidden;
                })
                .map(({dataset}) => dataset.team);
        return {form, choice, choose, offered, asked};
    }

    test("shows its categories and those without a type", () => {
        const {choose, offered} = openForm();
        assert.deepEqual(offered(), ["screen", "keyboard", "login", "other"]);
        choose("hardware");
        assert.deepEqual(offered(), ["screen", "keyboard", "other"]);
        choose("software");
        assert.deepEqual(offered(), ["login", "other"]);
        choose("hardware");
        assert.deepEqual(offered(), ["screen", "keyboard", "other"]);
    });

    test("shows the questions of its team", () => {
        const {choose, asked} = openForm();
        assert.deepEqual(asked(), []);
        choose("software");
        assert.deepEqual(asked(), ["2"]);
        choose("hardware");
        assert.deepEqual(asked(), ["1"]);
    });

    test("need not be chosen if there is one team", () => {
        const {choose, asked} = openForm(["1", "1"]);
        assert.deepEqual(asked(), ["1", "1"]);
        choose("software");
        assert.deepEqual(asked(), []);
    });

    test("follows a category that was restored from a draft", () => {
        const {form, choice, offered} = openForm();
        form.querySelector("[value=login]").selected = true;
        choice.update();
        assert.equal(form.querySelector("[value=software]").checked, true);
        assert.deepEqual(offered(), ["login", "other"]);
    });

    test("does not follow a category without a type", () => {
        const {form, choice} = openForm();
        form.querySelector("[value=other]").selected = true;
        choice.update();
        assert.equal(form.querySelector("[name=type]:checked"), null);
    });
});

describe("devices", () => {
    const device = (code) =>
        make(
            "label",
            {},
            make("input", {type: "checkbox", name: "asset", value: code}),
            code
        );

    function openList(codes) {
        const room = (name, own) =>
            make(
                "div",
                {role: "group"},
                make(
                    "label",
                    {},
                    make("input", {type: "checkbox", name: "room"}),
                    name
                ),
                ...own.map(device)
            );
        const element = make(
            "details",
            {class: "o_helpdesk_devices"},
            make("div", {class: "o_helpdesk_filter"}, make("input")),
            ...Object.entries(codes).map(([name, own]) => room(name, own))
        );
        document.body.append(element);
        new Devices(element).start();
        const [filter] = element.querySelectorAll(".o_helpdesk_filter");
        const box = (code) => element.querySelector(`[value=${code}]`);
        return {
            filter,
            field: filter.querySelector("input"),
            box,
            rooms: element.querySelectorAll("[name=room]"),
            shown: () =>
                element
                    .querySelectorAll("[role=group]")
                    .filter(({hidden}) => !hidden)
                    .flatMap((group) => group.querySelectorAll("label:not([hidden])"))
                    .map((label) => label.querySelector("[name=asset]")?.value)
                    .filter(Boolean),
        };
    }

    const SCHOOL = {
        "Room 101": ["IPAD-1", "IPAD-2", "BEAMER-1"],
        "Room 102": ["IPAD-3", "LAPTOP-1"],
        Library: ["PRINTER-1", "LAPTOP-2", "LAPTOP-3"],
    };

    test("have no filter if the list is short", () => {
        assert.equal(openList({"Room 101": ["A", "B"]}).filter.hidden, true);
        assert.equal(openList(SCHOOL).filter.hidden, false);
    });

    test("are found by all words, in any order and case", () => {
        const {field, shown} = openList(SCHOOL);
        for (const [text, codes] of [
            ["ipad", ["IPAD-1", "IPAD-2", "IPAD-3"]],
            ["3 lap", ["LAPTOP-3"]],
            ["nothing", []],
            [" ", Object.values(SCHOOL).flat()],
        ]) {
            type(field, text);
            assert.deepEqual(shown(), codes, text);
        }
    });

    test("that are selected stay visible in every search", () => {
        const {field, box, shown} = openList(SCHOOL);
        tick(box("BEAMER-1"));
        type(field, "printer");
        assert.deepEqual(shown(), ["BEAMER-1", "PRINTER-1"]);
    });

    test("are selected and unselected with their room", () => {
        const {box, rooms} = openList(SCHOOL);
        const ticked = () =>
            Object.values(SCHOOL)
                .flat()
                .filter((code) => box(code).checked);
        tick(rooms[1]);
        assert.deepEqual(ticked(), ["IPAD-3", "LAPTOP-1"]);
        tick(rooms[1], false);
        assert.deepEqual(ticked(), []);
    });

    test("unselect the room if one of them is unselected", () => {
        const {box, rooms} = openList(SCHOOL);
        tick(rooms[0]);
        tick(box("IPAD-2"), false);
        assert.equal(rooms[0].checked, false);
        assert.equal(box("IPAD-1").checked, true);
        tick(box("IPAD-2"));
        assert.equal(rooms[0].checked, false);
    });

    test("can be searched with Enter without sending the form", () => {
        const {field} = openList(SCHOOL);
        assert.equal(fire(field, "keydown", {key: "Enter"}).defaultPrevented, true);
        assert.equal(fire(field, "keydown", {key: "a"}).defaultPrevented, false);
    });
});

describe("the person", () => {
    const ANNA = {id: 1, name: "Anna Able"};
    const ANNE = {id: 2, name: "Anne Baker"};

    let asked = [];

    function openPerson() {
        const element = make(
            "details",
            {
                class: "o_helpdesk_person",
                data: {shortest: "3", url: "/helpdesk/people"},
            },
            make("input", {name: "behalf"}),
            make("div", {class: "o_helpdesk_people", data: {nobody: "Nobody found."}}),
            make("p", {role: "status"})
        );
        const token = make("input", {name: "csrf_token", type: "hidden", value: "t"});
        document.body.append(make("form", {}, token, element));
        const person = new Person(element);
        person.start();
        asked = [];
        globalThis.fetch = (url, {body}) =>
            new Promise((done, failed) => {
                asked.push({
                    url,
                    text: body.get("text"),
                    token: body.get("csrf_token"),
                    answer: async (people, ok = true) => {
                        done({ok, json: async () => people});
                        await settle();
                    },
                    lose: async () => {
                        failed(new TypeError("Failed to fetch"));
                        await settle();
                    },
                });
            });
        return {
            element,
            person,
            field: element.querySelector("[name=behalf]"),
            offered: () =>
                element.querySelectorAll("label").map(({textContent}) => textContent),
            status: () => element.querySelector("[role=status]").textContent,
        };
    }

    test("is searched after a pause in typing", () => {
        const waiting = new Map();
        globalThis.setTimeout = (work) => {
            waiting.set(work, work);
            return work;
        };
        globalThis.clearTimeout = (work) => waiting.delete(work);
        const {field} = openPerson();
        type(field, "ann");
        type(field, "anna");
        assert.equal(asked.length, 0);
        for (const work of waiting.values()) {
            work();
        }
        assert.deepEqual(
            asked.map(({url, text, token}) => [url, text, token]),
            [["/helpdesk/people", "anna", "t"]]
        );
    });

    test("is not searched with two letters", async () => {
        const {field, person} = openPerson();
        field.value = " an ";
        await person.find();
        assert.equal(asked.length, 0);
    });

    test("is selected if it is the only one found", async () => {
        const {element, field, person, offered, status} = openPerson();
        const checked = () =>
            element.querySelectorAll("[name=person]:checked").map(({value}) => value);
        field.value = "ann";
        person.find();
        await asked[0].answer([ANNA, ANNE]);
        assert.deepEqual([offered(), checked()], [["Anna Able", "Anne Baker"], []]);
        field.value = "anna";
        person.find();
        await asked[1].answer([ANNA]);
        assert.deepEqual([offered(), checked(), status()], [["Anna Able"], [1], ""]);
    });

    test("is reported as not found", async () => {
        const {field, person, offered, status} = openPerson();
        field.value = "zoe";
        person.find();
        await asked[0].answer([]);
        assert.deepEqual([offered(), status()], [[], "Nobody found."]);
        type(field, "zo");
        assert.equal(status(), "");
    });

    test("is not taken from the response to an older text", async () => {
        const {field, person, offered} = openPerson();
        field.value = "ann";
        person.find();
        field.value = "anne";
        person.find();
        await asked[1].answer([ANNE]);
        await asked[0].answer([ANNA, ANNE]);
        assert.deepEqual(offered(), ["Anne Baker"]);
    });

    test("is left to the server if there is no response", async () => {
        const {field, person, offered, status} = openPerson();
        field.value = "ann";
        person.find();
        await asked[0].lose();
        person.find();
        await asked[1].answer([], false);
        assert.deepEqual([offered(), status()], [[], ""]);
    });

    test("from a draft is searched again, once", async () => {
        const {element, field, person} = openPerson();
        person.update();
        assert.equal(asked.length, 0);
        field.value = "ann";
        person.update();
        assert.equal(element.open, true);
        await asked[0].answer([ANNA]);
        person.update();
        assert.equal(asked.length, 1);
    });
});
