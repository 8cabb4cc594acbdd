"""Signs the Message-IDs of messages on tickets (see ``mail_reference.py``)."""

from odoo import models

from ..helpdesk_ticket.mail_reference import COMMENT, NOTE


class MailMessage(models.Model):
    _name = "mail.message"
    _inherit = ["mail.message"]

    def _get_message_id(self, values):
        if values.get("model") != "helpdesk.ticket" or not values.get("res_id"):
            return super()._get_message_id(values)
        # Odoo's gateway ignores the Message-IDs of mails with a Reply-To of their own
        message_id = super()._get_message_id({**values, "reply_to_force_new": False})
        kind = NOTE if self._is_note(values) else COMMENT
        return self.env["helpdesk.ticket"]._sign_message_id(message_id, kind)

    def _is_note(self, values):
        """Whether a reply to a message with these values is an internal note."""
        if values.get("message_type") == "auto_comment":
            return False
        # sudo: mail.message.subtype - only whether it is internal
        subtype = self.env["mail.message.subtype"].sudo()
        subtype = subtype.browse(values.get("subtype_id") or ())
        return bool(values.get("is_internal") or subtype.internal)
