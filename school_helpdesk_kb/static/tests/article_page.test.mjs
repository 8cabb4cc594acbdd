import {afterEach, beforeEach, test} from "node:test";
import {fire, make, openPage, settle} from "../../../tests/tools/page.mjs";
import assert from "node:assert/strict";

openPage();
const {VoteBox, countView} = await import("../src/js/article_page.esm.js");

const ACTION = "/helpdesk/articles/beamer-5/vote";
const {setTimeout: later} = globalThis;
let requests = [];
let waiting = [];

beforeEach(() => {
    openPage("/helpdesk/articles/beamer-5");
    requests = [];
    waiting = [];
    globalThis.setTimeout = (work, delay) => waiting.push({work, delay});
    globalThis.fetch = (url, {body}) =>
        new Promise((done, failed) => {
            requests.push({url, body, done, failed});
        });
    // The answers of these tests are already elements
    globalThis.DOMParser = class {
        parseFromString(element) {
            return element;
        }
    };
});
afterEach(() => {
    globalThis.setTimeout = later;
});

function makeBox(title, value) {
    const button = make("button", {name: "helpful", value});
    const form = make(
        "form",
        {action: ACTION},
        make("input", {type: "hidden", name: "csrf_token", value: "token"}),
        button
    );
    form.submits = 0;
    form.submit = () => form.submits++;
    const head = make("h2", {}, title);
    const box = make("section", {class: "o_helpdesk_article_vote"}, head, form);
    return {box, form, button, head};
}

function openBox() {
    const parts = makeBox("Did this help?", "no");
    document.body.append(parts.box);
    new VoteBox(parts.box).start();
    const vote = ({form, button}) => fire(form, "submit", {submitter: button});
    return {...parts, vote};
}

async function answer(request, {box}) {
    const page = make("body", {}, box);
    request.done({ok: true, text: async () => page});
    await settle();
}

const sent = ({body}) => [body.get("helpful"), body.get("fragment")];

test("a vote updates its box, and so does the next vote", async () => {
    const first = openBox();
    assert.equal(first.vote(first).defaultPrevented, true);
    const second = makeBox("What was wrong?", "yes");
    await answer(requests[0], second);
    assert.equal(first.box.querySelector("h2").textContent, "What was wrong?");
    assert.equal(document.activeElement, second.head);
    // The new form from the response is also sent without reloading the page
    first.vote(second);
    await answer(requests[1], makeBox("Thank you", "no"));
    assert.equal(first.box.querySelector("h2").textContent, "Thank you");
    assert.deepEqual(requests.map(sent), [
        ["no", "1"],
        ["yes", "1"],
    ]);
    assert.equal(requests[0].url, ACTION);
    assert.equal(requests[0].body.get("csrf_token"), "token");
});

test("a vote is sent once if the button is clicked twice", async () => {
    const first = openBox();
    first.vote(first);
    first.vote(first);
    await answer(requests[0], makeBox("Thank you", "no"));
    assert.deepEqual(requests.map(sent), [["no", "1"]]);
});

for (const [name, fail] of Object.entries({
    "that is refused": ({done}) => done({ok: false}),
    "without a connection": ({failed}) => failed(new TypeError("offline")),
})) {
    test(`a vote ${name} is sent as an ordinary form`, async () => {
        const first = openBox();
        first.vote(first);
        fail(requests[0]);
        await settle();
        assert.equal(first.form.submits, 1);
        const field = first.form.querySelector("input[name=helpful]");
        assert.deepEqual([field.type, field.value], ["hidden", "no"]);
        assert.equal(first.head.textContent, "Did this help?");
    });
}

test("a view is counted after three seconds, once per tab", async () => {
    const article = (helpdeskArticleId) => make("article", {data: {helpdeskArticleId}});
    // Article 6 was already counted in this tab
    sessionStorage.setItem("helpdesk_article_viewed_6", "1");
    countView(article("5"));
    countView(article("6"));
    assert.equal(requests.length, 0);
    assert.deepEqual(
        waiting.map(({delay}) => delay),
        [3000]
    );
    waiting[0].work();
    assert.equal(sessionStorage.getItem("helpdesk_article_viewed_5"), "1");
    assert.equal(requests[0].url, "/helpdesk/articles/tally");
    assert.deepEqual(JSON.parse(requests[0].body).params, {viewed: [5]});
});
