"""Say why the mails failed that are listed already: Odoo has kept the kind."""

from odoo import SUPERUSER_ID, api

from odoo.addons.school_helpdesk_base.models.helpdesk_notification.failed import (
    FAILURES,
)


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    failed = env["helpdesk.notification"].search(
        [("state", "=", "failed"), ("failure_kind", "=", False)]
    )
    for job in failed:
        kind = job.mail_id.failure_type
        if not job.mail_id:
            job.failure_kind = "unwritten"
        else:
            job.failure_kind = kind if kind in dict(FAILURES) else "unknown"
