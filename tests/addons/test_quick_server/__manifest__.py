# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "School Helpdesk: Quick Server",
    "summary": "Spares the tests work that tells nothing; loaded, never installed",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "website": "https://github.com/OCA/helpdesk",
    "author": "School Helpdesk, Odoo Community Association (OCA)",
    "license": "AGPL-3",
    "depends": ["base"],
    # Loaded by the servers that bin/test starts: --load
    "installable": False,
    "post_load": "post_load",
}
