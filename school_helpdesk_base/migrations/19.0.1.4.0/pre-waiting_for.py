"""All waits until now were for the requester: the other kinds did not exist.

This runs before the new version, so that the tickets are not computed one by one.
"""

from odoo.tools.sql import column_exists, create_column


def migrate(cr, version):
    for table in ("helpdesk_ticket", "helpdesk_ticket_status_log"):
        # a very old database gets the status, and with it the value, later
        if not column_exists(cr, table, "status_category"):
            continue
        if not column_exists(cr, table, "waiting_for"):
            create_column(cr, table, "waiting_for", "varchar")
        cr.execute(
            f"UPDATE {table} SET waiting_for = 'requester'"
            " WHERE status_category = 'waiting' AND waiting_for IS NULL"
        )
