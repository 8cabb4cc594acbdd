"""Sends push notifications about tickets.

Odoo itself sends push notifications only for comments. This addon also sends them for
answers by mail, assignments and changes of the status. For a change of the status, Odoo
only sends a mail from a template.
"""

from odoo import api, models

#: Types of messages to send in addition to comments: mails and assignments.
PUSHED_TYPES = ("email", "user_notification")
#: Requesters are notified of these statuses even if the stage sends no mail.
PUSHED_STATUSES = ("waiting", "resolved", "cancelled")


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _notify_get_recipients_for_extra_notifications(
        self, message, recipients_data, msg_vals=False
    ):
        recipients = super()._notify_get_recipients_for_extra_notifications(
            message, recipients_data, msg_vals=msg_vals
        )
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

    @api.model
    def _on_stage_changed(self, old_stages):
        result = super()._on_stage_changed(old_stages)
        for ticket, old_stage in old_stages.items():
            # do not notify of the first status: the submitter knows it
            if old_stage:
                ticket._push_status()
        return result

    def _push_status(self):
        """Notify the requesters of the new status and the next step."""
        self.ensure_one()
        # sudo: helpdesk.ticket - users who set the status may not read all the data
        ticket_sudo = self.sudo()
        if not (
            ticket_sudo.stage_id.mail_template_id
            or ticket_sudo.status_category in PUSHED_STATUSES
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
