"""What a reply from outside the desk does to a ticket.

A reply of the requester, or of anybody else outside the desk, reopens a waiting ticket
or a recently resolved one. If the desk waits for somebody or something else than the
requester, the requester's reply does not end the wait: the ticket stays on hold, as the
technician left it. A reply to an ended ticket is forwarded to the ticket that
continues it, or else starts a new, related ticket (``follow_up.py``). Automatic replies
change nothing.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..helpdesk_ticket_stage import ENDED_CATEGORIES


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    @api.model
    def _is_automatic_mail(self, msg_dict):
        """Whether a parsed mail was sent automatically; can be extended.

        :param dict msg_dict: the mail as ``message_parse`` returns it
        """
        return bool(self.env.context.get("helpdesk_automatic_mail"))

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        if not self.env.context.get("helpdesk_reply_relayed") and self._is_reply(
            message
        ):
            # sudo: helpdesk.ticket - a requester's reply changes the status, although
            # requesters have no write access
            # told to the others, not to the author: a mail comes as another user
            author_id = message.sudo().author_id.id
            ticket_sudo = self.sudo().with_context(helpdesk_actor_id=author_id)
            ticket_sudo._handle_reply(message.sudo())
        return result

    def _is_reply(self, message):
        """Whether a message is a person's reply from outside the desk."""
        # sudo: mail.message - author and type of the message just posted
        message_sudo = message.sudo()
        author = message_sudo.author_id
        if author.id == self.env["ir.model.data"]._xmlid_to_res_id("base.partner_root"):
            return False
        return (
            self._is_readable_by_requester(message_sudo)
            and (author or message_sudo.message_type == "email")
            and not self._is_written_by_desk(message_sudo)
        )

    def _handle_reply(self, message):
        """Reopen the ticket, forward the reply, or start a new ticket."""
        self.ensure_one()
        successor = self._get_successor()
        if message.author_id not in self._get_requesters():
            # other people continue in their own ticket, not in the requester's
            successor = self._get_follow_up_of(message.author_id) or successor
        if self._takes_replies():
            if self._is_end_of_wait(message):
                self._resume()
        elif successor and successor._takes_replies():
            self._relay_reply(message, successor)
            if successor._is_end_of_wait(message, self._get_requesters()):
                successor._resume()
        else:
            self._start_follow_up(message, successor)

    def _is_end_of_wait(self, message, other_requesters=None):
        """Whether a reply ends the wait of the ticket.

        A reply of a requester ends only a wait for the requester. A reply of anybody
        else, such as the vendor, ends every wait. True if the ticket does not wait.

        :param other_requesters: contacts that count as requesters, too: those of a
            ticket that this ticket continues
        """
        self.ensure_one()
        requesters = self._get_requesters()
        if other_requesters:
            requesters |= other_requesters
        return (
            self.waiting_for in (False, "requester")
            or message.author_id not in requesters
        )

    def _takes_replies(self):
        """Whether replies stay on this ticket: it is not ended or can be reopened."""
        self.ensure_one()
        return (
            self.status_category not in ENDED_CATEGORIES
            or self._is_reopenable_by_requester()
        )

    def _is_reopenable_by_requester(self):
        """Whether the ticket is resolved and can still be reopened by a reply."""
        self.ensure_one()
        # sudo: res.company - the setting holds for requesters as well
        days = self.sudo().company_id.helpdesk_reopen_days
        if self.status_category != "resolved" or not days:
            return False
        start = self.resolved_date or self.last_stage_update
        end = self._add_working_days({self: (start, days)})[self]
        return fields.Datetime.now() <= end

    def _resume(self):
        """Reopen waiting and resolved tickets."""
        if self.status_category in ("waiting", "resolved"):
            self._set_status("open")

    def _requester_not_solved(self):
        """Reopen a resolved ticket whose requester says that it is not solved.

        The caller must check that the current user is a requester of the ticket.

        :raise UserError: the ticket is not resolved, or the days to reopen it are over
        """
        self.ensure_one()
        if not self._is_reopenable_by_requester():
            raise UserError(
                self.env._(
                    "The ticket can no longer be reopened. Reply to it or report the "
                    "problem again to start a new ticket."
                )
            )
        # sudo: helpdesk.ticket - requesters may reopen it, but have no write access
        self.sudo()._resume()
