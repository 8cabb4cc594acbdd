import {beforeEach, describe, test} from "node:test";
import assert from "node:assert/strict";
import {readFileSync} from "node:fs";
import {runInNewContext} from "node:vm";
import {settle} from "../../../tests/tools/page.mjs";

const SOURCE = readFileSync(
    new URL("../src/worker/service_worker.js", import.meta.url),
    "utf8"
);
const HOST = "https://it.school.example";

let asked = [];
let stores = {};
/** The simulated server: returns a page for each path, or fails without a network. */
let network = async (path) => new Response(`page ${path}`);

beforeEach(() => {
    asked = [];
    stores = {};
    network = async (path) => new Response(`page ${path}`);
});

/** Start the service worker, as the browser does after an update or a pause. */
function startWorker() {
    const listeners = {};
    const caches = {
        open: async (name) => {
            const store = (stores[name] ||= new Map());
            return {
                put: async (path, page) => store.set(path, page),
                match: async (path) => store.get(path)?.clone(),
            };
        },
        keys: async () => Object.keys(stores),
        delete: async (name) => delete stores[name],
    };
    const calls = [];
    runInNewContext(SOURCE, {
        URL,
        Response,
        Map,
        Set,
        Promise,
        caches,
        fetch: async (request) => {
            const path =
                typeof request === "string" ? request : new URL(request.url).pathname;
            asked.push(path);
            return network(path);
        },
        self: {
            location: new URL(HOST),
            addEventListener: (type, listener) => {
                listeners[type] = listener;
            },
            skipWaiting: () => calls.push("skipWaiting"),
            clients: {claim: () => calls.push("claim")},
        },
    });
    const send = async (type, event = {}) => {
        const works = [];
        event.waitUntil = (work) => works.push(work);
        listeners[type](event);
        // More may be added while the first ones run
        for (let seen = -1; seen < works.length; ) {
            seen = works.length;
            await Promise.all(works);
            await settle();
        }
    };
    const visit = async (path, request = {}) => {
        let answer = null;
        await send("fetch", {
            request: {
                url: new URL(path, HOST).href,
                mode: "navigate",
                method: "GET",
                ...request,
            },
            respondWith: (response) => {
                answer = response;
            },
        });
        return answer && (await answer).text();
    };
    return {calls, send, visit};
}

const kept = () => Object.values(stores).flatMap((store) => [...store.keys()]);
const lost = async () => {
    throw new TypeError("Failed to fetch");
};
const OFFLINE = ["/helpdesk/offline", "/helpdesk/offline?draft=1"];
const THAI = OFFLINE.map((path) => `/th${path}`);

describe("installing", () => {
    test("caches the offline pages and starts at once", async () => {
        const {calls, send} = startWorker();
        await send("install");
        assert.deepEqual([kept(), calls], [OFFLINE, ["skipWaiting"]]);
    });

    test("fails as long as there is no network or no page", async () => {
        for (const answer of [lost, async () => new Response("", {status: 502})]) {
            network = answer;
            const {calls, send} = startWorker();
            await assert.rejects(send("install"));
            assert.deepEqual([kept(), calls], [[], []]);
        }
    });

    test("deletes the cache of an older version, and no other cache", async () => {
        stores = {"helpdesk-offline-1": new Map(), "odoo-sw-cache": new Map()};
        const {calls, send} = startWorker();
        await send("install");
        const [, , own] = Object.keys(stores);
        await send("activate");
        assert.deepEqual(Object.keys(stores), ["odoo-sw-cache", own]);
        assert.deepEqual(calls, ["skipWaiting", "claim"]);
    });
});

describe("with a connection", () => {
    test("pages come from the server", async () => {
        const {visit} = startWorker();
        assert.equal(await visit("/my/tickets"), "page /my/tickets");
    });

    test("the offline pages of the language are cached once", async () => {
        const {visit} = startWorker();
        await visit("/th/my/tickets");
        await visit("/th/helpdesk/report");
        assert.deepEqual(kept(), THAI);
        assert.deepEqual(asked, ["/th/my/tickets", ...THAI, "/th/helpdesk/report"]);
    });

    test("a page is shown although its offline pages fail", async () => {
        network = async (path) =>
            path.includes("offline") ? lost() : new Response("tickets");
        assert.equal(await startWorker().visit("/my/tickets"), "tickets");
    });

    for (const [what, path, request] of [
        ["a form that is sent", "/helpdesk/report", {method: "POST"}],
        ["what a page loads", "/my/tickets", {mode: "cors"}],
        ["another host", "https://other.example/my/tickets"],
        ["the rest of the website", "/shop"],
        ["Odoo itself", "/odoo/helpdesk"],
        ["an address that only begins the same", "/mymail"],
    ]) {
        test(`${what} is left to the browser`, async () => {
            assert.equal(await startWorker().visit(path, request), null);
            assert.deepEqual(asked, []);
        });
    }
});

describe("without a connection", () => {
    async function goOffline(...visited) {
        const worker = startWorker();
        await worker.send("install");
        for (const path of visited) {
            await worker.visit(path);
        }
        network = lost;
        // The worker was stopped: its variables are lost, its cache is not
        return startWorker();
    }

    for (const [path, page] of [
        ["/my/tickets", OFFLINE[0]],
        ["/helpdesk/articles/beamer-5", OFFLINE[0]],
        ["/helpdesk/scan/AAAA", OFFLINE[1]],
        ["/new/ticket", OFFLINE[1]],
        ["/my/ticket/12", OFFLINE[1]],
        ["/my/ticket/12?access_token=x", OFFLINE[1]],
        // guest pages have no script, so they have no draft
        ["/helpdesk/scan/AAAA/guest", OFFLINE[0]],
    ]) {
        test(`${path} shows the offline page ${page === OFFLINE[1] ? "with" : "without"} a draft`, async () => {
            const {visit} = await goOffline();
            assert.equal(await visit(path), `page ${page}`);
        });
    }

    test("the offline page is in the language of the address", async () => {
        const {visit} = await goOffline("/th/my");
        assert.equal(await visit("/th/my/ticket/12"), `page ${THAI[1]}`);
    });

    test("the offline page is in the default language if no other is cached", async () => {
        const {visit} = await goOffline();
        assert.equal(await visit("/th/my/ticket/12"), `page ${OFFLINE[1]}`);
    });
});
