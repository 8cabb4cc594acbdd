"""Which mails become tickets, in whose name, and who is mailed about them."""

from odoo import models


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        recipients = super()._notify_get_recipients(message, msg_vals, **kwargs)
        if not self or not self._is_internal_message(message, msg_vals or {}):
            return recipients
        # sudo: helpdesk.ticket - who is named on it, whoever writes the note
        requesters = self.sudo()._get_requesters()
        named = (msg_vals or {}).get("partner_ids", message.sudo().partner_ids.ids)
        return [
            recipient
            for recipient in recipients
            if recipient["id"] not in requesters.ids
            and (recipient["id"] in named or self._is_worked_on_by(recipient["uid"]))
        ]

    def _is_internal_message(self, message, msg_vals):
        """Whether a message about to be sent is a note of the desk."""
        # sudo: mail.message, mail.message.subtype - a fact of the message
        message_sudo = message.sudo()
        subtype = message_sudo.subtype_id.browse(
            msg_vals.get("subtype_id", message_sudo.subtype_id.id)
        )
        is_internal = msg_vals.get("is_internal", message_sudo.is_internal)
        return is_internal or not subtype or subtype.internal

    def _is_worked_on_by(self, user_id):
        """Whether a user may work on this ticket; nobody may without an account."""
        user = self.env["res.users"].browse(user_id or ())
        return bool(user) and self.with_user(user).has_access("write")
