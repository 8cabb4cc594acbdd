"""Clocks are figures of agents, too, even without the report."""

from odoo import api, models
from odoo.fields import Domain


class HelpdeskTicketSla(models.Model):
    _name = "helpdesk.ticket.sla"
    _inherit = ["helpdesk.ticket.sla", "helpdesk.colleagues.mixin"]

    #: Counts what was met and missed in a period without reading all clocks.
    _judged_idx = models.Index("(ticket_id) INCLUDE (state, sla_id)")

    @api.model
    def _get_own_domain(self, names):
        return Domain("ticket_id.user_id", "=", self.env.uid)
