// Notifications on this device: a button that only shows where the browser can do it.
// Its words stand in the page, in the reader's language (views/app_templates.xml).

const WORKER = "/helpdesk/service-worker.js";

async function call(route, params = {}) {
    const response = await fetch(route, {
        method: "POST",
        headers: {"Content-Type": "application/json"},
        body: JSON.stringify({jsonrpc: "2.0", method: "call", params}),
    });
    const {result, error} = await response.json();
    if (error) {
        throw new Error(error.data ? error.data.message : error.message);
    }
    return result;
}

/** The key as the bytes `subscribe` wants. */
function decodeKey(key) {
    const text = atob(key.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

class PushSwitch {
    constructor(element) {
        this.button = element.querySelector("button");
        this.status = element.querySelector("[role=status]");
        this.element = element;
    }

    async start() {
        this.registration = await navigator.serviceWorker.register(WORKER, {
            scope: "/",
        });
        if (!("PushManager" in window) || !("Notification" in window)) {
            return;
        }
        this.show(await this.registration.pushManager.getSubscription());
        this.button.addEventListener("click", () => this.toggle());
        this.element.hidden = false;
    }

    show(subscription) {
        this.subscription = subscription;
        this.button.setAttribute("aria-pressed", Boolean(subscription));
    }

    async toggle() {
        const {on, off, denied, failed} = this.element.dataset;
        this.button.disabled = true;
        try {
            if (this.subscription) {
                await this.switchOff();
                this.status.textContent = off;
            } else if ((await Notification.requestPermission()) === "granted") {
                await this.switchOn();
                this.status.textContent = on;
            } else {
                this.status.textContent = denied;
            }
        } catch (error) {
            this.status.textContent = failed;
            console.warn("Notifications:", error.message);
        } finally {
            this.button.disabled = false;
        }
    }

    async switchOn() {
        const key = await call("/helpdesk/push/key");
        const subscription = await this.registration.pushManager.subscribe({
            userVisibleOnly: true,
            applicationServerKey: decodeKey(key),
        });
        await call("/helpdesk/push/subscribe", {subscription: subscription.toJSON()});
        this.show(subscription);
    }

    async switchOff() {
        await call("/helpdesk/push/unsubscribe", {
            endpoint: this.subscription.endpoint,
        });
        await this.subscription.unsubscribe();
        this.show(null);
    }
}

const element = document.querySelector(".o_helpdesk_push");
if (element && "serviceWorker" in navigator) {
    new PushSwitch(element).start().catch((error) => {
        console.warn("Notifications:", error.message);
    });
}
