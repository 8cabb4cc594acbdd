# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "School Helpdesk Workflow",
    "summary": "Protects OCA's SLA clocks and adapts them to the ticket workflow",
    "version": "19.0.1.1.0",
    "development_status": "Beta",
    "category": "Services/Helpdesk",
    "website": "https://github.com/OCA/helpdesk",
    "author": "School Helpdesk, Odoo Community Association (OCA)",
    "license": "AGPL-3",
    "depends": ["helpdesk_mgmt_sla", "school_helpdesk_base"],
    "auto_install": True,
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
    "data": [
        "security/helpdesk_sla_security.xml",
        "security/ir.model.access.csv",
        "views/helpdesk_ticket_team_views.xml",
        "views/helpdesk_ticket_views.xml",
    ],
}
