// The report form of a scanned device. Without this script it is sent as it stands;
// with it, photos show and shrink, sending shows, and lost words come back.

import {PhotoList} from "./photo_list.esm";

/** What was typed on one page, kept on this phone until it is sent. */
class Draft {
    constructor(form) {
        this.form = form;
        this.name = `helpdesk-report:${new URL(form.action).pathname}`;
    }

    restore() {
        const {elements} = this.form;
        try {
            const {category, words} = JSON.parse(localStorage.getItem(this.name)) || {};
            // What the server sends back is newer
            elements.category.value = elements.category.value || category || "";
            elements.words.value = elements.words.value || words || "";
        } catch {
            this.clear();
        }
    }

    save() {
        const {category, words} = this.form.elements;
        const draft = {category: category.value, words: words.value};
        try {
            localStorage.setItem(this.name, JSON.stringify(draft));
        } catch {
            // No room on this phone: the page itself still has the words
        }
    }

    clear() {
        try {
            localStorage.removeItem(this.name);
        } catch {
            // Nothing can have been kept either
        }
    }
}

class Report {
    constructor(form) {
        this.form = form;
        this.button = form.querySelector("button[type=submit]");
        this.progress = form.querySelector("progress");
        this.errors = document.querySelector(".o_helpdesk_errors");
        this.draft = new Draft(form);
        const photo = form.elements.photo;
        const list = form.querySelector(".o_helpdesk_photos");
        this.photos = new PhotoList(photo, list, form.dataset.remove);
    }

    start() {
        this.draft.restore();
        this.form.addEventListener("input", () => this.draft.save());
        this.form.addEventListener("submit", (event) => {
            event.preventDefault();
            this.send();
        });
    }

    send() {
        if (this.button.disabled) {
            return;
        }
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
        this.button.disabled = true;
        this.progress.hidden = false;
        this.errors.replaceChildren();
        request.send(data);
    }

    receive(request) {
        if (request.status === 200) {
            // Signed out meanwhile: it is not sent yet
            if (request.responseURL.includes("/my/ticket/")) {
                this.draft.clear();
            }
            window.location.assign(request.responseURL);
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
