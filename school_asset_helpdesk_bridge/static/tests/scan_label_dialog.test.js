import {Deferred, animationFrame} from "@odoo/hoot-mock";
import {
    contains,
    getService,
    mountWithCleanup,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import {expect, test} from "@odoo/hoot";

import {MainComponentsContainer} from "@web/core/main_components_container";
import {ScanLabelDialog} from "@school_asset_helpdesk_bridge/js/scan_label_dialog.esm";
import {browser} from "@web/core/browser/browser";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {waitFor} from "@odoo/hoot-dom";

const ADDRESS = "https://it.school.example/helpdesk/scan/AAAAAAAAAAAAAAAAAAAAAA";
const INPUT = ".o_scan_label input";

defineMailModels();

async function openDialog(find, getUserMedia) {
    patchWithCleanup(browser.navigator, {
        mediaDevices: getUserMedia && {getUserMedia},
    });
    await mountWithCleanup(MainComponentsContainer);
    getService("dialog").add(ScanLabelDialog, {
        find,
        onFound: (found) => expect.step(`found ${found.id}`),
    });
    await animationFrame();
}

test("typed text is looked up, and a valid label closes the dialog", async () => {
    await openDialog(async (label) => {
        expect.step(label);
        return {id: 7};
    });
    expect(".o_scan_label video").toHaveCount(0);
    expect(".o_scan_label .alert-info").toHaveCount(1);
    // A scanner that types like a keyboard presses Enter at the end
    await contains(INPUT).edit(` ${ADDRESS} `, {confirm: "enter"});
    expect.verifySteps([ADDRESS, "found 7"]);
    expect(".o_scan_label").toHaveCount(0);
});

test("an invalid label shows a message, and the next one can be scanned", async () => {
    await openDialog(async (label) => label === "good" && {id: 7});
    await contains(INPUT).edit("bad", {confirm: "enter"});
    expect(".o_scan_label [role=alert]").toHaveCount(1);
    expect.verifySteps([]);
    // The text stays for corrections, selected so that the next scan replaces it
    expect(INPUT).toHaveValue("bad");
    expect(INPUT).toBeFocused();
    expect(getSelection().toString()).toBe("bad");
    await contains(INPUT).edit("good", {confirm: "enter"});
    expect.verifySteps(["found 7"]);
});

test("an empty text is not looked up, and only one lookup runs at a time", async () => {
    const answer = new Deferred();
    await openDialog((label) => {
        expect.step(label);
        return answer;
    });
    await contains(INPUT).edit("  ", {confirm: "enter"});
    expect.verifySteps([]);
    await contains(INPUT).edit("one", {confirm: "enter"});
    await contains(INPUT).edit("two", {confirm: "enter"});
    expect.verifySteps(["one"]);
    answer.resolve({id: 1});
    await animationFrame();
    expect.verifySteps(["found 1"]);
});

test("without permission for the camera, the text field still works", async () => {
    await openDialog(
        async () => ({id: 7}),
        () => {
            throw new DOMException("", "NotAllowedError");
        }
    );
    // The decoder is loaded first
    await waitFor(".o_scan_label .alert-info", {timeout: 10000});
    expect(".o_scan_label video").toHaveCount(0);
    expect(".o_scan_label .alert-info").toHaveText(/authorization/);
    await contains(INPUT).edit(ADDRESS, {confirm: "enter"});
    expect.verifySteps(["found 7"]);
});
