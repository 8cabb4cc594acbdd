"""Who else has the problem of a ticket: counted, and given no right to read it.

A class of thirty before one dark projector is one ticket that matters more, and not
thirty tickets. None of them learns who has reported it or what he wrote.
"""

from odoo import fields, models


class HelpdeskTicketAffected(models.Model):
    _name = "helpdesk.ticket.affected"
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
