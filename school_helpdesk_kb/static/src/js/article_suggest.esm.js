// Suggests articles while somebody types into a text field with the attribute
// data-helpdesk-article-suggest. It works on pages with and without Odoo's scripts.
// The page must call the template school_helpdesk_kb.article_suggest_words once, which
// contains the texts in the reader's language.

/** The minimum length of a text for which articles are suggested. */
const MIN_LENGTH = 3;
/** Milliseconds without typing after which articles are requested. */
const DELAY = 300;
const TALLY_URL = "/helpdesk/articles/tally";

async function call(route, params, signal) {
    const response = await fetch(route, {
        method: "POST",
        headers: {"Content-Type": "application/json"},
        body: JSON.stringify({jsonrpc: "2.0", method: "call", params}),
        signal,
    });
    const {result, error} = await response.json();
    if (error) {
        throw new Error(error.message);
    }
    return result;
}

let instances = 0;

function element(tag, attributes = {}, text = "") {
    const el = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
        el.setAttribute(name, value);
    }
    el.textContent = text;
    return el;
}

/**
 * Suggests articles below the text field `el`. `words` are the texts of the template
 * article_suggest_words.
 */
export class ArticleSuggest {
    constructor(el, words) {
        this.el = el;
        this.words = words;
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
            "aria-label": this.words.list,
        });
        this.status = element("div", {role: "status", class: "visually-hidden"});
        this.el.after(this.list, this.status);
        // Keep the focus in the field: its blur event would close the list.
        this.list.addEventListener("mousedown", (ev) => ev.preventDefault());
        this.list.addEventListener("click", (ev) => {
            const option = ev.target.closest("[role=option]");
            if (option) {
                this.open(this.articles[[...this.list.children].indexOf(option)]);
            }
        });
        this.el.addEventListener("input", () => {
            clearTimeout(this.timer);
            this.timer = setTimeout(() => this.onInput(), DELAY);
        });
        this.el.addEventListener("keydown", (ev) => this.onKeydown(ev));
        this.el.addEventListener("blur", () => this.close());
        window.addEventListener("pagehide", () => this.sendTally());
    }

    getText() {
        return this.el.value.trim().replace(/\s+/g, " ").toLowerCase();
    }

    /** Cancel the pending request, whose answer is no longer needed. */
    abort() {
        this.request?.abort();
        this.request = null;
    }

    async onInput() {
        const text = this.getText();
        this.abort();
        if (text.length < MIN_LENGTH) {
            this.show([]);
            return;
        }
        if (!this.answers.has(text)) {
            const request = new AbortController();
            this.request = request;
            try {
                const found = await call(
                    "/helpdesk/articles/suggest",
                    {text},
                    request.signal
                );
                this.answers.set(text, found);
            } catch {
                // The form also works without suggestions: show no error.
                return;
            }
        }
        if (text === this.getText()) {
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
            ? this.words.count.replace("%s", articles.length)
            : "";
    }

    close() {
        clearTimeout(this.timer);
        this.abort();
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
        // In input methods, for example for Thai, these keys choose a character.
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
        let preview = null;
        try {
            preview = await call("/helpdesk/articles/preview", {
                article_id: article.id,
            });
        } catch {
            // The article was withdrawn or the network failed: remove the suggestion.
            this.answers.clear();
            this.show(this.articles.filter((other) => other !== article));
            return;
        }
        const {title, content} = preview;
        this.show([]);
        this.closePreview();
        const heading = element("h3", {tabindex: "-1", class: "h5"}, title);
        const text = element("div", {class: "o_helpdesk_article_preview_text mb-3"});
        // The server sanitized this HTML when it was saved.
        text.innerHTML = content;
        const solved = element(
            "button",
            {type: "button", class: "btn btn-primary me-2 mb-2"},
            this.words.solved
        );
        const back = element(
            "button",
            {type: "button", class: "btn btn-secondary me-2 mb-2"},
            this.words.back
        );
        const link = element(
            "a",
            {href: article.url, target: "_blank", class: "btn btn-link mb-2"},
            this.words.open
        );
        this.preview = element("section", {
            class: "o_helpdesk_article_preview",
            "aria-label": title,
        });
        this.preview.append(heading, text, solved, back, link);
        this.status.after(this.preview);
        solved.addEventListener("click", () => this.onSolved(article));
        back.addEventListener("click", () => this.closePreview());
        this.preview.addEventListener("keydown", (ev) => {
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
        thanks.textContent = this.words.thanks;
        const link = element("a", {href: "/my", class: "btn btn-primary"});
        link.textContent = this.words.done;
        this.preview.replaceChildren(thanks, link);
        thanks.focus();
    }

    /**
     * Report shown articles and solved problems once, even when the page closes.
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

const words = document.querySelector(".o_helpdesk_article_words");
if (words) {
    for (const input of document.querySelectorAll(
        "input[data-helpdesk-article-suggest]"
    )) {
        new ArticleSuggest(input, words.dataset).start();
    }
}
