# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "School Helpdesk Push Notifications",
    "summary": "Notify people on their phones of news on their tickets",
    "version": "19.0.1.1.0",
    "development_status": "Beta",
    "category": "Services/Helpdesk",
    "website": "https://github.com/OCA/helpdesk",
    "author": "School Helpdesk, Odoo Community Association (OCA)",
    "license": "AGPL-3",
    "depends": ["school_helpdesk_portal"],
    "data": [
        "views/helpdesk_notification_rule_views.xml",
        "views/push_templates.xml",
    ],
    "assets": {
        "school_helpdesk_portal.assets": [
            "school_helpdesk_push/static/src/scss/push.scss",
            "school_helpdesk_push/static/src/js/*.js",
        ],
    },
    "uninstall_hook": "uninstall_hook",
}
