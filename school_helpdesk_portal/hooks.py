"""Set up the websites when the addon is installed or uninstalled."""


def post_init_hook(env):
    """Replace Odoo's sample pages where a school has not made its own."""
    env["website"].search([])._helpdesk_replace_samples()


def uninstall_hook(env):
    env["website"].search([])._helpdesk_restore_samples()
