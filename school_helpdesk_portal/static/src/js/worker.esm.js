// Registers the portal's service worker on the pages of signed-in users.

/** The registration; undefined if the page or the browser has no service worker. */
export const registered = register();

async function register() {
    const {worker} = document.querySelector("[data-worker]")?.dataset || {};
    if (!worker || !("serviceWorker" in navigator)) {
        return undefined;
    }
    try {
        return await navigator.serviceWorker.register(worker, {scope: "/"});
    } catch (error) {
        console.warn("Service worker:", error.message);
        return undefined;
    }
}
