"""Hides the notifications about tickets.

Odoo shows all employees who was notified, and the subject of the message.
"""

from odoo import api, models
from odoo.fields import Domain


class MailNotification(models.Model):
    _name = "mail.notification"
    _inherit = ["mail.notification", "helpdesk.internal.mixin"]

    @api.model
    def _get_domain_except_tickets(self, tickets):
        me = self.env.user.partner_id.id
        return (
            Domain("res_partner_id", "!=", me)
            & Domain("author_id", "!=", me)
            & Domain(
                "mail_message_id",
                "any!",
                Domain("model", "=", "helpdesk.ticket")
                & Domain("res_id", "not in", tickets),
            )
        )
