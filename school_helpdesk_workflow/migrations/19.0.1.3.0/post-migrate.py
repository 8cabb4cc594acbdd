"""Do not look at tickets that ended before there were escalation rules."""

from odoo.addons.school_helpdesk_workflow.hooks import skip_ended


def migrate(cr, version):
    skip_ended(cr)
