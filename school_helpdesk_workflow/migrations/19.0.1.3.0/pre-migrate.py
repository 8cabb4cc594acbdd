"""Do not tell again about clocks whose deadline was over before this version."""

from odoo.addons.school_helpdesk_workflow.hooks import skip_past_events


def migrate(cr, version):
    skip_past_events(cr)
