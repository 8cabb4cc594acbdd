from . import controllers, models


def uninstall_hook(env):
    """Forget the portal users' browsers: no page can switch them off any more."""
    env["mail.push.device"].search([("partner_id.user_ids.share", "=", True)]).unlink()
