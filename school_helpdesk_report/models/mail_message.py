"""The figures of a ticket depend on the messages that people write on it."""

from odoo import models

from odoo.addons.school_helpdesk_base.models.mail_message import PERSON_MESSAGE_TYPES


class MailMessage(models.Model):
    _name = "mail.message"
    _inherit = ["mail.message", "helpdesk.figures.mixin"]

    _figures_fields = frozenset(
        {
            "author_id",
            "date",
            "is_internal",
            "message_type",
            "model",
            "res_id",
            "subtype_id",
        }
    )

    def _get_figures_ticket_ids(self):
        return {
            message.res_id
            for message in self
            if message.model == "helpdesk.ticket"
            and message.res_id
            and message.message_type in PERSON_MESSAGE_TYPES
        }
