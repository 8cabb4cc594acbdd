/**
 * The queue: a bar of filters with the number of tickets above the agents' lists.
 *
 * The buttons are the filters of the search view whose names begin with "queue_". Only
 * ended tickets can be archived from the menu of a list.
 *
 * The list has many columns that are hidden at first. Their fields are loaded only when
 * somebody shows them.
 */

import {Component, useEffect, useRef, useState} from "@odoo/owl";
import {Domain} from "@web/core/domain";
import {KanbanController} from "@web/views/kanban/kanban_controller";
import {KanbanRenderer} from "@web/views/kanban/kanban_renderer";
import {KeepLast} from "@web/core/utils/concurrency";
import {ListController} from "@web/views/list/list_controller";
import {ListRenderer} from "@web/views/list/list_renderer";
import {SearchModel} from "@web/search/search_model";
import {kanbanView} from "@web/views/kanban/kanban_view";
import {listView} from "@web/views/list/list_view";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {utils as uiUtils} from "@web/core/ui/ui_service";
import {withoutArchivingOpen} from "@school_helpdesk_base/js/archive_ended.esm";

export class QueueBar extends Component {
    static template = "school_helpdesk_base.QueueBar";
    static props = {list: Object};

    setup() {
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.state = useState({counts: {}});
        // Each reload of the view creates a new list: read the counts again
        useEffect(
            () => {
                this.loadCounts();
            },
            () => [this.props.list]
        );
        // On a phone, not all of the buttons are in sight
        const bar = useRef("bar");
        useEffect(
            () => {
                const pressed = bar.el.querySelector("[aria-pressed=true]");
                pressed?.scrollIntoView({block: "nearest", inline: "center"});
            },
            () => [
                this.filters.map((filter) => Boolean(filter.isActive)).join(),
                this.state.counts,
            ]
        );
    }

    get filters() {
        return this.env.searchModel.getSearchItems(
            (item) => item.type === "filter" && item.name?.startsWith("queue_")
        );
    }

    get isAll() {
        return this.filters.every((filter) => !filter.isActive);
    }

    async loadCounts() {
        const {searchModel} = this.env;
        const base = new Domain(searchModel.globalDomain);
        const queues = {};
        for (const filter of this.filters) {
            queues[filter.name] = Domain.and([base, filter.domain]).toList(
                searchModel.domainEvalContext
            );
        }
        this.state.counts = await this.keepLast.add(
            this.orm.call("helpdesk.ticket", "get_queue_counts", [queues])
        );
    }

    /**
     * Activate one filter of the bar, or none. The rest of the search stays.
     *
     * @param {Object} [chosen] the filter; without it, all tickets are shown
     */
    choose(chosen) {
        const {searchModel} = this.env;
        const active = this.filters.filter((filter) => filter.isActive);
        if (!chosen) {
            for (const groupId of new Set(active.map((filter) => filter.groupId))) {
                searchModel.deactivateGroup(groupId);
            }
        } else if (!chosen.isActive || active.length > 1) {
            const ids = new Set(active.map((filter) => filter.id));
            searchModel.query = searchModel.query.filter(
                (element) => !ids.has(element.searchItemId)
            );
            searchModel.toggleSearchItem(chosen.id);
        }
    }
}

export class QueueListRenderer extends ListRenderer {
    static template = "school_helpdesk_base.QueueListRenderer";
    static components = {...ListRenderer.components, QueueBar};

    /**
     * The chosen columns are kept under a key of all fields, whether loaded or not.
     */
    createViewKey() {
        const {list, archInfo} = this.props;
        return getViewKey(list.resModel, archInfo, this.env);
    }

    async toggleOptionalField(fieldName) {
        if (!this.optionalActiveFields[fieldName]) {
            await this.env.model.loadColumn(fieldName);
        }
        return super.toggleOptionalField(fieldName);
    }
}

function getColumns(archInfo) {
    return archInfo.columns.filter(({type}) => type === "field");
}

function getViewKey(resModel, archInfo, env) {
    const names = getColumns(archInfo).map(({name}) => name);
    const list = {resModel, fieldNames: [...new Set(names)]};
    return ListRenderer.prototype.createViewKey.call({props: {list}, env});
}

/**
 * Find the fields whose columns the user does not see. A field that another column needs
 * for its expressions is not one of them.
 *
 * @returns {String[]}
 */
function findHiddenFields({archInfo, resModel, fields}, env) {
    const columns = getColumns(archInfo);
    const isChosen = ListRenderer.prototype.computeOptionalActiveFields.call({
        allColumns: columns,
        keyOptionalFields: `optional_fields,${getViewKey(resModel, archInfo, env)}`,
    });
    const loaded = columns.filter(({name, optional}) => !optional || isChosen[name]);
    const loadedNames = new Set(loaded.map(({name}) => name));
    // Odoo notes there which expressions of the whole view use a field
    const skip = (key, value) => (key === "data-used-by" ? undefined : value);
    const expressions = loaded
        .map((column) => JSON.stringify([column, fields[column.name].domain], skip))
        .join();
    return columns
        .map(({name}) => name)
        .filter(
            (name) =>
                !loadedNames.has(name) && !new RegExp(`\\b${name}\\b`).test(expressions)
        );
}

export class QueueListModel extends listView.Model {
    /**
     * @param {Object} params
     * @param {String[]} params.hiddenFields the fields that are not loaded at first
     */
    setup(params) {
        super.setup(...arguments);
        // A list that is opened again has left out some fields before
        const all = {...this.config.activeFields, ...params.state?.hiddenFields};
        this.hiddenFields = {};
        this.config.activeFields = {};
        for (const [name, info] of Object.entries(all)) {
            const isHidden = params.hiddenFields.includes(name);
            const target = isHidden ? this.hiddenFields : this.config.activeFields;
            target[name] = info;
        }
    }

    exportState() {
        return {...super.exportState(), hiddenFields: this.hiddenFields};
    }

    /**
     * Load a field that was left out, for all rows.
     */
    async loadColumn(name) {
        if (name in this.hiddenFields) {
            this.config.activeFields[name] = this.hiddenFields[name];
            delete this.hiddenFields[name];
            await this.load();
        }
    }
}

export class QueueKanbanRenderer extends KanbanRenderer {
    static template = "school_helpdesk_base.QueueKanbanRenderer";
    static components = {...KanbanRenderer.components, QueueBar};
}

/**
 * On a phone the cards are one list: columns do not fit.
 */
export class QueueKanbanSearchModel extends SearchModel {
    async load(config) {
        const {defaultGroupBy} = config;
        return super.load({
            ...config,
            defaultGroupBy: uiUtils.isSmall() ? undefined : defaultGroupBy,
        });
    }
}

export class QueueListController extends withoutArchivingOpen(ListController) {
    get modelParams() {
        const hiddenFields = findHiddenFields(this.props, this.env);
        return {...super.modelParams, hiddenFields};
    }
}

export class QueueKanbanController extends withoutArchivingOpen(KanbanController) {}

registry.category("views").add("school_helpdesk_queue_list", {
    ...listView,
    Controller: QueueListController,
    Model: QueueListModel,
    Renderer: QueueListRenderer,
});

registry.category("views").add("school_helpdesk_queue_kanban", {
    ...kanbanView,
    Controller: QueueKanbanController,
    Renderer: QueueKanbanRenderer,
    SearchModel: QueueKanbanSearchModel,
});
