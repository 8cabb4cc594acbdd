/**
 * The form of a ticket: a new ticket that nobody has touched is not saved by leaving it.
 *
 * Odoo saves a form when its tab is closed or moves to the background. It saves a new
 * record too, as soon as the record is valid. A ticket filled in by a scanned label or a
 * device is valid from the start: a person who only looks would report a problem.
 */

import {FormController} from "@web/views/form/form_controller";
import {formView} from "@web/views/form/form_view";
import {registry} from "@web/core/registry";
import {useBus} from "@web/core/utils/hooks";

export class TicketFormController extends FormController {
    setup() {
        super.setup();
        // A field gives its value to the record only when it loses the focus. Until
        // then this event tells whether somebody is typing in it.
        this.isTyped = false;
        useBus(this.model.bus, "FIELD_IS_DIRTY", ({detail}) => {
            this.isTyped = detail;
        });
    }

    get isUntouched() {
        const {root} = this.model;
        return root.isNew && !root.dirty && !this.isTyped;
    }

    async beforeUnload(event) {
        return this.isUntouched ? undefined : super.beforeUnload(event);
    }

    beforeVisibilityChange() {
        return this.isUntouched ? undefined : super.beforeVisibilityChange();
    }
}

registry.category("views").add("school_helpdesk_ticket_form", {
    ...formView,
    Controller: TicketFormController,
});
