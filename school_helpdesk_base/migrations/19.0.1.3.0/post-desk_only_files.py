"""Fill the new stored field that marks files for the desk only.

Uses one SQL statement: a database may have very many files.
"""

from odoo import SUPERUSER_ID, api

from odoo.addons.school_helpdesk_base.hooks import update_desk_only_files


def migrate(cr, version):
    update_desk_only_files(api.Environment(cr, SUPERUSER_ID, {}))
