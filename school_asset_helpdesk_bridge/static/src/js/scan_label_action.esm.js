import {ScanLabelDialog} from "./scan_label_dialog.esm";
import {registry} from "@web/core/registry";

/*
 * The button above lists and kanban views: scans a label, calls the method of
 * asset.asset that the action names, and opens the action that the method returns.
 */
function scanLabel(env, action) {
    const actions = env.services.action;
    env.services.dialog.add(ScanLabelDialog, {
        find: (label) =>
            env.services.orm.call("asset.asset", action.params.method, [label]),
        onFound: (next) =>
            actions.doAction(next, {
                // A ticket created in a dialog must appear in the list behind it
                onClose: () => actions.doAction("soft_reload"),
            }),
    });
}

registry.category("actions").add("school_asset_helpdesk_bridge.scan_label", scanLabel);
