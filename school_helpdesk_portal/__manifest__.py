# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "School Helpdesk Portal",
    "summary": "Report and follow tickets on light pages made for a phone",
    "version": "19.0.1.0.0",
    "development_status": "Beta",
    "category": "Services/Helpdesk",
    "website": "https://github.com/OCA/helpdesk",
    "author": "School Helpdesk, Odoo Community Association (OCA)",
    "license": "AGPL-3",
    "depends": ["school_asset_helpdesk_bridge", "school_helpdesk_kb", "website"],
    "data": [
        "security/ir.model.access.csv",
        "data/helpdesk_ticket_channel_data.xml",
        "views/portal_layout_templates.xml",
        "views/portal_ticket_list_templates.xml",
        "views/portal_ticket_page_templates.xml",
        "views/app_templates.xml",
        "views/scan_templates.xml",
        "views/helpdesk_ticket_views.xml",
        "views/helpdesk_article_views.xml",
    ],
    "demo": ["demo/helpdesk_article_demo.xml"],
    "assets": {
        "school_helpdesk_portal.assets": [
            "web/static/src/module_loader.js",
            "school_helpdesk_portal/static/src/scss/portal.scss",
            "school_helpdesk_portal/static/src/js/*.js",
        ],
    },
}
