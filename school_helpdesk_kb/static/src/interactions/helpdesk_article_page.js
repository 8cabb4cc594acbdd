// Article page: counts a view once per browser tab and article, and updates the vote
// box without reloading the page. Without JavaScript, voting is an ordinary form.
import {Interaction} from "@web/public/interaction";
import {registry} from "@web/core/registry";
import {rpc} from "@web/core/network/rpc";

/** Milliseconds on the page after which a visit counts as a view. */
const VIEW_DELAY = 3000;

export class HelpdeskArticleView extends Interaction {
    static selector = "[data-helpdesk-article-id]";

    start() {
        const id = Number(this.el.dataset.helpdeskArticleId);
        const key = `helpdesk_article_viewed_${id}`;
        if (sessionStorage.getItem(key)) {
            return;
        }
        this.waitForTimeout(() => {
            sessionStorage.setItem(key, "1");
            rpc("/helpdesk/articles/tally", {viewed: [id]}, {silent: true}).catch(
                () => {}
            );
        }, VIEW_DELAY);
    }
}

export class HelpdeskArticleVote extends Interaction {
    static selector = ".o_helpdesk_article_vote";
    dynamicContent = {
        form: {"t-on-submit.prevent": this.locked(this.onSubmit)},
    };

    async onSubmit(ev) {
        const form = ev.target;
        const body = new FormData(form, ev.submitter);
        body.set("fragment", "1");
        const response = await this.waitFor(fetch(form.action, {method: "POST", body}));
        if (!response.ok) {
            form.submit();
            return;
        }
        const html = await this.waitFor(response.text());
        const page = new DOMParser().parseFromString(html, "text/html");
        const box = page.querySelector(".o_helpdesk_article_vote");
        this.el.replaceChildren(...box.childNodes);
        // Attach the submit handler to the new form
        this.updateContent();
        this.el.querySelector("h2").focus();
    }
}

registry
    .category("public.interactions")
    .add("school_helpdesk_kb.view", HelpdeskArticleView)
    .add("school_helpdesk_kb.vote", HelpdeskArticleVote);
