/**
 * The form of a ticket.
 *
 * If a required field is empty when the ticket is saved, the form scrolls to the field and
 * opens its page.
 *
 * A new ticket in which nothing was typed is not saved when the user leaves the form.
 * Odoo saves a form when its tab is closed or moves to the background, also a new record
 * as soon as it is valid. A ticket that was filled in from a scanned label or a device is
 * valid from the start: a person who only looks at the form would create a ticket.
 *
 * Fields on pages that are closed are loaded when the page is opened: see late_fields.
 */

import {FormController} from "@web/views/form/form_controller";
import {formView} from "@web/views/form/form_view";
import {registry} from "@web/core/registry";
import {takeLateFields} from "@school_helpdesk_base/js/late_fields.esm";
import {useBus} from "@web/core/utils/hooks";
import {withoutArchivingOpen} from "@school_helpdesk_base/js/archive_ended.esm";

function nextFrame() {
    return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}

export class TicketFormController extends withoutArchivingOpen(FormController) {
    setup() {
        super.setup();
        // A field updates the record only when it loses the focus. Until then this
        // event says whether somebody is typing in the field.
        this.isTyped = false;
        useBus(this.model.bus, "FIELD_IS_DIRTY", ({detail}) => {
            this.isTyped = detail;
        });
    }

    onWillLoadRoot() {
        super.onWillLoadRoot(...arguments);
        if (!this.model.lateFields) {
            takeLateFields(this.model, this.archInfo.fieldNodes);
        }
    }

    get isUntouched() {
        const {root} = this.model;
        return root.isNew && !root.dirty && !this.isTyped;
    }

    async save(params) {
        const saved = await super.save(params);
        if (!saved) {
            await this.showMissingField();
        }
        return saved;
    }

    async showMissingField() {
        const find = (selector) => this.rootRef.el?.querySelector(selector);
        // the marks of invalid fields and pages are drawn in the next frame
        await nextFrame();
        if (!find(".o_field_invalid")) {
            find(".o_notebook .nav-link.o_page_invalid")?.click();
            await nextFrame();
        }
        const field = find(".o_field_invalid");
        field?.scrollIntoView({block: "center"});
        field?.querySelector("input, textarea, [contenteditable=true]")?.focus();
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
