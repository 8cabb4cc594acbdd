"""Hides the followers of a ticket: they show whose ticket it is.

Odoo shows followers to all employees.
"""

from odoo import api, models
from odoo.fields import Domain


class MailFollowers(models.Model):
    _name = "mail.followers"
    _inherit = ["mail.followers", "helpdesk.internal.mixin"]

    @api.model
    def _get_domain_except_tickets(self, tickets):
        return (
            Domain("res_model", "=", "helpdesk.ticket")
            & Domain("partner_id", "!=", self.env.user.partner_id.id)
            & Domain("res_id", "not in", tickets)
        )
