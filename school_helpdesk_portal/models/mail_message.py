"""Counts recent comments for the rate limit."""

from datetime import timedelta

from odoo import api, fields, models


class MailMessage(models.Model):
    _inherit = "mail.message"

    @api.model
    def _helpdesk_count_comments(self, author, limit):
        """Return how many comments a person has sent on tickets within the last hour.

        Comments in the portal, in Odoo and by mail are counted.

        :param int limit: stop counting at this number
        """
        # sudo: mail.message - only the number of the user's own messages
        return self.sudo().search_count(
            [
                ("author_id", "=", author.id),
                ("model", "=", "helpdesk.ticket"),
                ("message_type", "in", ("comment", "email")),
                ("create_date", ">=", fields.Datetime.now() - timedelta(hours=1)),
            ],
            limit=limit,
        )
