/* eslint-env serviceworker */
// Shows the offline page when there is no connection. See controllers/app.py.

const CACHE = "helpdesk-offline-4";
/** Pages of the help desk, with or without a language prefix. */
const DESK_PAGE = /^(\/[a-z]{2}(?:_[A-Z]{2})?)?\/(?:my|helpdesk|new\/ticket)(?:\/|$)/;
/** Pages with drafts of forms (draft.esm.js). Guest pages have no script, so no drafts. */
const DRAFT_PAGE = /\/(?:helpdesk\/scan\/[^/]+|new\/ticket|my\/ticket\/\d+)$/;

/** The offline pages of a language prefix: without and with a note about drafts. */
const offlinePages = (language) => [
    `${language}/helpdesk/offline`,
    `${language}/helpdesk/offline?draft=1`,
];

const refreshed = new Set();

/** Cache the offline pages of a language, once after each start of the worker. */
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
        // Copy the page: browsers refuse to show a redirected response from a cache
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
    // Leave forms to the browser, which can send them again after an error
    if (!desk || request.mode !== "navigate" || request.method !== "GET") {
        return;
    }
    const language = desk[1] || "";
    event.respondWith(
        fetch(request).then(
            (response) => {
                // An error of the offline pages must not prevent showing this page
                event.waitUntil(keepOfflinePages(language).catch(() => undefined));
                return response;
            },
            () => getOfflinePage(url, language)
        )
    );
});
