"""Give open tickets the project of their team.

Older versions did this only for tickets created in the backend's form.
"""

from odoo import SUPERUSER_ID, api

from odoo.addons.school_helpdesk_timesheet.hooks import post_init_hook


def migrate(cr, version):
    post_init_hook(api.Environment(cr, SUPERUSER_ID, {}))
