from . import controllers, models


def uninstall_hook(env):
    """Delete the push devices of portal users, who can no longer switch them off."""
    env["mail.push.device"].search([("partner_id.user_ids.share", "=", True)]).unlink()
