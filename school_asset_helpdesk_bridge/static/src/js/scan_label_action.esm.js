import {ScanLabelDialog} from "./scan_label_dialog.esm";
import {registry} from "@web/core/registry";

/*
 * The button above lists and boards: reads a label and does what the method of
 * asset.asset that the action names answers for it.
 */
function scanLabel(env, action) {
    const actions = env.services.action;
    env.services.dialog.add(ScanLabelDialog, {
        find: (label) =>
            env.services.orm.call("asset.asset", action.params.method, [label]),
        onFound: (next) =>
            actions.doAction(next, {
                // What was entered in a dialog belongs to the list behind it
                onClose: () => actions.doAction("soft_reload"),
            }),
    });
}

registry.category("actions").add("school_asset_helpdesk_bridge.scan_label", scanLabel);
