"""Allow updates of the record rules: they were installed with noupdate."""


def migrate(cr, version):
    cr.execute(
        """
        UPDATE ir_model_data
           SET noupdate = FALSE
         WHERE module = 'school_asset_helpdesk_bridge'
           AND model = 'ir.rule'
        """
    )
