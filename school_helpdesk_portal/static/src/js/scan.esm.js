// A report form, of a scanned device or any other. Without this script it is sent as it
// stands; with it, photos show and shrink, sending shows, and lost words come back.

import {Draft} from "./draft.esm";
import {PhotoList} from "./photo_list.esm";

class Report {
    constructor(form) {
        this.form = form;
        this.button = form.querySelector("button[type=submit]");
        this.progress = form.querySelector("progress");
        this.errors = document.querySelector(".o_helpdesk_errors");
        const photo = form.elements.photo;
        const list = form.querySelector(".o_helpdesk_photos");
        this.photos = new PhotoList(photo, list, form.dataset.remove);
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
        // A page gone back to is the one that was sent, with its key
        window.addEventListener("pageshow", (event) => {
            if (event.persisted) {
                window.location.reload();
            }
        });
    }

    async send() {
        if (this.button.disabled) {
            return;
        }
        this.button.disabled = true;
        // Kept with its key before it leaves: the answer may not come back
        await this.draft.save();
        const data = new FormData(this.form);
        data.delete("photo");
        for (const file of this.photos.files) {
            data.append("photo", file, file.name);
        }
        const request = new XMLHttpRequest();
        request.open("POST", this.form.action);
        request.responseType = "document";
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
        const {pathname} = new URL(request.responseURL || this.form.action);
        if (pathname.endsWith("/web/login")) {
            // Signed out meanwhile: back here with the draft, once signed in again
            const query = new URLSearchParams({redirect: window.location.pathname});
            window.location.assign(`${pathname}?${query}`);
            return;
        }
        if (request.status === 200) {
            await this.draft.clear();
            window.location.assign(request.responseURL);
            return;
        }
        if (request.status === 400) {
            // Signed in anew in another tab: only a new page has the new token
            window.location.reload();
            return;
        }
        const page = request.response;
        const errors = page ? page.querySelectorAll(".o_helpdesk_errors > *") : [];
        const texts = [...errors].map((error) => error.textContent);
        this.fail(texts.length ? texts : [this.form.dataset.offline]);
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

const form = document.querySelector("form.o_helpdesk_report");
if (form) {
    new Report(form).start();
}
