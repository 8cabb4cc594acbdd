"""Let updates correct the record rules, which were installed with noupdate."""


def migrate(cr, version):
    cr.execute(
        """
        UPDATE ir_model_data
           SET noupdate = FALSE
         WHERE module = 'school_helpdesk_portal'
           AND model = 'ir.rule'
        """
    )
