"""Sends push notifications about the messages of tickets.

Odoo itself sends push notifications only for comments. This addon also sends them for
answers by mail. Events are told by ``helpdesk.notification``.
"""

from odoo import models

#: Types of messages to send in addition to comments.
PUSHED_TYPES = ("email", "user_notification")


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _notify_get_recipients_for_extra_notifications(
        self, message, recipients_data, msg_vals=False
    ):
        recipients = super()._notify_get_recipients_for_extra_notifications(
            message, recipients_data, msg_vals=msg_vals
        )
        Rule = self.env["helpdesk.notification.rule"]
        if self and not Rule._tells("public_reply", "requesters", "push"):
            # sudo: helpdesk.ticket - authors may lack access to the requesters
            requesters = self.sudo()._get_requesters().ids
            recipients = set(recipients) - set(requesters)
            recipients_data = [
                one for one in recipients_data if one["id"] not in requesters
            ]
        values = msg_vals or {}
        # sudo: mail.message - the type and the author of the message being sent
        message_sudo = message.sudo()
        message_type = values.get("message_type") or message_sudo.message_type
        if message_type not in PUSHED_TYPES:
            return recipients
        author_id = values.get("author_id") or message_sudo.author_id.id
        people = {
            recipient["id"] for recipient in recipients_data if recipient["active"]
        }
        return (people | set(recipients)) - {author_id, False, None}

    def _prepare_status_push(self):
        """Return the payload of the notification, in the language of the context."""
        text, _tone = self._portal_status()
        return {
            "title": f"{text}: {self.name}",
            "options": {
                "body": f"{self.number} · {self._portal_next_step()}",
                "icon": "/school_helpdesk_portal/static/img/app-192.png",
                "data": {"model": self._name, "res_id": self.id},
            },
        }
