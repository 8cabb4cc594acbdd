/* eslint-env serviceworker */
// Shows a page that says so when there is no connection. See controllers/app.py.

const CACHE = "helpdesk-offline-4";
/** With a language or none before it: pages of the desk. */
const DESK_PAGE = /^(\/[a-z]{2}(?:_[A-Z]{2})?)?\/(?:my|helpdesk|new\/ticket)(?:\/|$)/;
/** Pages whose forms are kept on the phone (draft.esm.js); guests have no script. */
const DRAFT_PAGE = /\/(?:helpdesk\/scan\/[^/]+|new\/ticket|my\/ticket\/\d+)$/;

/** The offline pages of a language, as its address has it: plain, and for drafts. */
const offlinePages = (language) => [
    `${language}/helpdesk/offline`,
    `${language}/helpdesk/offline?draft=1`,
];

const refreshed = new Set();

/** Keep the offline pages of a language, once while this worker lives. */
async function keepOfflinePages(language) {
    if (refreshed.has(language)) {
        return;
    }
    const cache = await caches.open(CACHE);
    for (const path of offlinePages(language)) {
        const page = await fetch(path);
        if (!page.ok) {
            throw new Error(`${path}: ${page.status}`);
        }
        // A browser refuses to show an answer that was redirected, as to a language
        await cache.put(
            path,
            new Response(await page.blob(), {
                headers: {"Content-Type": page.headers.get("Content-Type")},
            })
        );
    }
    refreshed.add(language);
}

async function getOfflinePage(url, language) {
    const kind = Number(DRAFT_PAGE.test(url.pathname));
    const cache = await caches.open(CACHE);
    const page =
        (await cache.match(offlinePages(language)[kind])) ||
        (await cache.match(offlinePages("")[kind]));
    return page || Response.error();
}

self.addEventListener("install", (event) => {
    event.waitUntil(keepOfflinePages("").then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
    event.waitUntil(
        caches
            .keys()
            .then((names) =>
                Promise.all(
                    names
                        .filter(
                            (name) => name.startsWith("helpdesk-") && name !== CACHE
                        )
                        .map((name) => caches.delete(name))
                )
            )
            .then(() => self.clients.claim())
    );
});

self.addEventListener("fetch", (event) => {
    const {request} = event;
    const url = new URL(request.url);
    const desk = url.origin === self.location.origin && DESK_PAGE.exec(url.pathname);
    // What is sent is the browser's own: it can send it again, our page could not
    if (!desk || request.mode !== "navigate" || request.method !== "GET") {
        return;
    }
    const language = desk[1] || "";
    event.respondWith(
        fetch(request).then(
            (response) => {
                // No connection for these is no reason to withhold the page
                event.waitUntil(keepOfflinePages(language).catch(() => undefined));
                return response;
            },
            () => getOfflinePage(url, language)
        )
    );
});
