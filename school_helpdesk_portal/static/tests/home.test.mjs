import {make, openPage, settle} from "../../../tests/tools/page.mjs";
import assert from "node:assert/strict";
import {test} from "node:test";

let loads = 0;

/** Open the home page with a card for each counter; answer with these numbers. */
async function openHome(counters, answer) {
    const page = openPage("/my");
    const asked = [];
    const cards = counters.map((name) => {
        const place = make("span", {data: {placeholder_count: name}});
        place.setAttribute("data-placeholder_count", name);
        const card = make("div", {class: "o_portal_index_card d-none"}, place);
        card.classList = {
            remove: (className) => {
                card.className = card.className.replace(className, "").trim();
            },
        };
        return card;
    });
    page.body.append(...cards);
    globalThis.fetch = async (url, {body}) => {
        asked.push([url, JSON.parse(body).params]);
        return {json: async () => answer()};
    };
    await import(`../src/js/home.esm.js?${++loads}`);
    await settle();
    const shown = cards
        .filter(({className}) => !className.includes("d-none"))
        .map(({textContent}) => textContent);
    return {asked, shown};
}

test("a card of another addon is shown with its number", async () => {
    const {asked, shown} = await openHome(["invoices", "orders"], () => ({
        result: {invoices: 3, orders: 0},
    }));
    assert.deepEqual(asked, [["/my/counters", {counters: ["invoices", "orders"]}]]);
    assert.deepEqual(shown, ["3"]);
});

test("without such cards, nothing is asked", async () => {
    assert.deepEqual(await openHome([], () => ({})), {asked: [], shown: []});
});

for (const [name, answer] of Object.entries({
    "an error": () => ({error: {message: "no"}}),
    "no connection": () => {
        throw new TypeError("offline");
    },
})) {
    test(`after ${name}, the cards stay hidden`, async () => {
        const {shown} = await openHome(["invoices"], answer);
        assert.deepEqual(shown, []);
    });
}
