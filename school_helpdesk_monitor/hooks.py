"""What happens when the server loads the addon, and when the addon is uninstalled."""

from .models.res_config_settings import TOKEN
from .tools.json_log import write_log_as_json


def post_load():
    write_log_as_json()


def uninstall_hook(env):
    """Delete the token: it is a secret that opens nothing any more."""
    env["ir.config_parameter"].search([("key", "=", TOKEN)]).unlink()
