"""Hides the activities of a ticket from its requesters, like internal notes.

Odoo shows activities to all employees who may read the record and lets them mark the
activities as done. A requester who is an employee would read the desk's plans.
"""

from odoo import api, models
from odoo.fields import Domain


class MailActivity(models.Model):
    _name = "mail.activity"
    _inherit = ["mail.activity", "helpdesk.internal.mixin"]

    @api.model
    def _get_domain_except_tickets(self, tickets):
        # users always see their own activities
        return (
            Domain("res_model", "=", "helpdesk.ticket")
            & Domain("user_id", "!=", self.env.uid)
            & Domain("res_id", "not in", tickets)
        )
