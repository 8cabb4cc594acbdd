/**
 * A new ticket that nobody has touched is not saved by leaving it.
 *
 * Odoo saves a form when its tab is closed or put aside, a new one too as soon as it is
 * valid. That a ticket is from the start where a label or a device has filled it in: who
 * only looks would report a problem.
 */

import {FormController} from "@web/views/form/form_controller";
import {patch} from "@web/core/utils/patch";
import {useBus} from "@web/core/utils/hooks";

patch(FormController.prototype, {
    setup() {
        super.setup();
        // What is just being typed: the record hears of it when the field is left
        this.isTyped = false;
        useBus(this.model.bus, "FIELD_IS_DIRTY", ({detail}) => {
            this.isTyped = detail;
        });
    },

    get isUntouchedTicket() {
        const {root} = this.model;
        const isNewTicket = root.resModel === "helpdesk.ticket" && root.isNew;
        return isNewTicket && !root.dirty && !this.isTyped;
    },

    async beforeUnload(event) {
        return this.isUntouchedTicket ? undefined : super.beforeUnload(event);
    },

    beforeVisibilityChange() {
        return this.isUntouchedTicket ? undefined : super.beforeVisibilityChange();
    },
});
