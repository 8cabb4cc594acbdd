"""Take over OCA's policies and clocks: see ``hooks.py``."""

from odoo import SUPERUSER_ID, api

from odoo.addons.school_helpdesk_workflow.hooks import adopt_clocks, adopt_policies


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    adopt_policies(env)
    adopt_clocks(env)
