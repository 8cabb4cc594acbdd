// Article page: counts a view once per browser tab and article, and updates the vote
// box without reloading the page. It works on pages with and without Odoo's scripts.
// Without JavaScript, voting is an ordinary form.

const TALLY_URL = "/helpdesk/articles/tally";
/** Milliseconds on the page after which a visit counts as a view. */
const VIEW_DELAY = 3000;

export function countView(article) {
    const id = Number(article.dataset.helpdeskArticleId);
    const key = `helpdesk_article_viewed_${id}`;
    if (sessionStorage.getItem(key)) {
        return;
    }
    setTimeout(() => {
        sessionStorage.setItem(key, "1");
        const params = {viewed: [id]};
        fetch(TALLY_URL, {
            method: "POST",
            headers: {"Content-Type": "application/json"},
            body: JSON.stringify({jsonrpc: "2.0", method: "call", params}),
        }).catch(() => {
            // Show no error: it does not matter to the reader if a view is not counted
        });
    }, VIEW_DELAY);
}

export class VoteBox {
    constructor(element) {
        this.element = element;
        this.isBusy = false;
    }

    start() {
        this.element.addEventListener("submit", (event) => {
            event.preventDefault();
            this.send(event.target, event.submitter);
        });
    }

    async send(form, button) {
        if (this.isBusy) {
            return;
        }
        this.isBusy = true;
        try {
            const body = new FormData(form);
            body.set(button.name, button.value);
            body.set("fragment", "1");
            const response = await fetch(form.action, {method: "POST", body});
            if (response.ok) {
                this.show(await response.text());
                return;
            }
        } catch {
            // Without a response, the browser sends the form as if there were no script
        } finally {
            this.isBusy = false;
        }
        const choice = document.createElement("input");
        Object.assign(choice, {
            type: "hidden",
            name: button.name,
            value: button.value,
        });
        form.append(choice);
        form.submit();
    }

    show(html) {
        const page = new DOMParser().parseFromString(html, "text/html");
        const box = page.querySelector(".o_helpdesk_article_vote");
        this.element.replaceChildren(...box.children);
        this.element.querySelector("h2").focus();
    }
}

const article = document.querySelector("[data-helpdesk-article-id]");
if (article) {
    countView(article);
}
const box = document.querySelector(".o_helpdesk_article_vote");
if (box) {
    new VoteBox(box).start();
}
