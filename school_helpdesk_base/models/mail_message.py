"""What is written on a ticket is read by its requesters, and notes by the desk only.

Odoo shows each message to whoever was notified of it, and notes to every employee who
may read the record: followers would read other people's tickets, and a requester who
works at the school what the desk writes about him.
"""

from odoo import api, models
from odoo.fields import Domain

#: Types of messages that a person writes: no log entry and no automatic mail.
PERSON_MESSAGE_TYPES = ("comment", "email", "email_outgoing")
#: Where Odoo keeps the files of a message until it is sent.
DRAFT_MODELS = ("mail.compose.message", "mail.scheduled.message")


class MailMessage(models.Model):
    _inherit = "mail.message"

    @api.model
    def _get_requester_readable_domain(self):
        """Return the domain of messages that a person wrote for the requester to read.

        It holds neither internal notes nor what Odoo or the desk's code wrote. It says
        nothing about access: the caller decides whose ticket a message is on.
        """
        return Domain("message_type", "in", PERSON_MESSAGE_TYPES) & (
            self._get_search_domain_share()
        )

    def _is_readable_by_requester(self):
        """Return those of these messages that a person wrote for the requester to read.

        Made for batches; of a single message, the result is true or false.
        """
        return self.filtered_domain(self._get_requester_readable_domain())

    # ------------------------------------------------------------------
    # Their files
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        messages = super().create(vals_list)
        # Odoo adds the pictures of the text to the values
        if any(values.get("attachment_ids") for values in vals_list):
            messages._take_files()
        return messages

    def write(self, vals):
        if not vals.keys() & {"attachment_ids", "is_internal", "subtype_id"}:
            return super().write(vals)
        # sudo: mail.message, ir.attachment - facts about files, whoever writes
        before_sudo = self.sudo().attachment_ids
        result = super().write(vals)
        if "attachment_ids" in vals:
            self._take_files()
            (before_sudo - self.sudo().attachment_ids)._update_desk_only()
        else:
            before_sudo._update_desk_only()
        return result

    def unlink(self):
        # sudo: mail.message, ir.attachment - facts about files, whoever deletes
        files_sudo = self.sudo().attachment_ids
        result = super().unlink()
        if files_sudo:
            files_sudo.exists()._update_desk_only()
        return result

    def _take_files(self):
        """Give the files of messages to their record, so that they pass its gate.

        Files that belong to nothing yet become the record's. Those of another record
        stay there. Whoever may not send every file sends a copy of them.
        """
        Attachment = self.env["ir.attachment"]
        gated = Attachment._get_gated_models()
        # sudo: mail.message, ir.attachment - who may post them has been checked
        for message_sudo in self.sudo():
            if message_sudo.model not in gated or not message_sudo.res_id:
                continue
            place = {"res_model": message_sudo.model, "res_id": message_sudo.res_id}
            others = message_sudo.attachment_ids.filtered(
                lambda file: file.res_model not in gated
            )
            loose = others.filtered(
                lambda file: not file.res_model or file.res_model in DRAFT_MODELS
            )
            loose.write(place)
            foreign = others - loose
            if foreign and not Attachment._keeps_any_file():
                copies = foreign.copy(place)
                message_sudo.attachment_ids = (
                    message_sudo.attachment_ids - foreign + copies
                )
        self.sudo().attachment_ids._update_desk_only()

    # ------------------------------------------------------------------
    # Who may do what
    # ------------------------------------------------------------------

    @api.model
    def _get_kept_domain(self):
        """Return which messages on tickets are kept from the present user.

        His own words never are. Others' are when he may not read the ticket, be he
        following and mailed about it or not, and notes when he may not work on it. A
        colleague named in a message reads it, a requester named in a note does not.
        """
        Ticket = self.env["helpdesk.ticket"]
        if Ticket._is_desk_wide_reader():
            return Domain.FALSE
        me = self.env.user.partner_id
        is_named = Domain.FALSE
        if self.env.user._is_internal():
            is_named = Domain("partner_ids", "in", me.ids)
        is_note_kept = (
            ~self._get_search_domain_share()
            & Domain("res_id", "not in", Ticket._get_workable_query())
            & (~is_named | Domain("res_id", "in", Ticket._get_requested_query(me)))
        )
        is_ticket_kept = self._get_unreadable_ticket_domain() & ~is_named
        return (
            Domain("model", "=", "helpdesk.ticket")
            & Domain("author_id", "!=", me.id)
            & (is_note_kept | is_ticket_kept)
        )

    @api.model
    def _get_unreadable_ticket_domain(self):
        """Return which messages are on tickets the present user may not read."""
        Ticket = self.env["helpdesk.ticket"].with_context(active_test=False)
        on_ticket = Domain("model", "=", "helpdesk.ticket")
        if not Ticket.has_access("read"):
            return on_ticket
        return on_ticket & Domain("res_id", "not in", Ticket._search([]))

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        if not (self.env.su or bypass_access):
            domain = Domain(domain) & ~self._get_kept_domain()
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)

    @api.model
    def _get_refused_domain(self, operation):
        """Return with which messages on tickets the present user may not do something.

        A message is changed by its author, as far as he is of the desk, and by a
        manager; a requester corrects his words by the page. Who only reads a ticket
        adds plain words of his own.
        """
        if operation == "read":
            return self._get_kept_domain()
        user = self.env.user
        Ticket = self.env["helpdesk.ticket"]
        on_ticket = Domain("model", "=", "helpdesk.ticket")
        is_own = Domain("author_id", "=", user.partner_id.id)
        is_only_read = Domain.FALSE
        if not Ticket._is_desk_wide_reader():
            is_only_read = Domain("res_id", "not in", Ticket._get_workable_query())
        if operation == "create":
            is_plain = (
                is_own
                & Domain("message_type", "=", "comment")
                & self._get_search_domain_share()
            )
            is_notification = Domain.FALSE
            if user.has_group("helpdesk_mgmt.group_helpdesk_user_own"):
                # who hands a ticket over tells its new agent: then it is his no more
                is_notification = is_own & Domain(
                    "message_type", "=", "user_notification"
                )
            # Odoo lets whoever follows a record write on it
            return ~is_notification & (
                self._get_unreadable_ticket_domain()
                | (on_ticket & is_only_read & ~is_plain)
            )
        if user.has_group("helpdesk_mgmt.group_helpdesk_manager"):
            return Domain.FALSE
        return on_ticket & (~is_own | is_only_read)

    def _get_forbidden_access(self, operation):
        refused = self._get_refused_domain(operation)
        # sudo: mail.message - only which of them are kept from the user
        forbidden = self & self.sudo().search(Domain("id", "in", self.ids) & refused)
        if rest := self - forbidden:
            forbidden += super(MailMessage, rest)._get_forbidden_access(operation)
        return forbidden
