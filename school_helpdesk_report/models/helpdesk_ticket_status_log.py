from odoo import api, fields, models
from odoo.fields import Domain


class HelpdeskTicketStatusLog(models.Model):
    _name = "helpdesk.ticket.status.log"
    _inherit = ["helpdesk.ticket.status.log", "helpdesk.colleagues.mixin"]

    working_hours = fields.Float(
        readonly=True,
        help="Working hours of the finished time in this stage; empty before its end.",
    )

    #: Finds the rows of the backlog of some days.
    _backlog_idx = models.Index(
        """("end") WHERE status_category IN ('open', 'waiting')"""
    )

    @api.model
    def _get_own_domain(self, names):
        # the same name is that of who moved the ticket, and of its assignee
        return Domain("user_id", "=", self.env.uid) & Domain(
            "ticket_id.user_id", "=", self.env.uid
        )
