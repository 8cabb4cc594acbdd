"""A comment of the portal carries the key of its form, so that it is made once."""

from odoo import api, models

COMMENT_MARK = "-comment@helpdesk"


class MailMessage(models.Model):
    _inherit = "mail.message"

    _helpdesk_comment_unique = models.UniqueIndex(
        f"(message_id) WHERE message_id LIKE '%{COMMENT_MARK}>'",
        "This comment has been sent already.",
    )

    @api.model
    def _helpdesk_get_comment_id(self, key):
        """Return the identifier, as mails have it, of a comment by its form's key."""
        return f"<{key}{COMMENT_MARK}>"
