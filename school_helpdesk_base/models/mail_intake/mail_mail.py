"""Adds the marker to the mails that the desk sends (see ``mail_reference.py``)."""

from markupsafe import Markup

from odoo import models
from odoo.tools.mail import append_content_to_html

from ..helpdesk_ticket.mail_reference import COMMENT, NOTE

MARKER_STYLE = "margin: 16px 0 0; font-size: 11px; color: #8f8f8f;"


class MailMail(models.Model):
    _name = "mail.mail"
    _inherit = ["mail.mail"]

    def _prepare_outgoing_body(self):
        body = super()._prepare_outgoing_body()
        if self.model != "helpdesk.ticket" or not self.res_id or not body:
            return body
        message = self.mail_message_id
        is_note = message._is_note(
            {
                "is_internal": message.is_internal,
                "message_type": message.message_type,
                "subtype_id": message.subtype_id.id,
            }
        )
        ticket = self.env["helpdesk.ticket"].browse(self.res_id)
        marker = Markup('<p style="%s">%s</p>') % (
            MARKER_STYLE,
            ticket._get_mail_marker(NOTE if is_note else COMMENT),
        )
        return append_content_to_html(body, marker, plaintext=False)
