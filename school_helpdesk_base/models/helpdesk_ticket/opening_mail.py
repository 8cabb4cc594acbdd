"""The mail that opened a ticket: its text is also the description.

The mail gateway creates the ticket before it stores the pictures of the mail, so the
description refers to pictures inside the mail (``cid:``). As soon as the mail is
posted, the description gets its text, which refers to the stored pictures.
"""

from lxml import html

from odoo import models
from odoo.tools import is_html_empty


def get_visible_content(content):
    """Return ``(text, pictures)``: the text of HTML and its number of pictures."""
    if is_html_empty(content) and "<img" not in (content or ""):
        return "", 0
    root = html.fragment_fromstring(content, create_parent="div")
    return " ".join(root.text_content().split()), len(root.findall(".//img"))


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        # sudo: helpdesk.ticket - the text of the mail that has just been posted on it
        self.sudo()._show_stored_pictures(message.sudo())
        return result

    def _show_stored_pictures(self, messages):
        """Replace the description by the same text with links to stored pictures.

        :param messages: messages of the ticket, with the mail that opened it
        """
        self.ensure_one()
        mails = messages.filtered(lambda message: message.message_type == "email")
        if mails and "cid:" in (self.description or ""):
            if mail := self._get_opening_mail(mails):
                self.description = mail.body

    def _get_opening_mail(self, messages):
        """Return the mail with the same content as the description; may be empty.

        A page that shows the description should not show this mail as well.

        :param messages: messages of the ticket, the oldest first
        """
        self.ensure_one()
        requesters = self._get_requesters()
        mails = messages.filtered(
            lambda message: message.message_type == "email"
            and message.author_id in requesters
        )
        if not mails:
            return mails
        content = get_visible_content(self.description)
        # most often it is the first one, so the others are not read
        return next(
            (mail for mail in mails if get_visible_content(mail.body) == content),
            mails.browse(),
        )
