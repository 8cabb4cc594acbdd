"""Compute all clocks from the history of the tickets."""

from odoo import SUPERUSER_ID, api

from odoo.addons.school_helpdesk_workflow.hooks import sync_clocks


def migrate(cr, version):
    sync_clocks(api.Environment(cr, SUPERUSER_ID, {}))
