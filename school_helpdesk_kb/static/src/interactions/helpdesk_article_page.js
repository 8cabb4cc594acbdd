// An article's page: a visit is counted once per browser tab and article, and a vote
// changes its box in place. Without scripts the vote is an ordinary form.
import {Interaction} from "@web/public/interaction";
import {registry} from "@web/core/registry";
import {rpc} from "@web/core/network/rpc";

/** Milliseconds after which a visitor has not merely come and gone. */
const READING = 3000;

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
        }, READING);
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
        // The form just put in has its handler from now on
        this.updateContent();
        this.el.querySelector("h2").focus();
    }
}

registry
    .category("public.interactions")
    .add("school_helpdesk_kb.view", HelpdeskArticleView)
    .add("school_helpdesk_kb.vote", HelpdeskArticleVote);
