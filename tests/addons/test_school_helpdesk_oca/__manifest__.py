# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "School Helpdesk: OCA's Own Tests",
    "summary": "Runs the tests of the OCA addons with ours installed; for tests only",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "website": "https://github.com/OCA/helpdesk",
    "author": "School Helpdesk, Odoo Community Association (OCA)",
    "license": "AGPL-3",
    "depends": [
        "school_asset_helpdesk_bridge",
        "school_helpdesk_base",
        "school_helpdesk_guest",
        "school_helpdesk_kb",
        "school_helpdesk_monitor",
        "school_helpdesk_portal",
        "school_helpdesk_push",
        "school_helpdesk_report",
        "school_helpdesk_timesheet",
        "school_helpdesk_workflow",
    ],
    "post_init_hook": "post_init_hook",
}
