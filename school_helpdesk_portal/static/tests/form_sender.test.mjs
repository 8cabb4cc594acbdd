import {beforeEach, describe, test} from "node:test";
import {fire, make, openPage, settle, type} from "../../../tests/tools/page.mjs";
import assert from "node:assert/strict";

openPage();
const {FormSender} = await import("../src/js/form_sender.esm.js");

const PAGE = "https://it.school.example/helpdesk/report";
const TEXTS = {
    remove: "Remove",
    expired: "Please send it again.",
    offline: "No connection.",
    tooLarge: "Too large.",
    landing: "comments",
};

let sent = [];

/** A simulated request, for which the test sends the response. */
class Request {
    upload = make("upload");
    listeners = {};
    status = 0;
    responseURL = "";
    responseText = "";

    constructor() {
        sent.push(this);
    }

    open(method, url) {
        Object.assign(this, {method, url});
    }

    addEventListener(event, listener) {
        this.listeners[event] = listener;
    }

    send(data) {
        this.data = data;
    }

    async answer(status, url = PAGE, responseText = "") {
        Object.assign(this, {status, responseURL: url, responseText});
        this.listeners.load();
        await settle();
    }

    async lose() {
        this.listeners.error();
        await settle();
    }
}

/** Returns the page that the test gives as the text of a response. */
class Parser {
    parseFromString(page) {
        return page || make("html");
    }
}

async function openForm() {
    const form = make(
        "form",
        {class: "o_helpdesk_sender", action: PAGE, data: TEXTS},
        make("input", {name: "key", type: "hidden", value: "key-1"}),
        make("input", {name: "subject"}),
        make("input", {name: "photo", type: "file"}),
        make("ul", {class: "o_helpdesk_photos"}),
        make("progress", {hidden: true}),
        make("button", {name: "send"})
    );
    const errors = make("div", {class: "o_helpdesk_errors"});
    document.body.replaceChildren(errors, form);
    const sender = new FormSender(form);
    sender.start();
    await settle();
    const button = form.querySelector("button");
    const submit = async () => {
        const event = fire(form, "submit");
        await settle();
        await settle();
        return event;
    };
    const problems = () => errors.children.map(({textContent}) => textContent);
    return {form, sender, button, submit, problems};
}

const isKept = () =>
    Object.values(localStorage).some((value) => value.includes?.("No picture"));

async function sendForm() {
    const page = await openForm();
    type(page.form.elements.subject, "No picture");
    await page.submit();
    return {...page, request: sent.at(-1)};
}

beforeEach(() => {
    openPage("/helpdesk/report");
    sent = [];
    globalThis.XMLHttpRequest = Request;
    globalThis.DOMParser = Parser;
});

describe("sending", () => {
    test("sends the form, with its photos in place of the file field", async () => {
        const page = await openForm();
        type(page.form.elements.subject, "No picture");
        page.sender.photos.files.push(
            new File(["a"], "a.jpg"),
            new File(["b"], "b.jpg")
        );
        const event = await page.submit();
        assert.equal(event.defaultPrevented, true);
        const [{method, url, data}] = sent;
        assert.deepEqual([method, url], ["POST", PAGE]);
        assert.deepEqual([...data.keys()], ["key", "subject", "photo", "photo"]);
        assert.deepEqual(
            data.getAll("photo").map(({name}) => name),
            ["a.jpg", "b.jpg"]
        );
    });

    test("happens once, however often the button is pressed", async () => {
        const {button, submit} = await openForm();
        await Promise.all([submit(), submit()]);
        await submit();
        assert.equal(sent.length, 1);
        assert.equal(button.disabled, true);
    });

    test("waits for a photo that is still being made smaller", async () => {
        const {sender, submit} = await openForm();
        let finish = null;
        sender.photos.taken = new Promise((done) => {
            finish = done;
        });
        await submit();
        assert.equal(sent.length, 0);
        finish();
        await settle();
        await settle();
        assert.equal(sent.length, 1);
    });

    test("stores the draft first", async () => {
        await sendForm();
        assert.ok(isKept());
    });

    test("shows the progress", async () => {
        const {form, request} = await sendForm();
        const progress = form.querySelector("progress");
        assert.equal(progress.hidden, false);
        for (const [event, value] of [
            [{lengthComputable: true, loaded: 1, total: 4}, 0.25],
            [{lengthComputable: false, loaded: 1, total: 0}, 0],
        ]) {
            fire(request.upload, "progress", event);
            assert.equal(progress.value, value);
        }
    });
});

describe("a response", () => {
    test("with a new page is shown, and the draft is deleted", async () => {
        const {request} = await sendForm();
        await request.answer(200, "https://it.school.example/my/ticket/5");
        assert.deepEqual(window.location.visited, [
            "https://it.school.example/my/ticket/5#comments",
        ]);
        assert.equal(isKept(), false);
    });

    test("with the same page reloads it", async () => {
        const {request} = await sendForm();
        await request.answer(200, PAGE);
        assert.deepEqual([window.location.reloads, window.location.visited], [1, []]);
        assert.equal(isKept(), false);
    });

    test("of an ended session opens the sign-in page, which returns here", async () => {
        const {request} = await sendForm();
        await request.answer(200, "https://it.school.example/th/web/login?redirect=x");
        assert.deepEqual(window.location.visited, [
            "/th/web/login?redirect=%2Fhelpdesk%2Freport",
        ]);
        assert.ok(isKept());
    });

    test("to an invalid CSRF token reloads the page with a message", async () => {
        const {request} = await sendForm();
        await request.answer(400);
        assert.equal(window.location.reloads, 1);
        assert.ok(isKept());
        const {form, problems} = await openForm();
        assert.equal(form.elements.subject.value, "No picture");
        assert.deepEqual(problems(), [TEXTS.expired]);
        // and only once
        assert.deepEqual((await openForm()).problems(), []);
    });

    for (const [what, answer, texts] of [
        ["too large", [413], [TEXTS.tooLarge]],
        ["a failure without a page", [502], [TEXTS.offline]],
        ["a page without a reason", [500, PAGE, make("html")], [TEXTS.offline]],
        [
            "what is wrong with it",
            [
                422,
                PAGE,
                make(
                    "html",
                    {},
                    make(
                        "div",
                        {class: "o_helpdesk_errors"},
                        make("p", {}, "Choose a category."),
                        make("p", {}, "a.exe is no photo.")
                    )
                ),
            ],
            ["Choose a category.", "a.exe is no photo."],
        ],
    ]) {
        test(`of ${what} is shown, and the form can be sent again`, async () => {
            const {form, problems, button, submit, request} = await sendForm();
            await request.answer(...answer);
            assert.deepEqual(problems(), texts);
            assert.equal(button.disabled, false);
            assert.equal(form.querySelector("progress").hidden, true);
            assert.ok(isKept());
            await submit();
            assert.deepEqual(problems(), []);
            assert.equal(sent.length, 2);
            // The same key, so that the server does not create a second ticket
            assert.equal(sent[0].data.get("key"), sent[1].data.get("key"));
        });
    }

    test("that is lost leaves the form unchanged", async () => {
        const {problems, button, request} = await sendForm();
        await request.lose();
        assert.deepEqual(problems(), [TEXTS.offline]);
        assert.equal(button.disabled, false);
        assert.ok(isKept());
    });
});

test("a page that the back button shows is reloaded", async () => {
    await openForm();
    fire(window, "pageshow", {persisted: false});
    assert.equal(window.location.reloads, 0);
    fire(window, "pageshow", {persisted: true});
    assert.equal(window.location.reloads, 1);
});

test("an event tells other scripts that the draft has been restored", async () => {
    const form = make("form", {action: PAGE}, make("input", {type: "file"}));
    form.append(make("ul", {class: "o_helpdesk_photos"}));
    let restored = 0;
    form.addEventListener("restored", () => restored++);
    new FormSender(form).start();
    await settle();
    assert.equal(restored, 1);
});
