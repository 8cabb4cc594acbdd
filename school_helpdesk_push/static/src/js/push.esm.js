// The button that switches notifications on and off. It is visible only if the browser
// supports notifications. The page contains its texts in the user's language
// (views/push_templates.xml).

import {registered} from "@school_helpdesk_portal/js/worker.esm";

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

/** Convert the key from base64url to the bytes that `subscribe` expects. */
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
        const signOut = document.querySelector("a[href^='/web/session/logout']");
        signOut?.addEventListener("click", (event) => this.signOut(event));
        this.ready = this.load();
        await this.ready;
    }

    async load() {
        this.registration = await registered;
        const isKnown = "PushManager" in window && "Notification" in window;
        if (!this.registration || !isKnown) {
            return;
        }
        const subscription = await this.registration.pushManager.getSubscription();
        this.show((await this.isOwn(subscription)) ? subscription : null);
        this.button.addEventListener("click", () => this.toggle());
        this.element.hidden = false;
    }

    /** Whether the subscription is the current user's, not that of a previous user. */
    async isOwn(subscription) {
        return (
            subscription &&
            call("/helpdesk/push/subscribed", {endpoint: subscription.endpoint})
        );
    }

    /** Switch notifications off at sign-out, because other people may use the browser. */
    async signOut(event) {
        event.preventDefault();
        const {href} = event.currentTarget;
        try {
            await this.ready;
            if (this.subscription) {
                await this.switchOff();
            }
        } finally {
            window.location.assign(href);
        }
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
        const {pushManager} = this.registration;
        // Replace an old subscription: it may be another user's, unknown to the server,
        // or use an old key
        const former = await pushManager.getSubscription();
        await former?.unsubscribe();
        const subscription = await pushManager.subscribe({
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
if (element) {
    new PushSwitch(element).start().catch((error) => {
        console.warn("Notifications:", error.message);
    });
}
