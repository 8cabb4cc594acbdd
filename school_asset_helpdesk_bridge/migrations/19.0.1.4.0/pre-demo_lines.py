"""Give xml ids to the lines of the demo school, so that they are not created again."""

from odoo.api import SUPERUSER_ID, Environment

from odoo.addons.school_asset_helpdesk_bridge.hooks import name_demo_lines


def migrate(cr, version):
    name_demo_lines(Environment(cr, SUPERUSER_ID, {}))
