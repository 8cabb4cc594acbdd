/**
 * Keeps the wall screen up to date. Without a connection, the last figures stay, and the
 * page says from when they are.
 */

/** Give up an answer after so many milliseconds. */
const PATIENCE = 20000;
/** Load everything again after so many milliseconds, with a new style and script. */
const LIFE = 12 * 3600 * 1000;
const lost = document.getElementById("lost");
const seconds = Number(document.body.dataset.seconds);
const started = Date.now();

async function load() {
    const response = await fetch(location.href, {
        cache: "no-store",
        credentials: "omit",
        signal: AbortSignal.timeout(PATIENCE),
    });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const main = page.querySelector("main");
    // an error page, for example of a proxy, is no answer; the page of a revoked link is
    if (!main || !(response.ok || main.dataset.gone)) {
        throw new Error(`The server answers with ${response.status}.`);
    }
    document.querySelector("main").replaceWith(main);
}

async function refresh() {
    try {
        await load();
        lost.hidden = true;
        if (Date.now() - started > LIFE) location.reload();
    } catch {
        const time = document.querySelector("main time");
        lost.querySelector("time").textContent = time ? time.textContent : "";
        lost.hidden = !time;
    }
    setTimeout(refresh, seconds * 1000);
}

setTimeout(refresh, seconds * 1000);
