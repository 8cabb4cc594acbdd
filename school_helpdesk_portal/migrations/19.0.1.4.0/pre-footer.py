"""Delete the view with which school_helpdesk_push extends the footer.

It extends a part of the footer that this version removes, so it would be invalid. The
update of school_helpdesk_push follows and creates the view again.
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
