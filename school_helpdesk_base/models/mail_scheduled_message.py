"""Hides the scheduled messages of a ticket from everybody but the desk.

Odoo lets all employees who may post on a record read and change its scheduled messages
and notes, and then posts the changed text.
"""

from odoo import api, models
from odoo.fields import Domain


class MailScheduledMessage(models.Model):
    _name = "mail.scheduled.message"
    _inherit = ["mail.scheduled.message", "helpdesk.internal.mixin"]

    @api.model
    def _get_domain_except_tickets(self, tickets):
        return Domain("model", "=", "helpdesk.ticket") & Domain(
            "res_id", "not in", tickets
        )
