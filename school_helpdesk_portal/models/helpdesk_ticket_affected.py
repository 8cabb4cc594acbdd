"""People who are affected by the problem of a ticket, in addition to its requesters.

If thirty students report the same projector, the desk gets one ticket with thirty
affected people instead of thirty tickets. Affected people get no access to the ticket
and do not learn who reported the problem.
"""

from odoo import fields, models


class HelpdeskTicketAffected(models.Model):
    _name = "helpdesk.ticket.affected"
    _inherit = ["helpdesk.literal.search.mixin"]
    _description = "Person Affected by a Ticket's Problem"
    _rec_name = "partner_id"

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Person",
        required=True,
        index=True,
        ondelete="cascade",
    )

    _ticket_partner_unique = models.UniqueIndex(
        "(ticket_id, partner_id)", "This person is counted already."
    )
