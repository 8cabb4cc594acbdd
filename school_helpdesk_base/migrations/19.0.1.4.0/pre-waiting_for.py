"""Set ``waiting_for`` of existing waits to the requester, in SQL.

Older versions had no other kind of wait. This runs before the fields are loaded, so
that Odoo does not compute them ticket by ticket.
"""

from odoo.tools.sql import column_exists, create_column


def migrate(cr, version):
    for table in ("helpdesk_ticket", "helpdesk_ticket_status_log"):
        # a very old database has no status yet: Odoo computes both fields later
        if not column_exists(cr, table, "status_category"):
            continue
        if not column_exists(cr, table, "waiting_for"):
            create_column(cr, table, "waiting_for", "varchar")
        cr.execute(
            f"UPDATE {table} SET waiting_for = 'requester'"
            " WHERE status_category = 'waiting' AND waiting_for IS NULL"
        )
