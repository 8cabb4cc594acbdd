"""Move the idempotency keys of recent forms from three tables to helpdesk_submission.

Older keys are deleted, because browsers do not send such old forms again.
"""

from odoo.tools.sql import column_exists, table_exists

#: How many days old the moved keys may be; new keys are kept for the same time.
DAYS = 30


def migrate(cr, version):
    if not table_exists(cr, "helpdesk_submission"):
        # an update of school_helpdesk_base creates the table later
        return
    if column_exists(cr, "helpdesk_ticket", "report_key"):
        _move_keys(
            cr,
            "helpdesk_ticket",
            "helpdesk.ticket",
            "report_key",
            "report_key IS NOT NULL",
        )
    if column_exists(cr, "helpdesk_guest_report", "key"):
        _move_keys(cr, "helpdesk_guest_report", "helpdesk.guest.report", "key", "TRUE")
    _move_keys(
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
        cr.execute(f"ALTER TABLE IF EXISTS {table} DROP COLUMN IF EXISTS {column}")


def _move_keys(cr, table, model, key, condition):
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
