import {afterEach, beforeEach, describe, test} from "node:test";
import {fire, make, openPage, settle} from "../../../tests/tools/page.mjs";
import assert from "node:assert/strict";

openPage();
const {ArticleSuggest} = await import("../src/js/article_suggest.esm.js");

const WORDS = {
    list: "Articles",
    count: "%s articles",
    solved: "This solved it",
    back: "Back",
    open: "Open",
    thanks: "Glad that it helped",
    done: "Done",
};
const ARTICLES = [7, 8, 9].map((id) => ({
    id,
    title: `Article ${id}`,
    summary: `Summary ${id}`,
    url: `/helpdesk/articles/${id}`,
}));

const {setTimeout: later, clearTimeout: forget} = globalThis;

let requests = [];
let beacons = [];
let waiting = new Set();

beforeEach(() => {
    openPage("/new/ticket");
    requests = [];
    beacons = [];
    waiting = new Set();
    globalThis.setTimeout = (work) => {
        waiting.add(work);
        return work;
    };
    globalThis.clearTimeout = (work) => waiting.delete(work);
    globalThis.fetch = (url, {body, signal}) =>
        new Promise((done, failed) => {
            signal?.addEventListener("abort", () => failed(signal.reason));
            requests.push({
                url,
                params: JSON.parse(body).params,
                signal,
                answer: async (result, error) => {
                    done({json: async () => ({result, error})});
                    await settle();
                },
            });
        });
    Object.defineProperty(globalThis, "navigator", {
        value: {sendBeacon: (_url, blob) => beacons.push(blob)},
        configurable: true,
    });
});
afterEach(() => {
    Object.assign(globalThis, {setTimeout: later, clearTimeout: forget});
});

function pause() {
    const works = [...waiting];
    waiting.clear();
    for (const work of works) {
        work();
    }
}

function openField() {
    const field = make("input", {name: "subject"});
    document.body.append(make("form", {}, field));
    new ArticleSuggest(field, WORDS).start();
    const enter = (text) => {
        field.value = text;
        fire(field, "input");
    };
    const press = (key, more = {}) => fire(field, "keydown", {key, ...more});
    const find = (selector) => document.querySelector(selector);
    return {
        field,
        enter,
        press,
        find,
        options: () => document.querySelectorAll("[role=option]"),
        offered: () =>
            document
                .querySelectorAll("[role=option]")
                .map(({children}) => children[0].textContent),
        chosen: () =>
            document
                .querySelectorAll("[role=option]")
                .findIndex((one) => one.getAttribute("aria-selected") === "true"),
        status: () => find("[role=status]").textContent,
        preview: () => find(".o_helpdesk_article_preview"),
        async suggest(articles = ARTICLES, text = "beamer") {
            enter(text);
            pause();
            await requests.at(-1).answer(articles);
        },
    };
}

const readTally = async () => JSON.parse(await beacons.at(-1).text()).params;

describe("suggestions", () => {
    test("are requested once, after a pause in typing", async () => {
        const {enter, offered, status} = openField();
        enter("bea");
        enter("  Beamer \t dark ");
        assert.equal(requests.length, 0);
        pause();
        assert.deepEqual(
            requests.map(({url, params}) => [url, params.text]),
            [["/helpdesk/articles/suggest", "beamer dark"]]
        );
        await requests[0].answer(ARTICLES);
        assert.deepEqual(offered(), ["Article 7", "Article 8", "Article 9"]);
        assert.equal(status(), "3 articles");
    });

    test("are not requested for two letters, which close the list", async () => {
        const {enter, offered, suggest, field, status} = openField();
        await suggest();
        enter(" be ");
        pause();
        assert.equal(requests.length, 1);
        assert.deepEqual([offered(), status()], [[], ""]);
        assert.equal(field.getAttribute("aria-expanded"), "false");
    });

    test("are not requested twice for the same words", async () => {
        const {enter, offered, suggest} = openField();
        await suggest();
        await suggest([], "printer");
        enter("BEAMER ");
        pause();
        await settle();
        assert.equal(requests.length, 2);
        assert.equal(offered().length, 3);
    });

    test("for older words are cancelled and not shown", async () => {
        const {enter, offered} = openField();
        enter("beamer");
        pause();
        enter("printer");
        pause();
        assert.equal(requests[0].signal.aborted, true);
        await requests[1].answer([ARTICLES[1]]);
        assert.deepEqual(offered(), ["Article 8"]);
    });

    test("for a text that has changed are not shown", async () => {
        const {enter, offered} = openField();
        enter("beamer");
        pause();
        enter("beamer dark");
        await requests[0].answer(ARTICLES);
        assert.deepEqual(offered(), []);
    });

    test("that fail do not disturb the form", async () => {
        const {enter, offered} = openField();
        enter("beamer");
        pause();
        await requests[0].answer(undefined, {message: "Odoo Server Error"});
        assert.deepEqual(offered(), []);
        enter("beamer");
        pause();
        assert.equal(requests.length, 2);
    });

    test("close when the field loses the focus", async () => {
        const {enter, field, offered, suggest} = openField();
        await suggest();
        enter("beamers");
        fire(field, "blur");
        pause();
        assert.deepEqual([offered(), requests.length], [[], 1]);
    });
});

describe("the keyboard", () => {
    test("cycles through the list", async () => {
        const {chosen, field, options, press, suggest} = openField();
        await suggest();
        assert.equal(chosen(), -1);
        for (const [key, index] of [
            ["ArrowDown", 0],
            ["ArrowUp", 2],
            ["ArrowDown", 0],
            ["ArrowDown", 1],
        ]) {
            assert.equal(press(key).defaultPrevented, true);
            assert.equal(chosen(), index, key);
            assert.equal(
                field.getAttribute("aria-activedescendant"),
                options()[index].id
            );
        }
    });

    test("closes the list", async () => {
        const {field, offered, press, suggest} = openField();
        await suggest();
        press("ArrowDown");
        press("Escape");
        assert.deepEqual(offered(), []);
        assert.equal(field.getAttribute("aria-activedescendant"), null);
    });

    test("submits the form if no article is chosen", async () => {
        const {press, suggest} = openField();
        assert.equal(press("Enter").defaultPrevented, false);
        await suggest();
        assert.equal(press("Enter").defaultPrevented, false);
        assert.equal(press("b").defaultPrevented, false);
    });

    test("of an input method chooses a character, not an article", async () => {
        const {chosen, press, suggest} = openField();
        await suggest();
        press("ArrowDown", {isComposing: true});
        assert.equal(chosen(), -1);
    });
});

describe("an article", () => {
    async function openArticle() {
        const page = openField();
        await page.suggest();
        page.press("ArrowDown");
        page.press("Enter");
        await requests.at(-1).answer({title: "Article 7", content: "<p>HDMI</p>"});
        const button = (text) =>
            page
                .preview()
                .querySelectorAll("button")
                .find(({textContent}) => textContent === text);
        return {...page, button};
    }

    test("opens beside the form", async () => {
        const {offered, preview} = await openArticle();
        assert.deepEqual(
            [requests[1].url, requests[1].params],
            ["/helpdesk/articles/preview", {article_id: 7}]
        );
        assert.deepEqual(offered(), []);
        const [heading, text] = preview().children;
        assert.equal(heading.textContent, "Article 7");
        assert.equal(document.activeElement, heading);
        assert.equal(text.innerHTML, "<p>HDMI</p>");
        const link = preview().querySelector("a");
        assert.equal(link.getAttribute("href"), "/helpdesk/articles/7");
    });

    test("also opens by a click", async () => {
        const {find, options, preview, suggest} = openField();
        await suggest();
        const event = new Event("mousedown", {bubbles: true, cancelable: true});
        find("[role=listbox]").dispatchEvent(event);
        // Otherwise the field would lose the focus, and the list would close
        assert.equal(event.defaultPrevented, true);
        fire(options()[1].children[0], "click");
        assert.deepEqual(requests[1].params, {article_id: 8});
        await requests[1].answer({title: "Article 8", content: ""});
        assert.ok(preview());
    });

    test("that was withdrawn is no longer offered", async () => {
        const {offered, preview, press, suggest} = openField();
        await suggest();
        press("ArrowDown");
        press("Enter");
        await requests[1].answer(undefined, {message: "404"});
        assert.deepEqual(offered(), ["Article 8", "Article 9"]);
        assert.equal(preview(), null);
        await suggest([]);
        assert.equal(requests.length, 3);
    });

    test("closes and returns the focus to the field", async () => {
        for (const close of [
            ({button}) => fire(button("Back"), "click"),
            ({preview}) => fire(preview(), "keydown", {key: "Escape"}),
        ]) {
            openPage();
            requests = [];
            const page = await openArticle();
            close(page);
            assert.equal(page.preview(), null);
            assert.equal(document.activeElement, page.field);
        }
    });

    test("that solved the problem is reported, and thanks are shown", async () => {
        const {button, preview} = await openArticle();
        fire(button("This solved it"), "click");
        assert.deepEqual(await readTally(), {shown: [7, 8, 9], solved: [7]});
        assert.match(preview().textContent, /Glad that it helped/);
        assert.equal(preview().querySelector("a").getAttribute("href"), "/my");
    });
});

describe("the tally", () => {
    test("is sent once, when the page is closed", async () => {
        const {suggest} = openField();
        await suggest();
        await suggest([ARTICLES[0]], "printer");
        fire(window, "pagehide");
        assert.deepEqual(await readTally(), {shown: [7, 8, 9], solved: []});
        fire(window, "pagehide");
        assert.equal(beacons.length, 1);
    });

    test("is not sent if no article was shown", async () => {
        const {suggest} = openField();
        await suggest([]);
        fire(window, "pagehide");
        assert.equal(beacons.length, 0);
    });
});
