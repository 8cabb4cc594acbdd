// The cards of other addons on the home page: Odoo shows a card only after it has counted
// the card's documents. Without this script, these cards stay hidden.

const COUNTERS = "/my/counters";

const places = [...document.querySelectorAll("[data-placeholder_count]")];
if (places.length) {
    const counters = places.map((place) => place.dataset.placeholder_count);
    const body = JSON.stringify({jsonrpc: "2.0", method: "call", params: {counters}});
    const headers = {"Content-Type": "application/json"};
    fetch(COUNTERS, {method: "POST", headers, body})
        .then((response) => response.json())
        .then(({result = {}}) => {
            for (const place of places) {
                const count = result[place.dataset.placeholder_count];
                if (count) {
                    place.textContent = count;
                    place.closest(".o_portal_index_card").classList.remove("d-none");
                }
            }
        })
        .catch(() => {
            // Without a connection, the cards stay hidden
        });
}
