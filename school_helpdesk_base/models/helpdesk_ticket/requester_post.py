"""Users who may only read a ticket post plain comments in their own name.

Odoo lets every user who may post choose the author, the recipients and the subtype. It
also lets everybody who has the link from a mail post as the requester.
"""

from odoo import api, models

#: The parameters of ``message_post`` that a requester may set.
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
        # with sudo, the code posts the message, not the requester
        if not (self.env.su or self.has_access("write")):
            kwargs = self._prepare_requester_message(kwargs)
        return super().message_post(**kwargs)

    @api.model
    def _prepare_requester_message(self, values):
        """Return the parameters of ``message_post`` that a requester may set."""
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
        # read access by a link does not allow posting
        readable = self.with_env(self.env(su=False))._filtered_access("read")
        return {
            ticket: operation if ticket in readable else "write"
            for ticket, operation in operations.items()
        }

    @api.model
    def _get_thread_with_access(self, thread_id, *, mode="read", **kwargs):
        if mode != "read":
            # a link from a mail only shows the ticket; actions require signing in
            kwargs = {
                name: value
                for name, value in kwargs.items()
                if name not in ("hash", "pid", "token")
            }
        return super()._get_thread_with_access(thread_id, mode=mode, **kwargs)
