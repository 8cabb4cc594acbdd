"""Replace Odoo's sample pages where a school has not made its own."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["website"].search([])._helpdesk_replace_samples()
