"""What a reply does to a ticket.

A reply of the requester, or of anybody else outside the desk, wakes a waiting ticket
and brings back one that was resolved not long ago. To a ticket that has ended it starts
a new, related one (``follow_up.py``); where the matter goes on in another ticket, the
reply is handed on to that one. Automatic answers change nothing.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..helpdesk_ticket_stage import ENDED_CATEGORIES


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    @api.model
    def _is_automatic_mail(self, msg_dict):
        """Whether a parsed mail was written by a machine; made to be extended.

        :param dict msg_dict: the mail as ``message_parse`` returns it
        """
        return bool(self.env.context.get("helpdesk_automatic_mail"))

    def message_update(self, msg_dict, update_vals=None):
        if self._is_automatic_mail(msg_dict):
            # the gateway posts it with the values it handed to us
            msg_dict["message_type"] = "auto_comment"
        return super().message_update(msg_dict, update_vals=update_vals)

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        if not self.env.context.get("helpdesk_reply_relayed") and self._is_reply(
            message
        ):
            # sudo: helpdesk.ticket - the requester may not write it, his reply acts
            self.sudo()._handle_reply(message.sudo())
        return result

    def _is_reply(self, message):
        """Whether a message is a person's reply from outside the desk."""
        # sudo: mail.message - author and type of the message just posted
        message_sudo = message.sudo()
        author = message_sudo.author_id
        if author == self.env.ref("base.partner_root"):
            return False
        return (
            self._is_readable_by_requester(message_sudo)
            and (author or message_sudo.message_type == "email")
            and not self._is_written_by_desk(message_sudo)
        )

    def _handle_reply(self, message):
        """Do what a reply asks for: wake, reopen, hand on or start anew."""
        self.ensure_one()
        successor = self._get_successor()
        if message.author_id not in self._get_requesters():
            # others go on in a ticket of their own, not in the requester's
            successor = self._get_follow_up_of(message.author_id) or successor
        if self._takes_replies():
            self._resume()
        elif successor and successor._takes_replies():
            self._relay_reply(message, successor)
            successor._resume()
        else:
            self._start_follow_up(message, successor)

    def _takes_replies(self):
        """Whether a reply to this ticket still belongs to it."""
        self.ensure_one()
        return (
            self.status_category not in ENDED_CATEGORIES
            or self._is_reopenable_by_requester()
        )

    def _is_reopenable_by_requester(self):
        """Whether the ticket is resolved and the time to come back is not over."""
        self.ensure_one()
        # sudo: res.company - the setting holds for requesters as well
        days = self.sudo().company_id.helpdesk_reopen_days
        if self.status_category != "resolved" or not days:
            return False
        start = self.resolved_date or self.last_stage_update
        end = self._add_working_days({self: (start, days)})[self]
        return fields.Datetime.now() <= end

    def _resume(self):
        if self.status_category in ("waiting", "resolved"):
            self._set_status("open")

    def _requester_not_solved(self):
        """Reopen a resolved ticket because its requester says it is not solved.

        The caller has checked that the current user is a requester of the ticket.

        :raise UserError: when the ticket is not resolved or the time to say so is over
        """
        self.ensure_one()
        if not self._is_reopenable_by_requester():
            raise UserError(
                self.env._(
                    "The ticket can no longer be reopened. Reply to it, or report the "
                    "problem again, and a new ticket starts."
                )
            )
        # sudo: helpdesk.ticket - the requester may not write it, only say this
        self.sudo()._resume()
