"""Give open tickets a project, as the installation of the addon does now.

Only tickets from the backend's form had a project.
"""

from odoo import SUPERUSER_ID, api

from odoo.addons.school_helpdesk_timesheet.hooks import post_init_hook


def migrate(cr, version):
    post_init_hook(api.Environment(cr, SUPERUSER_ID, {}))
