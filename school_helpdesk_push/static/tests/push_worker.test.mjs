import {beforeEach, describe, test} from "node:test";
import assert from "node:assert/strict";
import {readFileSync} from "node:fs";
import {runInNewContext} from "node:vm";

const SOURCE = readFileSync(new URL("../src/worker/push.js", import.meta.url), "utf8");
const HOST = "https://it.school.example";

let shown = [];
let opened = [];
let windows = [];
let listeners = {};

beforeEach(() => {
    shown = [];
    opened = [];
    windows = [];
    listeners = {};
    runInNewContext(SOURCE, {
        URL,
        self: {
            addEventListener: (type, listener) => {
                listeners[type] = listener;
            },
            registration: {
                showNotification: async (title, options) =>
                    shown.push({title, ...options}),
            },
            clients: {
                matchAll: async () => windows,
                openWindow: async (path) => opened.push(path),
            },
        },
    });
});

async function send(type, event) {
    const works = [];
    listeners[type]({...event, waitUntil: (work) => works.push(work)});
    await Promise.all(works);
}

function deliver(title, options) {
    return send("push", {data: {json: () => ({title, options})}});
}

function click(data) {
    let closed = false;
    const notification = {data, close: () => (closed = true)};
    return send("notificationclick", {notification}).then(() => closed);
}

/** Simulate an open page that records the calls of its methods. */
function openPage(path) {
    const page = {
        url: HOST + path,
        done: [],
        navigate: async (url) => {
            page.done.push(`navigate ${url}`);
            return page;
        },
        focus: async () => page.done.push("focus"),
    };
    windows.push(page);
    return page;
}

describe("a push message", () => {
    test("is shown as one notification for each ticket", async () => {
        await deliver("Printer", {
            body: "A new lamp is on its way.",
            data: {model: "helpdesk.ticket", res_id: 7},
        });
        assert.equal(shown.length, 1);
        assert.equal(shown[0].title, "Printer");
        assert.equal(shown[0].body, "A new lamp is on its way.");
        assert.equal(shown[0].tag, "helpdesk.ticket,7");
    });

    test("without a record replaces no other notification", async () => {
        await deliver("Hello");
        assert.equal(shown[0].tag, undefined);
    });

    test("without content shows nothing", async () => {
        await send("push", {});
        assert.deepEqual(shown, []);
    });
});

describe("a click on a notification", () => {
    test("opens the ticket", async () => {
        assert.equal(await click({model: "helpdesk.ticket", res_id: 7}), true);
        assert.deepEqual(opened, ["/my/ticket/7"]);
    });

    test("opens the list if the notification is not about a ticket", async () => {
        await click({model: "project.task", res_id: 7});
        await click(undefined);
        assert.deepEqual(opened, ["/my/tickets", "/my/tickets"]);
    });

    test("reloads and shows the page of the ticket if it is open", async () => {
        const other = openPage("/my/ticket/8");
        const page = openPage("/th/my/ticket/7");
        await click({model: "helpdesk.ticket", res_id: 7});
        assert.deepEqual(opened, []);
        assert.deepEqual(other.done, []);
        assert.deepEqual(page.done, [`navigate ${HOST}/th/my/ticket/7`, "focus"]);
    });
});
