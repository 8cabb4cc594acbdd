import {SpreadsheetDashboardAction} from "@spreadsheet_dashboard/bundle/dashboard_action/dashboard_action";
import {onWillStart} from "@odoo/owl";
import {patch} from "@web/core/utils/patch";

/** Show the button Share only to people who may publish a copy of a board. */
patch(SpreadsheetDashboardAction.prototype, {
    setup() {
        super.setup();
        onWillStart(async () => {
            this.canShare = await this.orm.call(
                "spreadsheet.dashboard.share",
                "is_allowed",
                []
            );
        });
    },
});
