"""The channel inbox: a notification in Odoo, for people who work there."""

from odoo import Command, models


class HelpdeskNotification(models.Model):
    _name = "helpdesk.notification"
    _inherit = ["helpdesk.notification"]

    def _deliver_inbox(self, letters):
        messages = self.env["mail.message"].create(
            [self._prepare_inbox_message(letter) for letter in letters]
        )
        for letter, message in zip(letters, messages, strict=True):
            user = letter.partner.user_ids.filtered(lambda user: not user.share)[:1]
            thread = letter.job.ticket_id or self.env["mail.thread"]
            thread._notify_thread_by_inbox(
                message,
                [{"id": letter.partner.id, "uid": user.id, "notif": "inbox"}],
            )

    def _prepare_inbox_message(self, letter):
        actor = self.env["res.partner"].browse(letter.details.get("actor") or ())
        author = actor.exists() or self.env.company.partner_id
        return {
            "subject": letter.values["mail_subject"],
            "body": self._get_plain_body(letter),
            "author_id": author.id,
            "email_from": author.email_formatted or self.env.company.email_formatted,
            "message_type": "user_notification",
            "subtype_id": self.env.ref("mail.mt_note").id,
            "is_internal": True,
            "partner_ids": [Command.set(letter.partner.ids)],
            **(
                {"model": letter.ticket._name, "res_id": letter.ticket.id}
                if letter.ticket
                else {}
            ),
        }
