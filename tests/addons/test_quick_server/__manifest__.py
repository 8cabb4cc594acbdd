# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "School Helpdesk: Quick Server",
    "summary": "Makes test servers faster; only loaded, never installed",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "website": "https://github.com/OCA/helpdesk",
    "author": "School Helpdesk, Odoo Community Association (OCA)",
    "license": "AGPL-3",
    "depends": ["base"],
    # bin/test starts its servers with --load=...,test_quick_server
    "installable": False,
    "post_load": "post_load",
}
