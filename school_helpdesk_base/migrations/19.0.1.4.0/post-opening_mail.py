"""Show the pictures of mails in the descriptions of existing tickets."""

from odoo import SUPERUSER_ID, api

from odoo.addons.school_helpdesk_base.hooks import show_pictures_of_mails


def migrate(cr, version):
    show_pictures_of_mails(api.Environment(cr, SUPERUSER_ID, {}))
