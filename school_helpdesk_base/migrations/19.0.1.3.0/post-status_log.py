"""Build the status log of the tickets there are, from what was tracked of them."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["helpdesk.ticket.status.log"]._build_from_history()
