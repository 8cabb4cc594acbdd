import {Deferred, advanceTime, animationFrame} from "@odoo/hoot-mock";
import {click, waitFor} from "@odoo/hoot-dom";
import {expect, test} from "@odoo/hoot";
import {onRpc, patchWithCleanup} from "@web/../tests/web_test_helpers";
import {
    setupInteractionWhiteList,
    startInteractions,
} from "@web/../tests/public/helpers";

setupInteractionWhiteList(["school_helpdesk_kb.view", "school_helpdesk_kb.vote"]);

const box = (title, button) => `
    <section class="o_helpdesk_article_vote">
        <h2 tabindex="-1">${title}</h2>
        <form action="/helpdesk/articles/beamer-5/vote" method="post">
            <input type="hidden" name="csrf_token" value="token"/>
            <button name="helpful" value="${button}">${button}</button>
        </form>
    </section>`;
const FIRST = box("Did this help?", "no");

/** Answer the votes one after the other; each vote is logged as a step. */
function answerVotes(...answers) {
    const answer = async (request) => {
        const data = await request.formData();
        expect.step([data.get("helpful"), data.get("fragment")]);
        return answers.shift();
    };
    onRpc("/helpdesk/articles/beamer-5/vote", answer, {pure: true});
}

const html = (text) => new Response(text, {headers: {"Content-Type": "text/html"}});

test("a vote updates its box, and so does the next vote", async () => {
    await startInteractions(FIRST);
    answerVotes(html(box("What was wrong?", "yes")), html(box("Thank you", "no")));
    await click("button");
    await waitFor("h2:contains(What was wrong?)");
    expect("h2").toBeFocused();
    // The new form from the response is also sent without reloading the page
    await click("button");
    await waitFor("h2:contains(Thank you)");
    expect.verifySteps([
        ["no", "1"],
        ["yes", "1"],
    ]);
});

test("a vote is sent once if the button is clicked twice", async () => {
    await startInteractions(FIRST);
    const answer = new Deferred();
    answerVotes(answer);
    await click("button");
    await click("button");
    answer.resolve(html(box("Thank you", "no")));
    await waitFor("h2:contains(Thank you)");
    expect.verifySteps([["no", "1"]]);
});

test("a vote that is refused is sent as an ordinary form", async () => {
    await startInteractions(FIRST);
    patchWithCleanup(HTMLFormElement.prototype, {
        submit() {
            expect.step("submit");
        },
    });
    answerVotes(new Response("", {status: 400}));
    await click("button");
    await expect.waitForSteps([["no", "1"], "submit"]);
    expect("h2").toHaveText("Did this help?");
});

test("a view is counted after three seconds, once per tab", async () => {
    onRpc("/helpdesk/articles/tally", async (request) => {
        const {params} = await request.json();
        expect.step(params);
        return true;
    });
    const article = (id) => `<article data-helpdesk-article-id="${id}"></article>`;
    // Article 6 was already counted in this tab
    sessionStorage.setItem("helpdesk_article_viewed_6", "1");
    await startInteractions(article(5) + article(6));
    await advanceTime(2900);
    expect.verifySteps([]);
    await advanceTime(200);
    await animationFrame();
    expect.verifySteps([{viewed: [5]}]);
    expect(sessionStorage.getItem("helpdesk_article_viewed_5")).toBe("1");
});
