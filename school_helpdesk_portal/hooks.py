"""Set up the server, and the websites when the addon is installed or uninstalled."""

from odoo.addons.school_helpdesk_base.tools.foreign_terms import (
    translate_foreign_code,
)


def post_load():
    translate_foreign_code("school_helpdesk_portal")


def post_init_hook(env):
    """Replace Odoo's sample pages where a school has not made its own."""
    env["website"].search([])._helpdesk_replace_samples()


def uninstall_hook(env):
    env["website"].search([])._helpdesk_restore_samples()
