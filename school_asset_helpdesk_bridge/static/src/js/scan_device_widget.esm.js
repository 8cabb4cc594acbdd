import {Component} from "@odoo/owl";
import {ScanLabelDialog} from "./scan_label_dialog.esm";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useService} from "@web/core/utils/hooks";

/* The button beside a ticket's device: sets the device of the scanned label. */
class ScanDevice extends Component {
    static template = "school_asset_helpdesk_bridge.ScanDevice";
    static props = {...standardWidgetProps};

    setup() {
        this.dialog = useService("dialog");
        this.orm = useService("orm");
    }

    onClick() {
        const {record} = this.props;
        this.dialog.add(ScanLabelDialog, {
            find: (label) => this.orm.call("asset.asset", "find_by_label", [label]),
            onFound: (device) => record.update({asset_id: device}),
        });
    }
}

registry.category("view_widgets").add("scan_device", {
    component: ScanDevice,
    fieldDependencies: [{name: "asset_id", type: "many2one"}],
});
