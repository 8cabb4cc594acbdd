from odoo import fields, models


class HelpdeskTicketStatusLog(models.Model):
    _inherit = "helpdesk.ticket.status.log"

    working_hours = fields.Float(
        readonly=True,
        help="Working hours of the finished time in this stage; empty before its end.",
    )

    #: Finds the rows of the backlog of some days.
    _backlog_idx = models.Index(
        """("end") WHERE status_category IN ('open', 'waiting')"""
    )
