"""OCA's report, without clocks that count neither as met nor as missed."""

from odoo import fields, models

from .helpdesk_sla import TARGETS


class HelpdeskSlaReport(models.Model):
    _name = "helpdesk.sla.report"
    _inherit = ["helpdesk.sla.report", "helpdesk.literal.search.mixin"]
    _depends = {
        "helpdesk.ticket": ["active", "create_date", "name", "team_id"],
        "helpdesk.ticket.sla": ["deadline", "state", "target", "ticket_id"],
    }

    target = fields.Selection(selection=TARGETS, readonly=True)

    def _select_sla(self):
        return f"{super()._select_sla()}, hts.target AS target"

    def _where_sla(self):
        return f"{super()._where_sla()} AND hts.state <> 'void'"
