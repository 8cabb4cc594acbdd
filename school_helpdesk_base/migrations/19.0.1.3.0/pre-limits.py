"""Rename the rate limit settings; the values that a school has set are kept."""

#: Old to new name of the columns of ``res_company``, which are also names of fields.
FIELDS = {
    "helpdesk_mail_ceiling": "helpdesk_mail_limit",
    "helpdesk_portal_ceiling": "helpdesk_portal_limit",
}
SETTINGS_MODELS = ("res.company", "res.config.settings")


def migrate(cr, version):
    for old, new in FIELDS.items():
        cr.execute(
            """
            SELECT 1
              FROM information_schema.columns
             WHERE table_schema = current_schema()
               AND table_name = 'res_company'
               AND column_name = %s
            """,
            [old],
        )
        if cr.fetchone():
            cr.execute(f'ALTER TABLE res_company RENAME COLUMN "{old}" TO "{new}"')
        cr.execute(
            "UPDATE ir_model_fields SET name = %s WHERE name = %s AND model IN %s",
            [new, old, SETTINGS_MODELS],
        )
        cr.execute(
            """
            UPDATE ir_model_data
               SET name = replace(name, %s, %s)
             WHERE module = 'school_helpdesk_base'
               AND model = 'ir.model.fields'
               AND name LIKE %s
            """,
            [old, new, f"%{old}"],
        )
