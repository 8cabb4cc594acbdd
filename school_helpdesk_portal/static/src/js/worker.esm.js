// The desk's service worker, registered on the pages of people who have signed in.

/** A registration; undefined where the page or the browser has no worker. */
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
