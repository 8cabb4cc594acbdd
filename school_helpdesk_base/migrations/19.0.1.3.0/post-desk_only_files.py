"""Which files of tickets are for the desk alone is a stored fact now: fill it in.

It is one statement of SQL, however many files there are.
"""

from odoo import SUPERUSER_ID, api

from odoo.addons.school_helpdesk_base.hooks import update_desk_only_files


def migrate(cr, version):
    update_desk_only_files(api.Environment(cr, SUPERUSER_ID, {}))
