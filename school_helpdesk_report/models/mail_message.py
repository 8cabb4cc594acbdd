"""The figures of a ticket depend on the messages that people write on it."""

from odoo import api, models

from odoo.addons.school_helpdesk_base.models.mail_message import PERSON_MESSAGE_TYPES

#: Writing one of these fields can change a figure.
WATCHED_FIELDS = {
    "author_id",
    "date",
    "is_internal",
    "message_type",
    "model",
    "res_id",
    "subtype_id",
}


class MailMessage(models.Model):
    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        messages = super().create(vals_list)
        messages._mark_figures()
        return messages

    def write(self, vals):
        if WATCHED_FIELDS.isdisjoint(vals):
            return super().write(vals)
        self._mark_figures()
        result = super().write(vals)
        self._mark_figures()
        return result

    def unlink(self):
        self._mark_figures()
        return super().unlink()

    def _mark_figures(self):
        """Compute the figures of the tickets with these messages again."""
        # sudo: mail.message - only the ids of the tickets are used
        self.env["helpdesk.ticket"].browse(
            {
                message.res_id
                for message in self.sudo()
                if message.model == "helpdesk.ticket"
                and message.res_id
                and message.message_type in PERSON_MESSAGE_TYPES
            }
        )._mark_figures()
