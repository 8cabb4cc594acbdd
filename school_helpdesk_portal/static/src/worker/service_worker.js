/* eslint-env serviceworker */
// Shows what happened to a ticket while the browser was closed, and a page that says
// so when there is no connection. See controllers/app.py.

const CACHE = "helpdesk-offline-2";
const OFFLINE_PAGE = "/helpdesk/offline";

// Anew, since where the reader's language has an address of its own the page comes by a
// redirect, and browsers refuse such an answer in place of another page.
const keep = (cache, {body, headers, ok}) =>
    ok
        ? cache.put(OFFLINE_PAGE, new Response(body, {headers}))
        : Promise.reject(new Error("no page to keep"));

self.addEventListener("install", (event) => {
    event.waitUntil(
        caches
            .open(CACHE)
            .then((cache) => fetch(OFFLINE_PAGE).then((page) => keep(cache, page)))
            .then(() => self.skipWaiting())
    );
});

self.addEventListener("activate", (event) => {
    event.waitUntil(self.clients.claim());
});

const isDeskPage = (url) =>
    url.origin === self.location.origin &&
    /^(\/[a-z]{2}(_[A-Z]{2})?)?\/(my|helpdesk)(\/|$)/.test(url.pathname);

self.addEventListener("fetch", (event) => {
    const {request} = event;
    if (request.mode !== "navigate" || !isDeskPage(new URL(request.url))) {
        return;
    }
    event.respondWith(
        fetch(request).catch(() =>
            caches.match(OFFLINE_PAGE).then((page) => page || Response.error())
        )
    );
});

self.addEventListener("push", (event) => {
    if (!event.data) {
        return;
    }
    const {title, options} = event.data.json();
    const {model, res_id: id} = (options && options.data) || {};
    event.waitUntil(
        self.registration.showNotification(title, {
            ...options,
            // One line a ticket: the newest word takes the place of the last
            tag: model && id ? `${model},${id}` : undefined,
            badge: "/school_helpdesk_portal/static/img/app-192.png",
        })
    );
});

self.addEventListener("notificationclick", (event) => {
    event.notification.close();
    const {model, res_id: id} = event.notification.data || {};
    const path = model === "helpdesk.ticket" && id ? `/my/ticket/${id}` : "/my/tickets";
    event.waitUntil(
        self.clients.matchAll({type: "window"}).then((windows) => {
            const open = windows.find((client) =>
                new URL(client.url).pathname.endsWith(path)
            );
            return open ? open.focus() : self.clients.openWindow(path);
        })
    );
});
