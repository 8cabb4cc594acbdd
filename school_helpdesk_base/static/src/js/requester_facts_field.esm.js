import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {useService} from "@web/core/utils/hooks";

/*
 * The panel about the requester: lines with an icon and some items. An item with a
 * record opens this record in the backend; an item with an address is a plain link.
 */
export class RequesterFactsField extends Component {
    static template = "school_helpdesk_base.RequesterFactsField";
    static props = {...standardFieldProps};

    setup() {
        this.action = useService("action");
    }

    get lines() {
        return this.props.record.data[this.props.name] || [];
    }

    getMoreText(line) {
        return _t("and %s more", line.more);
    }

    async open(item) {
        // Odoo saves the ticket before it shows another page
        await this.action.doAction({
            type: "ir.actions.act_window",
            res_model: item.model,
            res_id: item.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("fields").add("requester_facts", {
    component: RequesterFactsField,
    supportedTypes: ["json"],
});
