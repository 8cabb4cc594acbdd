# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "School Helpdesk Guest Reports",
    "summary": "Report a broken device without an account, confirmed by mail",
    "version": "19.0.1.0.0",
    "development_status": "Beta",
    "category": "Services/Helpdesk",
    "website": "https://github.com/OCA/helpdesk",
    "author": "School Helpdesk, Odoo Community Association (OCA)",
    "license": "AGPL-3",
    "depends": ["school_helpdesk_portal"],
    "data": [
        "security/ir.model.access.csv",
        "security/helpdesk_guest_report_security.xml",
        "data/mail_template_data.xml",
        "data/ir_cron_data.xml",
        "views/guest_templates.xml",
        "views/helpdesk_guest_report_views.xml",
        "views/res_config_settings_views.xml",
    ],
}
