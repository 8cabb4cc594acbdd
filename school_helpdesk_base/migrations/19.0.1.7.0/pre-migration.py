"""Fill the new column ``closed`` by SQL: Odoo would write each ticket by itself."""

from odoo.tools.sql import column_exists, create_column


def migrate(cr, version):
    if column_exists(cr, "helpdesk_ticket", "closed"):
        return
    create_column(cr, "helpdesk_ticket", "closed", "boolean")
    cr.execute(
        "UPDATE helpdesk_ticket AS ticket SET closed = stage.closed"
        " FROM helpdesk_ticket_stage AS stage WHERE stage.id = ticket.stage_id"
    )
