import {SEE_RECORD_LIST, SEE_RECORD_LIST_VISIBLE} from "@spreadsheet/list/list_actions";
import {
    SEE_RECORDS_PIVOT,
    SEE_RECORDS_PIVOT_VISIBLE,
} from "@spreadsheet/pivot/pivot_actions";
import {components} from "@odoo/o-spreadsheet";
import {patch} from "@web/core/utils/patch";

/**
 * A click on a number of a board opens the records behind it.
 *
 * Odoo does this for cells of pivot tables and of lists, and for charts with a query of their own. From
 * a scorecard it opens a menu, which knows neither the filters of the board nor the part
 * of the records that the scorecard counts. From a chart of cells it opens nothing.
 */

/** The first cell of a range such as "Data!B2:B5". */
function getFirstCell(getters, range) {
    const sheetId = getters.getActiveSheetId();
    const {sheetId: itsSheetId, zone} = getters.getRangeFromSheetXC(sheetId, range);
    return {sheetId: itsSheetId, col: zone.left, row: zone.top};
}

/** The action that opens the records of a cell of a table, or undefined. */
function getRecordsAction(position, getters) {
    if (SEE_RECORDS_PIVOT_VISIBLE(position, getters)) {
        return SEE_RECORDS_PIVOT;
    }
    return SEE_RECORD_LIST_VISIBLE(position, getters) ? SEE_RECORD_LIST : undefined;
}

patch(components.ScorecardChart.prototype, {
    /**
     * The cell with the query of the scorecard's number.
     *
     * The scorecard shows a cell that replaces a missing number. The number is in the
     * second column of the same row.
     */
    get recordsPosition() {
        const {getters} = this.env.model;
        const {keyValue} = getters.getChartDefinition(this.props.chartId);
        if (!this.env.isDashboard() || !keyValue) {
            return undefined;
        }
        const position = {...getFirstCell(getters, keyValue), col: 1};
        return SEE_RECORDS_PIVOT_VISIBLE(position, getters) ? position : undefined;
    },
    get hasOdooMenu() {
        return super.hasOdooMenu || this.recordsPosition !== undefined;
    },
    async onClick() {
        if (super.hasOdooMenu || !this.recordsPosition) {
            await super.onClick();
        } else {
            await SEE_RECORDS_PIVOT(this.recordsPosition, this.env);
        }
    },
});

patch(components.ChartJsComponent.prototype, {
    createChart(chartData) {
        super.createChart(this.openRecordsOnClick(chartData));
    },
    updateChartJs(chartData) {
        super.updateChartJs(this.openRecordsOnClick(chartData));
    },
    /** Let a click on a bar open the records of its cell. */
    openRecordsOnClick(chartData) {
        const {getters} = this.env.model;
        const {dataSets} = getters.getChartDefinition(this.props.chartId);
        const range = dataSets?.[0]?.dataRange;
        if (!getters.isDashboard() || !range) {
            return chartData;
        }
        const first = getFirstCell(getters, range);
        const {options} = chartData.chartJsConfig;
        options.onClick = async (_event, [bar]) => {
            const position = bar && {...first, row: first.row + bar.index};
            const open = bar && getRecordsAction(position, getters);
            if (open) {
                await open(position, this.env);
            }
        };
        options.onHover = (event, bars) => {
            event.native.target.style.cursor = bars.length ? "pointer" : "";
        };
        return chartData;
    },
});
