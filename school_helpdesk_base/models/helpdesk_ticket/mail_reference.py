"""Signed references to a ticket, in the mails that the desk sends.

A reply finds its ticket by the Message-ID of the mail it answers, although Odoo deletes
many automatic mails after sending them. Where a mail program or a mail server removes
the Message-IDs, the marker in the quoted text finds it. Both are signed with the secret
of the database, so that nobody can guess one. A ticket number in the subject is no
reference, because anybody could write it.
"""

import re

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import consteq, hmac
from odoo.tools.mail import unfold_references

#: The kinds of messages: one that the requester may read, and an internal note. A reply
#: gets the kind of the message that it answers.
COMMENT, NOTE = "c", "n"
#: How many Message-IDs of a header are read: the last ones, which are the newest. Odoo
#: reads the same number.
MAX_REFERENCES = 32
#: How many characters of a mail are searched for a marker. Real mails have a marker
#: before this; a longer text would only take time.
MAX_TEXT = 500_000

_MESSAGE_ID = re.compile(
    r"<(?P<local>[^<>@\s]+-openerp-(?P<id>\d{1,10})-helpdesk\.ticket)"
    r"-(?P<kind>[cn])(?P<signature>[0-9a-f]{16})@"
)
_MARKER = re.compile(r"\[#desk-(?P<id>\d{1,10})-(?P<kind>[cn])(?P<signature>\w{16})\]")


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    @api.model
    def _get_mail_signature(self, text):
        # sudo: ir.config_parameter - the database's secret, which is not returned
        return hmac(self.sudo().env, "helpdesk.ticket.mail", text)[:16]

    @api.model
    def _sign_message_id(self, message_id, kind):
        """Return the Message-ID of a message on a ticket with its signature."""
        local, at, host = message_id.lstrip("<").rpartition("@")
        return f"<{local}-{kind}{self._get_mail_signature(local + kind)}{at}{host}"

    @api.model
    def _read_message_id(self, text):
        """Return the ticket's id and the kind of a signed Message-ID, else None."""
        match = _MESSAGE_ID.match(text)
        if match and consteq(
            match["signature"], self._get_mail_signature(match["local"] + match["kind"])
        ):
            return int(match["id"]), match["kind"]
        return None

    def _get_mail_marker(self, kind):
        """Return the marker for the text of a mail about this ticket."""
        self.ensure_one()
        signature = self._get_mail_signature(f"{self.id}{kind}")
        return f"[#desk-{self.id}-{kind}{signature}]"

    @api.model
    def _find_by_references(self, text):
        """Return the ticket to which the headers of a reply refer, with its kind.

        The ticket is empty and the kind is None if they refer to no ticket.

        :param str text: the headers In-Reply-To and References
        """
        for reference in reversed(unfold_references(text)[-MAX_REFERENCES:]):
            if found := self._read_message_id(reference):
                return self._find_mail_ticket(*found)
        return self._find_mail_ticket(None, None)

    @api.model
    def _find_by_marker(self, text):
        """Return the ticket of the first valid marker in a text, with its kind.

        The result is that of ``_find_by_references``.
        """
        for match in _MARKER.finditer((text or "")[:MAX_TEXT]):
            expected = self._get_mail_signature(match["id"] + match["kind"])
            if consteq(match["signature"], expected):
                return self._find_mail_ticket(int(match["id"]), match["kind"])
        return self._find_mail_ticket(None, None)

    @api.model
    def _find_mail_ticket(self, ticket_id, kind):
        """Return the ticket, with sudo, and the kind; None if the ticket is deleted."""
        # sudo: helpdesk.ticket - the mail gateway decides who may do what on it
        tickets_sudo = self.sudo().with_context(active_test=False)
        ticket_sudo = tickets_sudo.browse(ticket_id or ()).exists()
        return ticket_sudo, kind if ticket_sudo else None

    # ------------------------------------------------------------------
    # Conversations
    # ------------------------------------------------------------------

    def _get_conversations(self):
        """Return the ids to which all mails about a ticket refer, by the ticket's id.

        Mail programs show mails together that refer to the same ids: the first mail on
        the ticket, if there is one, and an id that no mail has. The latter is not
        signed, because a reply is found by the mail that it answers.

        :return: dictionary of id to a list of Message-IDs
        """
        # sudo: mail.message - only the Message-IDs are read
        Message = self.env["mail.message"].sudo()
        # sudo: mail.message - the ids of mails that requesters have written
        groups = Message._read_group(
            Domain("model", "=", self._name)
            & Domain("res_id", "in", self.ids)
            & Domain("message_type", "=", "email"),
            ["res_id"],
            ["id:min"],
        )
        mails = Message.browse(message_id for _ticket_id, message_id in groups)
        first = {mail.res_id: [mail.message_id] for mail in mails if mail.message_id}
        conversations = {}
        for ticket in self:
            # sudo: mail.alias.domain - only its name
            domain = ticket.company_id.sudo().alias_domain_id.name or "localhost"
            signature = ticket._get_mail_signature(f"conversation{ticket.id}")
            own = f"<ticket.{ticket.id}.{signature}@{domain}>"
            conversations[ticket.id] = [own, *first.get(ticket.id, [])]
        return conversations

    def _notify_by_email_get_base_mail_values(self, message, recipients_data, **kwargs):
        values = super()._notify_by_email_get_base_mail_values(
            message, recipients_data, **kwargs
        )
        if self:
            # Odoo refers to the last messages, which the reader may not have got
            known = unfold_references(values.get("references") or "")
            ids = self._get_conversations()[self.id]
            values["references"] = " ".join(
                [*ids, *(one for one in known if one not in ids)]
            )
        return values
