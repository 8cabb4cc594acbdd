"""Sends no error mail to the sender of a mail that is parked or tried again."""

from odoo import models


class MailAlias(models.Model):
    _name = "mail.alias"
    _inherit = ["mail.alias"]

    def _alias_bounce_incoming_email(self, message, message_dict, set_invalid=True):
        intake = self.env.context.get("helpdesk_intake")
        if intake and set_invalid:
            # Odoo failed, not the sender: the mail is tried again or parked
            return
        if intake:
            intake.reason = "refused"
        super()._alias_bounce_incoming_email(
            message, message_dict, set_invalid=set_invalid
        )
