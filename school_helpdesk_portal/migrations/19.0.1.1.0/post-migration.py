"""Let employees report for others. An update alone does not change base.group_user."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    group = env.ref("school_helpdesk_portal.group_helpdesk_on_behalf")
    env.ref("base.group_user").implied_ids += group
