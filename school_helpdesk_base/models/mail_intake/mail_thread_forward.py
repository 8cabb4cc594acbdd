"""Finds the original sender of a mail that an agent forwards to the desk."""

import re

from odoo import api, models
from odoo.tools import email_normalize, html2plaintext
from odoo.tools.mail import email_split_and_format

from ...tools.incoming_mail import read_header_text, read_headers
from ...tools.mail_people import is_no_reply
from .mail_thread_follow_up import FORWARDED

#: The line of the sender in the header of a forwarded mail, in several languages.
_FROM_LINE = re.compile(
    r"^[>*\s]*(?:from|von|de|da|från|van|จาก)\s*\*?\s*:\s*\*?\s*(?P<sender>.*)$",
    re.IGNORECASE | re.MULTILINE,
)
#: Such a header has a line with the subject or the date near the line of the sender.
_NEXT_LINES = re.compile(
    r"^[>*\s]*(?:sent|date|to|subject|gesendet|datum|an|betreff|envoyé|objet|à|fecha"
    r"|asunto|para|ส่ง|ส่งเมื่อ|วันที่|ถึง|เรื่อง|หัวเรื่อง)\s*\*?\s*:",
    re.IGNORECASE | re.MULTILINE,
)
#: How many characters of a mail are searched for the header.
MAX_TEXT = 20_000


class MailThread(models.AbstractModel):
    _name = "mail.thread"
    _inherit = ["mail.thread"]

    @api.model
    def _find_forwarded_sender(self, mail):
        """Return the original sender of a mail that an agent forwards, else "".

        :param TicketMail mail: the mail
        """
        if not FORWARDED.match(mail.values.get("subject") or ""):
            return ""
        # sudo: res.users - the gateway reads who the sender is
        user = self.env["res.users"].sudo().browse(mail.route[3])
        if (
            not self.env.company.helpdesk_mail_forward
            or email_normalize(user.email or "") != mail.sender
            or not user.has_group("helpdesk_mgmt.group_helpdesk_user_own")
        ):
            return ""
        # sudo: mail.alias.domain - only compares addresses
        domains = self.env["mail.alias.domain"].sudo()
        for original in self._get_original_senders(mail.values):
            address = email_normalize(original)
            if address and not (
                address == mail.sender
                or is_no_reply(address)
                # the desk would write to itself
                or domains._find_aliases([address])
            ):
                return original
        return ""

    @api.model
    def _get_original_senders(self, message_dict):
        """Yield the senders named in attached mails, then those named in the text."""
        for file in message_dict.get("attachments") or ():
            if (file.fname or "").endswith(".eml") and isinstance(file.content, bytes):
                sender = read_header_text(read_headers(file.content), "from")
                yield from email_split_and_format(sender)
        text = html2plaintext(message_dict.get("body") or "")[:MAX_TEXT]
        for match in _FROM_LINE.finditer(text):
            if _NEXT_LINES.search(text[match.end() : match.end() + 500]):
                # html2plaintext writes links as "[1]"
                sender = re.sub(r"\[\d+\]|mailto:", "", match["sender"])
                yield from email_split_and_format(sender)
