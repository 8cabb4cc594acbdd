# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "School Helpdesk Timesheet",
    "summary": "Timesheets on tickets, with fixes for OCA's 18.0 addons on Odoo 19",
    "version": "19.0.1.3.0",
    "development_status": "Beta",
    "category": "Services/Timesheets",
    "website": "https://github.com/OCA/helpdesk",
    "author": "School Helpdesk, Odoo Community Association (OCA)",
    "license": "AGPL-3",
    "depends": [
        "helpdesk_mgmt_timesheet",
        "school_helpdesk_base",
        "spreadsheet_dashboard_hr_timesheet",
    ],
    "post_init_hook": "post_init_hook",
    "post_load": "post_load",
    "data": [
        "security/spreadsheet_dashboard_security.xml",
        "views/helpdesk_ticket_views.xml",
    ],
    "auto_install": ["helpdesk_mgmt_timesheet", "school_helpdesk_base"],
}
