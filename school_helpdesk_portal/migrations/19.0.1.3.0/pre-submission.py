"""Carry over what has been sent lately: one table knows it now, and not three.

Older keys are given up: no browser sends such a form again.
"""

from odoo.tools.sql import column_exists, table_exists

#: Days for which keys are carried over; as long as new ones are kept.
DAYS = 30


def migrate(cr, version):
    if not table_exists(cr, "helpdesk_submission"):
        # school_helpdesk_base is not updated with it, and makes the table later
        return
    if column_exists(cr, "helpdesk_ticket", "report_key"):
        _carry_over(
            cr,
            "helpdesk_ticket",
            "helpdesk.ticket",
            "report_key",
            "report_key IS NOT NULL",
        )
    if column_exists(cr, "helpdesk_guest_report", "key"):
        _carry_over(cr, "helpdesk_guest_report", "helpdesk.guest.report", "key", "TRUE")
    _carry_over(
        cr,
        "mail_message",
        "mail.message",
        r"substring(message_id FROM '^<(.*)-comment@helpdesk>$')",
        "message_id LIKE '%%-comment@helpdesk>'",
    )
    cr.execute("DROP INDEX IF EXISTS mail_message_helpdesk_comment_unique")
    for table, column in (
        ("helpdesk_ticket", "report_key"),
        ("helpdesk_guest_report", "key"),
    ):
        cr.execute(f"ALTER TABLE {table} DROP COLUMN IF EXISTS {column}")


def _carry_over(cr, table, model, key, condition):
    cr.execute(
        f"""
        INSERT INTO helpdesk_submission
            (user_id, key, res_model, res_id,
             create_uid, create_date, write_uid, write_date)
        SELECT create_uid, {key}, %s, id,
               create_uid, create_date, create_uid, create_date
          FROM {table}
         WHERE {condition}
           AND create_uid IS NOT NULL
           AND create_date > now() AT TIME ZONE 'UTC' - %s * INTERVAL '1 day'
            ON CONFLICT DO NOTHING
        """,
        [model, DAYS],
    )
