/**
 * Fields of a form that are loaded when they are shown for the first time.
 *
 * A form reads all its fields, also those on pages of the notebook that nobody opens. A
 * field that is slow to compute gets a widget of this file. The form of a ticket then
 * leaves it out until its page is opened, and reads it before the page appears. From
 * then on it is a field as every other one.
 */

import {Component, onWillStart, onWillUpdateProps, xml} from "@odoo/owl";
import {htmlField} from "@html_editor/fields/html_field";
import {registry} from "@web/core/registry";
import {x2ManyField} from "@web/views/fields/x2many/x2many_field";

const LATE = "late_";

/**
 * Leave the late fields out of what a form loads. They are kept in the model.
 *
 * @param {Object} model the model of the form
 * @param {Object} fieldNodes the field nodes of the view
 */
export function takeLateFields(model, fieldNodes) {
    const {activeFields} = model.config;
    const nodes = Object.values(fieldNodes);
    model.lateFields = {};
    for (const {name} of nodes.filter((node) => node.widget?.startsWith(LATE))) {
        const others = nodes.filter((node) => node.name === name);
        if (others.every((node) => node.widget?.startsWith(LATE))) {
            model.lateFields[name] = activeFields[name];
            delete activeFields[name];
        }
    }
}

async function loadLateField(record, name) {
    const {model} = record;
    const isMissing = () => model.lateFields?.[name] && !(name in record.activeFields);
    if (!isMissing()) {
        return;
    }
    await model.mutex.exec(async () => {
        if (!isMissing()) {
            return;
        }
        const activeFields = {[name]: model.lateFields[name]};
        const values = record.isNew
            ? await computeNew(record, activeFields)
            : await readSaved(record, activeFields);
        Object.assign(record.config.activeFields, activeFields);
        record._applyDefaultValues();
        record._applyValues(name in values ? {[name]: values[name]} : {});
    });
}

async function readSaved(record, activeFields) {
    const config = {...record.config, activeFields};
    const [values] = await record.model._loadRecords(config, record.evalContext);
    return values;
}

async function computeNew(record, activeFields) {
    const changes = record._getChanges();
    const values = await record.model._onchange(
        {...record.config, activeFields: {...record.activeFields, ...activeFields}},
        {
            changes,
            fieldNames: Object.keys(changes).filter(
                (name) => record.activeFields[name]?.onChange
            ),
            evalContext: record.evalContext,
        }
    );
    return values || {};
}

function makeLate(field) {
    return {
        ...field,
        component: class LateField extends Component {
            static template = xml`<t t-if="isLoaded" t-component="inner" t-props="props"/>`;
            static props = ["*"];

            setup() {
                this.inner = field.component;
                const load = ({record, name}) => loadLateField(record, name);
                onWillStart(() => load(this.props));
                onWillUpdateProps(load);
            }

            get isLoaded() {
                return this.props.name in this.props.record.data;
            }
        },
    };
}

registry
    .category("fields")
    .add(`${LATE}x2many`, makeLate(x2ManyField))
    .add(`${LATE}html`, makeLate(htmlField));
