// Counts which articles were shown and opened on the page of a scanned device, and sends
// the counts once, when the user leaves the page. Without this script, only the articles
// that solved a problem are counted. In the code, a "fix" is the box of an article.

const TALLY = "/helpdesk/articles/tally";

const fixes = document.querySelectorAll(".o_helpdesk_fix");
const shown = new Set();
const viewed = new Set();

for (const fix of fixes) {
    const id = Number(fix.dataset.articleId);
    // An article of a symptom is hidden until the symptom is chosen
    if (!fix.closest(".o_helpdesk_symptom_fixes")) {
        shown.add(id);
    }
    fix.addEventListener("toggle", () => {
        shown.add(id);
        viewed.add(id);
    });
    // If an article solved the problem, the server counts it as shown too: do not count
    // it twice. The button of a symptom's article is outside the form that it submits, so
    // its click is needed
    fix.addEventListener("submit", () => shown.delete(id));
    fix.querySelector("button[form]")?.addEventListener("click", () =>
        shown.delete(id)
    );
}
if (fixes.length) {
    window.addEventListener("pagehide", () => {
        const params = {shown: [...shown], viewed: [...viewed]};
        const message = {jsonrpc: "2.0", method: "call", params};
        navigator.sendBeacon(
            TALLY,
            new Blob([JSON.stringify(message)], {type: "application/json"})
        );
        shown.clear();
        viewed.clear();
    });
}
