import {
    BadgeSelectionField,
    badgeSelectionField,
} from "@web/views/fields/badge_selection/badge_selection_field";
import {registry} from "@web/core/registry";

/*
 * Badges of which one is always chosen. A click on the chosen one would empty Odoo's
 * field, and a ticket without a priority fits no policy.
 */
export class KeptBadgeField extends BadgeSelectionField {
    onChange(value) {
        if (value !== this.value) {
            super.onChange(value);
        }
    }
}

registry.category("fields").add("kept_badge", {
    ...badgeSelectionField,
    component: KeptBadgeField,
});
