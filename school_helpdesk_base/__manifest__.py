# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "School Helpdesk Base",
    "summary": "Ticket lifecycle for a help desk: status, requester, reopening, "
    "merging, access rights and incoming mail",
    "version": "19.0.1.4.0",
    "development_status": "Beta",
    "category": "Services/Helpdesk",
    "website": "https://github.com/OCA/helpdesk",
    "author": "School Helpdesk, Odoo Community Association (OCA)",
    "license": "AGPL-3",
    "depends": [
        "helpdesk_mgmt_merge",
        "helpdesk_mgmt_project",
        "helpdesk_mgmt_rating",
        "helpdesk_ticket_related",
        "helpdesk_type",
        "resource",
    ],
    "external_dependencies": {"python": ["pillow-heif", "tnefparse"]},
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
    "data": [
        "security/helpdesk_ticket_security.xml",
        "security/ir.model.access.csv",
        "data/mail_template_data.xml",
        "data/ir_cron_data.xml",
        "wizards/helpdesk_ticket_merge_views.xml",
        "wizards/helpdesk_ticket_status_wizard_views.xml",
        "views/helpdesk_ticket_category_views.xml",
        "views/helpdesk_ticket_stage_views.xml",
        "views/helpdesk_ticket_status_log_views.xml",
        "views/helpdesk_ticket_team_views.xml",
        "views/helpdesk_ticket_templates.xml",
        "views/helpdesk_mail_parked_views.xml",
        "views/res_config_settings_intake_views.xml",
        "views/helpdesk_ticket_views.xml",
        "views/res_config_settings_views.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "school_helpdesk_base/static/src/js/*.esm.js",
        ],
        "web.assets_unit_tests": [
            "school_helpdesk_base/static/tests/*.test.js",
        ],
    },
}
