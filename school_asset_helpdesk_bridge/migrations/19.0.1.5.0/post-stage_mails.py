"""Delete the mails of stages that this addon brought and the school did not change.

``school_helpdesk_base`` has taken them off the stages. Its notifications have their
words now. A mail that the school has changed stays on its stage.
"""

from odoo import SUPERUSER_ID, api

NAMES = ("received", "in_progress", "pending", "resolved", "cancelled")


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name in NAMES:
        template = env.ref(
            f"school_asset_helpdesk_bridge.email_template_ticket_{name}",
            raise_if_not_found=False,
        )
        if template and not env["helpdesk.ticket.stage"].with_context(
            active_test=False
        ).search_count([("mail_template_id", "=", template.id)], limit=1):
            template.unlink()
