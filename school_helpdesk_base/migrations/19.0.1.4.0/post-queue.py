"""Find out from the messages of open tickets who must act on them."""

from odoo import SUPERUSER_ID, api

from odoo.addons.school_helpdesk_base.hooks import set_awaiting_of_old_tickets


def migrate(cr, version):
    set_awaiting_of_old_tickets(api.Environment(cr, SUPERUSER_ID, {}))
