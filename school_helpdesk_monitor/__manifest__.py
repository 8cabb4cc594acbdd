# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "School Helpdesk Monitoring",
    "summary": "Health and figures of the help desk for a monitoring system",
    "version": "19.0.1.0.0",
    "development_status": "Beta",
    "category": "Services/Helpdesk",
    "website": "https://github.com/OCA/helpdesk",
    "author": "School Helpdesk, Odoo Community Association (OCA)",
    "license": "AGPL-3",
    "depends": ["school_helpdesk_base"],
    "data": ["views/res_config_settings_views.xml"],
    # Also in the option server_wide_modules: then the health page answers when the
    # database does not, and the log is in JSON from the start.
    "post_load": "post_load",
    "uninstall_hook": "uninstall_hook",
}
