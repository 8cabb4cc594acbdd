"""Tell people by the new notifications what the mails of the stages told them."""

from odoo import SUPERUSER_ID, api

from odoo.addons.school_helpdesk_base.hooks import take_over_stage_mails


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    take_over_stage_mails(env, was_told_by_stages=True)
