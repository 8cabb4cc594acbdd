"""A ticket's status and people, as everything beyond its own stage asks for them."""

from odoo import fields, models


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    status_category = fields.Selection(
        related="stage_id.status_category", store=True, index=True, string="Status"
    )
    priority = fields.Selection(
        selection=[("0", "Low"), ("1", "Normal"), ("2", "High"), ("3", "Urgent")]
    )
    partner_id = fields.Many2one(string="Requester", index=True)
    submitter_id = fields.Many2one(
        comodel_name="res.partner",
        string="Reported by",
        index="btree_not_null",
        help="Who reported the ticket, where that is not the requester: a teacher "
        "for a student, a colleague for a colleague.",
    )
