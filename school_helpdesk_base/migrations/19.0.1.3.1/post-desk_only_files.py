"""Compute again which files are for the desk only.

Files of the requesters of merged tickets, and files whose creator got another kind of
account, had the wrong value. One SQL statement: a database may have very many files.
"""

from odoo import SUPERUSER_ID, api

from odoo.addons.school_helpdesk_base.hooks import update_desk_only_files


def migrate(cr, version):
    update_desk_only_files(api.Environment(cr, SUPERUSER_ID, {}))
