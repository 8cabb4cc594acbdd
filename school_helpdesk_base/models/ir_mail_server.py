"""Faults of Odoo's sending that the desk's mails would suffer from.

A mail server that ends the connection harms only the mail that is being sent. Odoo
leaves this mail as failed, without a reason and without telling anybody, and lets the
mails behind it wait for an hour. If it is always the same mail that the server cannot
take, they wait for ever.

The name of the sender stays. Odoo drops it if the mail server has no *FROM Filtering*
and the mail comes from the address of the notifications, as those of the desk do.

A line break in a name, for example from a spreadsheet, becomes a blank. Odoo sends no
mail to, or in the name of, a contact with such a name.
"""

import smtplib

from odoo import api, models
from odoo.tools import email_normalize

from odoo.addons.base.models.ir_mail_server import MailDeliveryException


class IrMailServer(models.Model):
    _inherit = "ir.mail_server"

    def _build_email__(self, email_from, email_to, subject, *args, **kwargs):  # noqa: PLW3201 - Odoo's name
        lines = {
            name: _on_one_line(kwargs[name])
            for name in ("email_cc", "email_bcc", "reply_to")
            if name in kwargs
        }
        return super()._build_email__(
            _on_one_line(email_from),
            _on_one_line(email_to),
            _on_one_line(subject),
            *args,
            **{**kwargs, **lines},
        )

    def send_email(self, message, *args, smtp_session=None, **kwargs):
        # smtplib forgets the socket of a connection that has ended
        if smtp_session and getattr(smtp_session, "sock", True) is None:
            smtp_session = None  # Odoo opens another one
        try:
            return super().send_email(
                message, *args, smtp_session=smtp_session, **kwargs
            )
        except smtplib.SMTPServerDisconnected as error:
            raise MailDeliveryException(
                self.env._("The mail server has ended the connection."), str(error)
            ) from error

    @api.model
    def _alter_message__(self, message, smtp_from, smtp_to_list):  # noqa: PLW3201 - Odoo's name
        sender = str(message["From"] or "")
        if sender and email_normalize(sender) == email_normalize(smtp_from):
            smtp_from = sender
        return super()._alter_message__(message, smtp_from, smtp_to_list)


def _on_one_line(value):
    """Return a text, or each text of a list, without line breaks."""
    if isinstance(value, str):
        return " ".join(value.splitlines())
    return [_on_one_line(text) for text in value] if value else value
