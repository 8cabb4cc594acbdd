// Articles offered while somebody types what is wrong. It serves any text field with
// the attribute data-helpdesk-article-suggest: that is all a form has to know.
import {Interaction} from "@web/public/interaction";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {rpc} from "@web/core/network/rpc";

export const MIN_LENGTH = 3;
const DELAY = 300;
const TALLY_URL = "/helpdesk/articles/tally";

// Listed here, since the export of terms does not see those in nested calls.
const WORDS = {
    list: _t("Articles that may help"),
    solved: _t("This solved it"),
    back: _t("Go on with my report"),
    open: _t("Open in a new tab"),
    thanks: _t("Glad that it helped. You need not send a report."),
    done: _t("Done"),
};

let instances = 0;

function element(tag, attributes = {}, text = "") {
    const el = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
        el.setAttribute(name, value);
    }
    el.textContent = text;
    return el;
}

export class HelpdeskArticleSuggest extends Interaction {
    static selector = "input[data-helpdesk-article-suggest]";
    dynamicContent = {
        _root: {
            "t-on-input": this.debounced(this.onInput, DELAY),
            "t-on-keydown": this.onKeydown,
            "t-on-blur": this.close,
        },
        _window: {
            "t-on-pagehide": this.sendTally,
        },
    };

    setup() {
        this.id = `helpdesk_article_suggestions_${++instances}`;
        this.answers = new Map();
        this.articles = [];
        this.active = -1;
        this.shown = new Set();
        this.solved = new Set();
        this.request = null;
    }

    start() {
        for (const [name, value] of Object.entries({
            role: "combobox",
            autocomplete: "off",
            "aria-autocomplete": "list",
            "aria-expanded": "false",
            "aria-controls": this.id,
        })) {
            this.el.setAttribute(name, value);
        }
        this.list = element("ul", {
            id: this.id,
            role: "listbox",
            class: "o_helpdesk_article_suggestions",
            "aria-label": WORDS.list,
        });
        this.status = element("div", {role: "status", class: "visually-hidden"});
        this.insert(this.status, this.el, "afterend");
        this.insert(this.list, this.el, "afterend");
        // Keep the focus in the field: leaving it would close the list first.
        this.addListener(this.list, "mousedown", (ev) => ev.preventDefault());
        this.addListener(this.list, "click", (ev) => {
            const option = ev.target.closest("[role=option]");
            if (option) {
                this.open(this.articles[[...this.list.children].indexOf(option)]);
            }
        });
    }

    destroy() {
        this.request?.abort(false);
        this.sendTally();
    }

    async onInput() {
        const text = this.el.value.trim().replace(/\s+/g, " ").toLowerCase();
        // Whatever is still under way answers a question nobody asks any more.
        this.request?.abort(false);
        this.request = null;
        if (text.length < MIN_LENGTH) {
            this.show([]);
            return;
        }
        if (!this.answers.has(text)) {
            const request = rpc("/helpdesk/articles/suggest", {text}, {silent: true});
            this.request = request;
            try {
                this.answers.set(text, await this.waitFor(request));
            } catch {
                // Without suggestions the form still works: say nothing.
                return;
            } finally {
                if (this.request === request) {
                    this.request = null;
                }
            }
        }
        if (text === this.el.value.trim().replace(/\s+/g, " ").toLowerCase()) {
            this.show(this.answers.get(text));
        }
    }

    show(articles) {
        this.articles = articles;
        this.list.replaceChildren(
            ...articles.map((article, index) => {
                const option = element("li", {
                    id: `${this.id}_${index}`,
                    role: "option",
                    "aria-selected": "false",
                });
                option.append(
                    element("div", {class: "fw-bold"}, article.title),
                    element("div", {class: "small text-truncate"}, article.summary)
                );
                return option;
            })
        );
        for (const article of articles) {
            this.shown.add(article.id);
        }
        this.el.setAttribute("aria-expanded", String(Boolean(articles.length)));
        this.activate(-1);
        this.status.textContent = articles.length
            ? _t("%s articles may help. Choose with the arrow keys.", articles.length)
            : "";
    }

    close() {
        this.request?.abort(false);
        this.show([]);
    }

    activate(index) {
        this.active = index;
        [...this.list.children].forEach((option, position) => {
            option.setAttribute("aria-selected", String(position === index));
        });
        const option = this.list.children[index];
        if (option) {
            this.el.setAttribute("aria-activedescendant", option.id);
            option.scrollIntoView({block: "nearest"});
        } else {
            this.el.removeAttribute("aria-activedescendant");
        }
    }

    onKeydown(ev) {
        const count = this.articles.length;
        // Enter also ends the choice of a character in Thai and other input methods.
        if (!count || ev.isComposing) {
            return;
        }
        if (ev.key === "ArrowDown") {
            this.activate((this.active + 1) % count);
        } else if (ev.key === "ArrowUp") {
            this.activate(this.active > 0 ? this.active - 1 : count - 1);
        } else if (ev.key === "Escape") {
            this.show([]);
        } else if (ev.key === "Enter" && this.active >= 0) {
            this.open(this.articles[this.active]);
        } else {
            return;
        }
        ev.preventDefault();
    }

    async open(article) {
        const {title, content} = await this.waitFor(
            rpc("/helpdesk/articles/preview", {article_id: article.id})
        );
        this.show([]);
        this.closePreview();
        const heading = element("h3", {tabindex: "-1", class: "h5"}, title);
        const text = element("div", {class: "o_helpdesk_article_preview_text mb-3"});
        // The server has cleaned this text when it was saved.
        text.innerHTML = content;
        const solved = element(
            "button",
            {type: "button", class: "btn btn-primary me-2 mb-2"},
            WORDS.solved
        );
        const back = element(
            "button",
            {type: "button", class: "btn btn-secondary me-2 mb-2"},
            WORDS.back
        );
        const link = element(
            "a",
            {href: article.url, target: "_blank", class: "btn btn-link mb-2"},
            WORDS.open
        );
        this.preview = element("section", {
            class: "o_helpdesk_article_preview",
            "aria-label": title,
        });
        this.preview.append(heading, text, solved, back, link);
        this.insert(this.preview, this.status, "afterend");
        this.addListener(solved, "click", () => this.onSolved(article));
        this.addListener(back, "click", this.closePreview);
        this.addListener(this.preview, "keydown", (ev) => {
            if (ev.key === "Escape") {
                this.closePreview();
            }
        });
        heading.focus();
    }

    closePreview() {
        if (this.preview) {
            this.preview.remove();
            this.preview = null;
            this.el.focus();
        }
    }

    onSolved(article) {
        this.solved.add(article.id);
        this.sendTally();
        const thanks = element("h3", {tabindex: "-1", class: "h5"});
        thanks.textContent = WORDS.thanks;
        const link = element("a", {href: "/my", class: "btn btn-primary"});
        link.textContent = WORDS.done;
        this.preview.replaceChildren(thanks, link);
        thanks.focus();
    }

    /**
     * Tell once what was shown and what helped, also when the page is being left.
     */
    sendTally() {
        if (!this.shown.size) {
            return;
        }
        const params = {shown: [...this.shown], solved: [...this.solved]};
        this.shown.clear();
        this.solved.clear();
        navigator.sendBeacon(
            TALLY_URL,
            new Blob([JSON.stringify({jsonrpc: "2.0", method: "call", params})], {
                type: "application/json",
            })
        );
    }
}

registry
    .category("public.interactions")
    .add("school_helpdesk_kb.suggest", HelpdeskArticleSuggest);
