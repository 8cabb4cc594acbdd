"""Hours logged: one row for each timesheet line of a ticket.

For managers only: agents may not read the lines of others.
"""

from odoo import api, fields, models
from odoo.tools import SQL


class HelpdeskHoursReport(models.Model):
    _name = "helpdesk.hours.report"
    _inherit = ["helpdesk.ticket.report.mixin"]
    _description = "Hours Logged on Tickets"
    _auto = False
    _order = "date desc, id desc"
    _depends = {
        "account.analytic.line": ["date", "ticket_id", "unit_amount", "user_id"],
    }

    date = fields.Date(string="Day", readonly=True)
    agent_id = fields.Many2one(
        comodel_name="res.users",
        string="Agent",
        readonly=True,
        help="Who has worked; the assignee of the ticket may be somebody else.",
    )
    hours = fields.Float(readonly=True)

    @api.model
    def _get_columns(self):
        return {
            "id": SQL("line.id"),
            "date": SQL("line.date"),
            "agent_id": SQL("line.user_id"),
            "hours": SQL("line.unit_amount"),
        }

    @api.model
    def _get_source(self):
        return SQL(
            "account_analytic_line AS line"
            " JOIN helpdesk_ticket AS ticket ON ticket.id = line.ticket_id"
        )
