"""Who may read a ticket may read its SLA clocks, and nobody else may.

The clocks of a team without working hours stand still.
"""

from functools import partial

from odoo import api, fields, models
from odoo.fields import Domain


class HelpdeskTicketSla(models.Model):
    _inherit = "helpdesk.ticket.sla"

    ticket_id = fields.Many2one(index=True)

    def _stage_recompute(self):
        # a team without working hours has none to count
        if not self.ticket_id.team_id.resource_calendar_id:
            return None
        return super()._stage_recompute()

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        # searching must find no line that reading would refuse
        if not (self.env.su or bypass_access):
            Ticket = self.env["helpdesk.ticket"].with_context(active_test=False)
            domain = Domain(domain) & Domain("ticket_id", "in", Ticket._search([]))
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)

    def _check_access(self, operation):
        # sudo: helpdesk.ticket.sla - the line's ticket, before it is known whether the
        # line may be read: super() asks for it
        self.sudo().mapped("ticket_id")
        result = super()._check_access(operation)
        if not result or result[0]._name == self._name:
            return result
        # super() answers with the tickets refused; lines are what was asked for
        refused, _error = result
        lines = self.filtered(lambda line: line.ticket_id in refused)
        return lines, partial(self.env["ir.rule"]._make_access_error, operation, lines)
