"""Build the status log of existing tickets from their tracked stage changes."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["helpdesk.ticket.status.log"]._build_from_history()
