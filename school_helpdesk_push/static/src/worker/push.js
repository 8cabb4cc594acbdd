/* eslint-env serviceworker */
// Shows push notifications, also while the browser is closed. This is a part of the
// portal's service worker: see controllers/app.py.

self.addEventListener("push", (event) => {
    if (!event.data) {
        return;
    }
    const {title, options} = event.data.json();
    const {model, res_id: id} = (options && options.data) || {};
    event.waitUntil(
        self.registration.showNotification(title, {
            ...options,
            // One notification for each ticket: a new one replaces the previous one
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
            if (!open) {
                return self.clients.openWindow(path);
            }
            // Reloading is safe: draft.esm.js keeps what the user is typing
            return open.navigate(open.url).then((client) => (client || open).focus());
        })
    );
});
