"""Set the missing types of the school's categories: noupdate data is not reloaded."""

from odoo import SUPERUSER_ID, api

ADDON = "school_asset_helpdesk_bridge"
NAMES = ("hardware", "software", "network", "account_access", "general_support")


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name in NAMES:
        category = env.ref(f"{ADDON}.category_{name}", raise_if_not_found=False)
        ticket_type = env.ref(f"{ADDON}.type_{name}", raise_if_not_found=False)
        if category and ticket_type and not category.type_id:
            category.type_id = ticket_type
