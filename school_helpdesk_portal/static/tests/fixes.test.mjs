import {fire, make, openPage} from "../../../tests/tools/page.mjs";
import assert from "node:assert/strict";
import {test} from "node:test";

let loads = 0;

/** Open a device's page with these articles; return the requests to the server. */
function openDevice(...ids) {
    return openPageWith(ids, (fixes) => fixes);
}

async function openPageWith(ids, place) {
    const page = openPage("/helpdesk/scan/x");
    const sent = [];
    Object.defineProperty(globalThis, "navigator", {
        value: {
            sendBeacon(url, blob) {
                sent.push({url, blob});
            },
        },
        configurable: true,
    });
    const fixes = ids.map((id) =>
        make("details", {class: "o_helpdesk_fix", data: {articleId: String(id)}})
    );
    page.body.append(...place(fixes));
    await import(`../src/js/fixes.esm.js?${++loads}`);
    const leave = async () => {
        fire(window, "pagehide");
        const {url, blob} = sent.at(-1);
        const {method, params} = JSON.parse(await blob.text());
        assert.deepEqual([url, method], ["/helpdesk/articles/tally", "call"]);
        assert.equal(blob.type, "application/json");
        return params;
    };
    return {fixes, sent, leave};
}

test("shown and opened articles are sent when the user leaves the page", async () => {
    const {fixes, sent, leave} = await openDevice(3, 4, 5);
    fire(fixes[1], "toggle");
    fire(fixes[1], "toggle");
    assert.equal(sent.length, 0);
    assert.deepEqual(await leave(), {shown: [3, 4, 5], viewed: [4]});
});

test("each article counts once, even if the user leaves the page twice", async () => {
    const {leave} = await openDevice(3);
    await leave();
    assert.deepEqual(await leave(), {shown: [], viewed: []});
});

test("an article that solved the problem is counted by the server", async () => {
    const {fixes, leave} = await openDevice(3, 4);
    fire(fixes[0], "toggle");
    fire(fixes[0], "submit");
    assert.deepEqual(await leave(), {shown: [4], viewed: [3]});
});

test("an article of a symptom counts when the user has opened it", async () => {
    const {fixes, leave} = await openPageWith([3, 4, 5, 6], (made) => {
        const [first, ...ofSymptoms] = made;
        for (const fix of ofSymptoms) {
            const button = make("button");
            button.setAttribute("form", "solved");
            fix.append(button);
        }
        const box = make("div", {class: "o_helpdesk_symptom_fixes"}, ...ofSymptoms);
        return [first, box];
    });
    fire(fixes[1], "toggle");
    fire(fixes[2], "toggle");
    fire(fixes[2].children[0], "click");
    assert.deepEqual(await leave(), {shown: [3, 4], viewed: [4, 5]});
});

test("a page without articles sends nothing", async () => {
    const {sent} = await openDevice();
    fire(window, "pagehide");
    assert.equal(sent.length, 0);
});
