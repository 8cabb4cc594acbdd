import {
    PropertiesField,
    propertiesField,
} from "@web/views/fields/properties/properties_field";
import {registry} from "@web/core/registry";

/*
 * The answers to a team's questions. Questions that nobody has answered take no room on a
 * saved ticket: one line says how many there are, and shows them.
 */
export class AnsweredPropertiesField extends PropertiesField {
    static template = "school_helpdesk_base.AnsweredPropertiesField";

    setup() {
        super.setup();
        this.state.isAllShown = false;
        // A question stays while somebody edits its answer
        this.seen = new Set();
        this.isGrouping = false;
    }

    get isAllShown() {
        return (
            this.state.isAllShown ||
            this.state.isInEditMode ||
            this.props.record.isNew ||
            this.props.readonly
        );
    }

    get unanswered() {
        return super.propertiesList.filter((property) => !this.isShown(property));
    }

    isShown(property) {
        const {name, type, value} = property;
        const isAnswered = value || value === 0;
        const isEmptyList = Array.isArray(value) && !value.length;
        if (type !== "separator" && isAnswered && !isEmptyList) {
            this.seen.add(`${this.props.record.resId} ${name}`);
        }
        return (
            type === "separator" || this.seen.has(`${this.props.record.resId} ${name}`)
        );
    }

    get propertiesList() {
        const properties = super.propertiesList;
        // A change of one answer writes all of them
        if (!this.isGrouping || this.isAllShown) {
            return properties;
        }
        const shown = properties.filter((property) => this.isShown(property));
        // No heading without answers
        return shown.filter(
            (property, index) =>
                property.type !== "separator" ||
                (shown[index + 1] && shown[index + 1].type !== "separator")
        );
    }

    get groupedPropertiesList() {
        this.isGrouping = true;
        try {
            return super.groupedPropertiesList;
        } finally {
            this.isGrouping = false;
        }
    }

    showAll() {
        this.state.isAllShown = true;
    }
}

registry.category("fields").add("answered_properties", {
    ...propertiesField,
    component: AnsweredPropertiesField,
});
