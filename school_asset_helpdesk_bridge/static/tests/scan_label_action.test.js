import {expect, test} from "@odoo/hoot";

import "@school_asset_helpdesk_bridge/js/scan_label_action.esm";
import {registry} from "@web/core/registry";

test("the button above a list opens the action that its method returns", async () => {
    const done = [];
    let dialog = null;
    const env = {
        services: {
            action: {doAction: (...args) => done.push(args)},
            dialog: {
                add: (_component, props) => {
                    dialog = props;
                },
            },
            orm: {call: async (...args) => args},
        },
    };
    const scan = registry
        .category("actions")
        .get("school_asset_helpdesk_bridge.scan_label");
    scan(env, {params: {method: "action_tickets_of_label"}});
    expect(await dialog.find("AAAA")).toEqual([
        "asset.asset",
        "action_tickets_of_label",
        ["AAAA"],
    ]);
    const next = {type: "ir.actions.act_window"};
    dialog.onFound(next);
    const [[action, {onClose}]] = done;
    expect(action).toBe(next);
    // A ticket created in a dialog appears in the list behind it
    onClose();
    expect(done[1]).toEqual(["soft_reload"]);
});
