"""How many comments a person has sent lately."""

from datetime import timedelta

from odoo import api, fields, models


class MailMessage(models.Model):
    _inherit = "mail.message"

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
