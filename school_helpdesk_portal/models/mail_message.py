"""Comments of the portal: each made once, by the key of its form, and not too many."""

from datetime import timedelta

from odoo import api, fields, models

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

    @api.model
    def _helpdesk_count_comments(self, author, limit):
        """Return how many comments a person has sent within an hour, at most ``limit``.

        On tickets, in whatever way.
        """
        # sudo: mail.message - a number alone, of what the caller has written himself
        return self.sudo().search_count(
            [
                ("author_id", "=", author.id),
                ("model", "=", "helpdesk.ticket"),
                ("message_type", "in", ("comment", "email")),
                ("create_date", ">=", fields.Datetime.now() - timedelta(hours=1)),
            ],
            limit=limit,
        )
