"""Delete a view of the notifications: it extends the footer at a place that is gone.

The update of that addon, which follows, creates the view again at the new place.
"""


def migrate(cr, version):
    cr.execute(
        """
        DELETE FROM ir_ui_view
         WHERE key = 'school_helpdesk_push.footer'
        """
    )
    cr.execute(
        """
        DELETE FROM ir_model_data
         WHERE module = 'school_helpdesk_push' AND name = 'footer'
        """
    )
