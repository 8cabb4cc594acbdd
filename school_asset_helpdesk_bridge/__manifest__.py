# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "School Asset Helpdesk Bridge",
    "summary": "Assets and damage cases on tickets, tickets on assets",
    "version": "19.0.1.0.0",
    "development_status": "Beta",
    "category": "Services/Helpdesk",
    "website": "https://github.com/OCA/helpdesk",
    "author": "School Helpdesk, Odoo Community Association (OCA)",
    "license": "AGPL-3",
    "depends": ["school_helpdesk_base", "school_asset_management"],
    "data": [
        "security/ir.model.access.csv",
    ],
}
