import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import {expect, test} from "@odoo/hoot";

import {animationFrame, runAllTimers} from "@odoo/hoot-mock";
import {browser} from "@web/core/browser/browser";
import {defineMailModels, patchUiSize} from "@mail/../tests/mail_test_helpers";

class AssetAsset extends models.Model {
    _name = "asset.asset";

    name = fields.Char();

    _records = Array.from({length: 12}, (_, index) => ({
        id: index + 1,
        name: `IPAD-${index + 1}`,
    }));
}

class HelpdeskTicket extends models.Model {
    _name = "helpdesk.ticket";

    asset_id = fields.Many2one({relation: "asset.asset"});
}

defineMailModels();
defineModels([AssetAsset, HelpdeskTicket]);

const INPUT = ".o_field_widget[name=asset_id] input";

const openForm = () =>
    mountView({
        type: "form",
        resModel: "helpdesk.ticket",
        arch: `
            <form>
                <field name="asset_id" widget="asset_picker"/>
                <widget name="scan_device"/>
            </form>`,
    });

test("a device is chosen by typing, without a list of all devices", async () => {
    await openForm();
    await contains(INPUT).edit("IPAD", {confirm: false});
    await runAllTimers();
    expect(".o-autocomplete--dropdown-item:contains(IPAD-1)").not.toHaveCount(0);
    expect(".o_m2o_dropdown_option_search_more").toHaveCount(0);
    await contains(".o-autocomplete--dropdown-item:contains(IPAD-2)").click();
    expect(INPUT).toHaveValue("IPAD-2");
});

test("on a phone, a device is also chosen by typing", async () => {
    await patchUiSize({width: 390});
    await openForm();
    await contains(INPUT).edit("IPAD-3", {confirm: false});
    await runAllTimers();
    expect(".modal").toHaveCount(0);
    await contains(".o-autocomplete--dropdown-item:contains(IPAD-3)").click();
    expect(INPUT).toHaveValue("IPAD-3");
});

test("a scanned label chooses the device", async () => {
    onRpc("asset.asset", "find_by_label", ({args}) => {
        expect.step(args);
        return {id: 4, display_name: "IPAD-4"};
    });
    // A computer without a camera
    patchWithCleanup(browser.navigator, {mediaDevices: undefined});
    await openForm();
    await contains(".o_widget_scan_device button").click();
    await contains(".o_scan_label input").edit("AAAA", {confirm: "enter"});
    await animationFrame();
    expect.verifySteps([["AAAA"]]);
    expect(INPUT).toHaveValue("IPAD-4");
    expect(".o_scan_label").toHaveCount(0);
});
