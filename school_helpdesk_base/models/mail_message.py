"""Requesters read the messages on their tickets; only the desk reads internal notes.

Odoo shows a message to everybody who was notified of it, and notes to all employees who
may read the record. Followers would read messages on other people's tickets, and
requesters who are employees would read the desk's notes about them.
"""

from odoo import api, models
from odoo.fields import Domain

#: Types of messages that a person writes; log entries and automatic mails have others.
PERSON_MESSAGE_TYPES = ("comment", "email", "email_outgoing")
#: Models to which Odoo links the files of a message until it is sent.
DRAFT_MODELS = (
    "helpdesk.ticket.answer",
    "mail.compose.message",
    "mail.scheduled.message",
)


class MailMessage(models.Model):
    _inherit = "mail.message"

    @api.model
    def _get_requester_readable_domain(self):
        """Return the domain of messages that a person wrote and the requester can read.

        Internal notes and automatic messages are not included. This is no access check:
        the caller checks who may read the ticket.
        """
        return Domain("message_type", "in", PERSON_MESSAGE_TYPES) & (
            self._get_search_domain_share()
        )

    def _is_readable_by_requester(self):
        """Filter the messages that a person wrote and the requester can read.

        For a single message, use the result as a boolean.
        """
        return self.filtered_domain(self._get_requester_readable_domain())

    # ------------------------------------------------------------------
    # Files
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        messages = super().create(vals_list)
        # Odoo has added the pictures in the body to the values
        if any(values.get("attachment_ids") for values in vals_list):
            messages._assign_files_to_record()
        return messages

    def write(self, vals):
        if not vals.keys() & {"attachment_ids", "is_internal", "subtype_id"}:
            return super().write(vals)
        # sudo: mail.message, ir.attachment - the value must be updated for every user
        before_sudo = self.sudo().attachment_ids
        result = super().write(vals)
        if "attachment_ids" in vals:
            self._assign_files_to_record()
            (before_sudo - self.sudo().attachment_ids)._update_desk_only()
        else:
            before_sudo._update_desk_only()
        return result

    def unlink(self):
        # sudo: mail.message, ir.attachment - the value must be updated for every user
        files_sudo = self.sudo().attachment_ids
        result = super().unlink()
        if files_sudo:
            files_sudo.exists()._update_desk_only()
        return result

    def _assign_files_to_record(self):
        """Link the files of messages to the message's record, so that they are checked.

        Files without a record are linked to the message's record. Files of another
        record stay linked to that record. If the user may not send files of every kind,
        the message gets checked copies of them instead.
        """
        Attachment = self.env["ir.attachment"]
        gated = Attachment._get_gated_models()
        # sudo: mail.message, ir.attachment - the right to post is already checked
        for message_sudo in self.sudo():
            if message_sudo.model not in gated or not message_sudo.res_id:
                continue
            place = {"res_model": message_sudo.model, "res_id": message_sudo.res_id}
            others = message_sudo.attachment_ids.filtered(
                lambda file: file.res_model not in gated
            )
            unlinked = others.filtered(
                lambda file: not file.res_model or file.res_model in DRAFT_MODELS
            )
            unlinked.write(place)
            foreign = others - unlinked
            if foreign and not Attachment._may_send_any_file():
                copies = foreign.copy(place)
                message_sudo.attachment_ids = (
                    message_sudo.attachment_ids - foreign + copies
                )
        self.sudo().attachment_ids._update_desk_only()

    # ------------------------------------------------------------------
    # Access rights
    # ------------------------------------------------------------------

    @api.model
    def _get_hidden_domain(self, among=Domain.TRUE):
        """Return the domain of messages on tickets hidden from the current user.

        Users always see their own messages. Other messages are hidden if the user may
        not read the ticket, even if the user follows it. Notes are also hidden if the
        user may not write the ticket. An employee who is a recipient of a message may
        read it, but a requester who is a recipient of a note may not.

        :param among: domain of the tickets with the messages in question
        """
        Ticket = self.env["helpdesk.ticket"]
        if Ticket._can_access_all_tickets():
            return Domain.FALSE
        me = self.env.user.partner_id
        is_recipient = Domain.FALSE
        if self.env.user._is_internal():
            is_recipient = Domain("partner_ids", "in", me.ids)
        is_hidden_note = (
            ~self._get_search_domain_share()
            & Domain("res_id", "not in", Ticket._get_writable_query(among))
            & (~is_recipient | Domain("res_id", "in", Ticket._get_requested_query(me)))
        )
        is_hidden_ticket = self._get_unreadable_ticket_domain(among) & ~is_recipient
        return (
            Domain("model", "=", "helpdesk.ticket")
            & Domain("author_id", "!=", me.id)
            & (is_hidden_note | is_hidden_ticket)
        )

    @api.model
    def _get_unreadable_ticket_domain(self, among=Domain.TRUE):
        """Return the domain of messages on tickets the current user may not read.

        :param among: domain of the tickets with the messages in question
        """
        Ticket = self.env["helpdesk.ticket"].with_context(active_test=False)
        on_ticket = Domain("model", "=", "helpdesk.ticket")
        if not Ticket.has_access("read"):
            return on_ticket
        return on_ticket & Domain("res_id", "not in", Ticket._search(among))

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        if not (self.env.su or bypass_access):
            domain = Domain(domain) & ~self._get_hidden_domain()
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)

    @api.model
    def _get_forbidden_domain(self, operation, among=Domain.TRUE):
        """Return the domain of messages on tickets that the user may not access.

        Managers, and authors who work at the desk, may change a message. Requesters
        correct their own messages on the portal page only. Users with read access to
        the ticket may only create plain comments in their own name.

        :param str operation: ``read``, ``create``, ``write`` or ``unlink``
        :param among: domain of the tickets with the messages in question
        """
        if operation == "read":
            return self._get_hidden_domain(among)
        user = self.env.user
        Ticket = self.env["helpdesk.ticket"]
        on_ticket = Domain("model", "=", "helpdesk.ticket")
        is_own = Domain("author_id", "=", user.partner_id.id)
        is_read_only = Domain.FALSE
        if not Ticket._can_access_all_tickets():
            is_read_only = Domain("res_id", "not in", Ticket._get_writable_query(among))
        if operation == "create":
            is_plain = (
                is_own
                & Domain("message_type", "=", "comment")
                & self._get_search_domain_share()
            )
            is_notification = Domain.FALSE
            if user.has_group("helpdesk_mgmt.group_helpdesk_user_own"):
                # an agent who hands a ticket over notifies the new agent after losing
                # access to the ticket
                is_notification = is_own & Domain(
                    "message_type", "=", "user_notification"
                )
            # Odoo lets all followers of a record post on it
            return ~is_notification & (
                self._get_unreadable_ticket_domain(among)
                | (on_ticket & is_read_only & ~is_plain)
            )
        if user.has_group("helpdesk_mgmt.group_helpdesk_manager"):
            return Domain.FALSE
        return on_ticket & (~is_own | is_read_only)

    def _get_tickets_domain(self):
        """Return the domain of the tickets of these messages, as a subquery.

        Without it, the database would look for all tickets that the user may read, for
        each message that somebody posts.
        """
        # sudo: mail.message - only the tickets, whose access is checked then
        Message = self.sudo().with_context(active_test=False)
        on_ticket = Domain("model", "=", "helpdesk.ticket")
        query = Message._search(Domain("id", "in", self.ids) & on_ticket)
        ticket_ids = Message._field_to_sql(query.table, "res_id", query)
        return Domain("id", "in", query.subselect(ticket_ids))

    def _get_forbidden_access(self, operation):
        domain = self._get_forbidden_domain(operation, self._get_tickets_domain())
        # sudo: mail.message - only to find those that are forbidden
        forbidden = self & self.sudo().search(Domain("id", "in", self.ids) & domain)
        if rest := self - forbidden:
            forbidden += super(MailMessage, rest)._get_forbidden_access(operation)
        return forbidden
