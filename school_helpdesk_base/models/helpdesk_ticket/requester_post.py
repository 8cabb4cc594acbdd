"""What somebody posts who may only read a ticket: plain words in his own name.

Odoo takes from whoever may post who the author is, whom to mail, and whether it is a
note; and who holds the link from a mail speaks as the ticket's requester.
"""

from odoo import api, models

#: What is taken from a requester as he sent it.
REQUESTER_PARAMETERS = (
    "attachment_ids",
    "attachments",
    "body",
    "email_add_signature",
    "parent_id",
    "subject",
)


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    def message_post(self, **kwargs):
        # with sudo it is the code that speaks
        if not (self.env.su or self.has_access("write")):
            kwargs = self._prepare_requester_message(kwargs)
        return super().message_post(**kwargs)

    @api.model
    def _prepare_requester_message(self, values):
        """Return values of ``message_post`` as far as a requester may set them."""
        return {
            **{name: values[name] for name in REQUESTER_PARAMETERS if name in values},
            "author_id": self.env.user.partner_id.id,
            "message_type": "comment",
            "subtype_xmlid": "mail.mt_comment",
        }

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        operations = super()._mail_get_operation_for_mail_message_operation(
            message_operation
        )
        if message_operation != "create":
            return operations
        # to read by a link is not the right that lets one post
        readable = self.with_env(self.env(su=False))._filtered_access("read")
        return {
            ticket: operation if ticket in readable else "write"
            for ticket, operation in operations.items()
        }

    @api.model
    def _get_thread_with_access(self, thread_id, *, mode="read", **kwargs):
        if mode != "read":
            # a link from a mail shows the ticket; to act on it, one signs in
            kwargs = {
                name: value
                for name, value in kwargs.items()
                if name not in ("hash", "pid", "token")
            }
        return super()._get_thread_with_access(thread_id, mode=mode, **kwargs)
