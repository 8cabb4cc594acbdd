"""Whom a ticket's news reaches on a phone or at a desk with the browser closed.

Odoo pushes comments. A help desk's news are more than these: an answer that came or
went by mail, a ticket given to somebody, and a status that moved, which is a mail from
a template and no message of the thread.
"""

from odoo import api, models

#: News from people that are no comments to Odoo: mails, and "assigned to you".
PUSHED_TYPES = ("email", "user_notification")
#: Statuses a requester is told of even if their stage sends no mail.
TOLD_STATUSES = ("waiting", "resolved", "cancelled")


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _notify_get_recipients_for_extra_notifications(
        self, message, recipients_data, msg_vals=False
    ):
        recipients = super()._notify_get_recipients_for_extra_notifications(
            message, recipients_data, msg_vals=msg_vals
        )
        values = msg_vals or {}
        # sudo: mail.message - two facts of the message being sent
        message_sudo = message.sudo()
        message_type = values.get("message_type") or message_sudo.message_type
        if message_type not in PUSHED_TYPES:
            return recipients
        author_id = values.get("author_id") or message_sudo.author_id.id
        people = {
            recipient["id"] for recipient in recipients_data if recipient["active"]
        }
        return (people | set(recipients)) - {author_id, False, None}

    @api.model
    def _on_stage_changed(self, old_stages):
        result = super()._on_stage_changed(old_stages)
        for ticket, old_stage in old_stages.items():
            # a new ticket is no news to the person who has sent it
            if old_stage:
                ticket._push_status()
        return result

    def _push_status(self):
        """Tell the requesters' devices what the status is now and what comes next."""
        self.ensure_one()
        # sudo: helpdesk.ticket - its requesters and stage, whoever moved it
        ticket_sudo = self.sudo()
        if not (
            ticket_sudo.stage_id.mail_template_id
            or ticket_sudo.status_category in TOLD_STATUSES
        ):
            return
        people = ticket_sudo._get_requesters() - self.env.user.partner_id
        devices, *keys = self._web_push_get_partners_parameters(people.ids)
        if devices:
            payloads = {
                lang: self._web_push_truncate_payload(
                    ticket_sudo.with_context(lang=lang)._prepare_status_push()
                )
                for lang in set(people.mapped("lang"))
            }
            self._web_push_send_notification(devices, *keys, payload_by_lang=payloads)

    def _prepare_status_push(self):
        """Return the notification of the status, in the language of the context."""
        text, _tone = self._portal_status()
        return {
            "title": f"{text}: {self.name}",
            "options": {
                "body": f"{self.number} · {self._portal_next_step()}",
                "icon": "/school_helpdesk_portal/static/img/app-192.png",
                "data": {"model": self._name, "res_id": self.id},
            },
        }
