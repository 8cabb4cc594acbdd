"""The first response: the desk's first message that the requester can read."""

from odoo import fields, models


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    first_response_date = fields.Datetime(
        string="First Response",
        readonly=True,
        copy=False,
        help="When the requester could first read an answer written by a person of the "
        "desk. Automatic mails, notes and stage changes do not count.",
    )

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        if not self.first_response_date and self._is_response(message):
            # the date of a mail comes from the sender's computer and may be wrong
            date = max(message.date, self.create_date)
            # sudo: helpdesk.ticket - users who may post may lack write access
            self.sudo().first_response_date = min(date, fields.Datetime.now())
            self._on_first_response({self: message})
        return result

    def _get_requesters(self):
        """Return the contacts that the ticket is for: requester and submitter."""
        return self.partner_id | self.submitter_id

    def _is_readable_by_requester(self, message):
        """Whether a person wrote the message and the requester can read it."""
        return bool(message._is_readable_by_requester())

    def _is_written_by_desk(self, message):
        """Whether a member of the desk wrote the message.

        Messages of an agent who is a requester of the ticket do not count.
        """
        # sudo: res.users, res.groups - the author's role, for readers without access
        author = message.sudo().author_id
        # sudo: helpdesk.ticket.team - only whether the author is a member
        team_sudo = self.sudo().team_id
        if author in self._get_requesters():
            return False
        users = author.user_ids.filtered(lambda user: user._is_internal())
        # the groups first: they are cached, and a team may have many members
        return any(
            user.has_group("helpdesk_mgmt.group_helpdesk_user_own")
            or user in team_sudo.user_ids
            for user in users
        )

    def _is_response(self, message):
        """Whether the message is an answer of the desk that the requester can read."""
        return self._is_readable_by_requester(message) and self._is_written_by_desk(
            message
        )

    def _get_answers(self):
        """Return the desk's answers that the requester can read, oldest first."""
        self.ensure_one()
        readable = self.message_ids._is_readable_by_requester()
        return readable.sorted("id").filtered(self._is_written_by_desk)
