"""Let the school switch reminders on itself: nobody is reminded by an update.

The columns of the tickets are created here, so that Odoo does not compute the dates of
all tickets of all years; without reminders they are empty.
"""

from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column

SETTINGS = ("helpdesk_reminder_days", "helpdesk_unanswered_close_days")
DATES = ("reminder_date", "unanswered_close_date")


def migrate(cr, version):
    for name in SETTINGS:
        if not column_exists(cr, "res_company", name):
            create_column(cr, "res_company", name, "int4")
            cr.execute(SQL("UPDATE res_company SET %s = 0", SQL.identifier(name)))
    for name in DATES:
        if not column_exists(cr, "helpdesk_ticket", name):
            create_column(cr, "helpdesk_ticket", name, "timestamp")
