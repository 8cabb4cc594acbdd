"""What kind of request a category belongs to, so that nobody chooses it twice."""

from odoo import api, fields, models


class HelpdeskTicketCategory(models.Model):
    _inherit = "helpdesk.ticket.category"

    type_id = fields.Many2one(
        comodel_name="helpdesk.ticket.type",
        string="Ticket Type",
        compute="_compute_type_id",
        store=True,
        readonly=False,
        recursive=True,
        index="btree_not_null",
        help="Tickets of this category are of this type. A category below another one "
        "has the type of that one.",
    )

    @api.depends("parent_id.type_id")
    def _compute_type_id(self):
        for category in self:
            category.type_id = category.parent_id.type_id or category.type_id
