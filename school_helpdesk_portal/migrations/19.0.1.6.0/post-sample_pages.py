"""Hide Odoo's sample pages where the help desk is the home page."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["website"].search([])._helpdesk_hide_sample_pages()
