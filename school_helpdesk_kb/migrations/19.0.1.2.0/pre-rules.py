"""Let the record rules be corrected: they were installed to stay as they are."""


def migrate(cr, version):
    cr.execute(
        """
        UPDATE ir_model_data
           SET noupdate = FALSE
         WHERE module = 'school_helpdesk_kb'
           AND model = 'ir.rule'
        """
    )
