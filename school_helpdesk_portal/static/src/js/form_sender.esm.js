// Sends a form with photos: a ticket or a comment. Without this script, the browser sends
// the form. With it, photos are shown and made smaller, the progress is shown, and the
// draft is restored after a reload.

import {Draft} from "./draft.esm";
import {PhotoList} from "./photo_list.esm";

/** Key in the session storage, set when a form had an invalid CSRF token. */
const EXPIRED = "helpdesk form expired";

/**
 * A form with a file input, `.o_helpdesk_photos`, `progress` and one button to send it.
 * The messages for the user are in its data attributes. Errors are shown in
 * `.o_helpdesk_errors`.
 */
export class FormSender {
    constructor(form) {
        this.form = form;
        this.button = form.querySelector("button[type=submit]");
        this.progress = form.querySelector("progress");
        this.errors = document.querySelector(".o_helpdesk_errors");
        this.input = form.querySelector("input[type=file]");
        const list = form.querySelector(".o_helpdesk_photos");
        this.photos = new PhotoList(this.input, list, form.dataset.remove);
        this.draft = new Draft(form, this.photos);
    }

    start() {
        this.draft.start().then(() => {
            this.form.dispatchEvent(new Event("restored"));
        });
        this.form.addEventListener("submit", (event) => {
            event.preventDefault();
            this.send();
        });
        // Reload after "Back": the old page has the key of the form that was sent
        window.addEventListener("pageshow", (event) => {
            if (event.persisted) {
                window.location.reload();
            }
        });
        if (sessionStorage.getItem(EXPIRED)) {
            sessionStorage.removeItem(EXPIRED);
            this.fail([this.form.dataset.expired]);
        }
    }

    async send() {
        if (this.button.disabled) {
            return;
        }
        this.button.disabled = true;
        // Wait until all photos have been made smaller
        await this.photos.taken;
        // Store the key before the form is sent, because the response may get lost
        await this.draft.save();
        const data = new FormData(this.form);
        const {name} = this.input;
        data.delete(name);
        for (const file of this.photos.files) {
            data.append(name, file, file.name);
        }
        const request = new XMLHttpRequest();
        request.open("POST", this.form.action);
        request.upload.addEventListener("progress", (event) => {
            this.progress.value = event.lengthComputable
                ? event.loaded / event.total
                : 0;
        });
        request.addEventListener("load", () => this.receive(request));
        request.addEventListener("error", () => this.fail([this.form.dataset.offline]));
        this.progress.hidden = false;
        this.errors.replaceChildren();
        request.send(data);
    }

    async receive(request) {
        const url = new URL(request.responseURL || this.form.action);
        if (url.pathname.endsWith("/web/login")) {
            // The session has ended: return here after the sign-in and restore the draft
            const query = new URLSearchParams({redirect: window.location.pathname});
            window.location.assign(`${url.pathname}?${query}`);
            return;
        }
        if (request.status === 200) {
            await this.draft.clear();
            this.show(url);
            return;
        }
        if (request.status === 400) {
            // The user signed in again in another tab: a reload gets the new CSRF token
            sessionStorage.setItem(EXPIRED, "1");
            window.location.reload();
            return;
        }
        if (request.status === 413) {
            this.fail([this.form.dataset.tooLarge]);
            return;
        }
        // Not before: the content security policy refuses scripts in other pages, such as
        // the one to sign in
        const page = new DOMParser().parseFromString(request.responseText, "text/html");
        const errors = page.querySelectorAll(".o_helpdesk_errors > *");
        const texts = [...errors].map((error) => error.textContent);
        this.fail(texts.length ? texts : [this.form.dataset.offline]);
    }

    /** Open the page of the response, at the anchor in `data-landing` of the form. */
    show(url) {
        url.hash = this.form.dataset.landing || "";
        if (url.pathname === window.location.pathname) {
            // Changing only the hash would not reload the page
            window.history.replaceState(null, "", url);
            window.location.reload();
        } else {
            window.location.assign(url);
        }
    }

    fail(texts) {
        this.button.disabled = false;
        this.progress.hidden = true;
        this.errors.replaceChildren(
            ...texts.map((text) => {
                const line = document.createElement("p");
                line.className = "alert alert-danger";
                line.textContent = text;
                return line;
            })
        );
        this.errors.scrollIntoView({block: "center"});
    }
}

const form = document.querySelector("form.o_helpdesk_sender");
if (form) {
    new FormSender(form).start();
}
