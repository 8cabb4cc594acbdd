"""Only users who may read a ticket may read its SLA clocks.

A clock is not updated while its team has no working hours.
"""

from functools import partial

from odoo import api, fields, models
from odoo.fields import Domain


class HelpdeskTicketSla(models.Model):
    _name = "helpdesk.ticket.sla"
    _inherit = ["helpdesk.ticket.sla", "helpdesk.names.mixin"]

    ticket_id = fields.Many2one(index=True)

    def _stage_recompute(self):
        # OCA cannot compute the elapsed time without working hours
        if not self.ticket_id.team_id.resource_calendar_id:
            return None
        return super()._stage_recompute()

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        # a search must not return lines that the user may not read
        if not (self.env.su or bypass_access):
            Ticket = self.env["helpdesk.ticket"].with_context(active_test=False)
            domain = Domain(domain) & Domain("ticket_id", "in", Ticket._search([]))
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)

    def _check_access(self, operation):
        # sudo: helpdesk.ticket.sla - super() needs the tickets of the lines before it
        # has decided whether the user may read the lines
        self.sudo().mapped("ticket_id")
        result = super()._check_access(operation)
        if not result or result[0]._name == self._name:
            return result
        # super() returns the refused tickets; the caller expects the refused lines
        refused, _error = result
        lines = self.filtered(lambda line: line.ticket_id in refused)
        return lines, partial(self.env["ir.rule"]._make_access_error, operation, lines)
