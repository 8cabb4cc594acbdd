"""Do not tell again about clocks whose deadline was over before this version."""

from odoo.tools.sql import column_exists

from odoo.addons.school_helpdesk_workflow.hooks import skip_past_events


def migrate(cr, version):
    # an update from before 19.0.1.2.0 computes the deadlines at its end
    if column_exists(cr, "helpdesk_ticket_sla", "warn_date"):
        skip_past_events(cr)
