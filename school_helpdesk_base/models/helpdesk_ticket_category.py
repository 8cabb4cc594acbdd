"""The ticket type of a category, so that users need not choose both."""

from odoo import api, fields, models


class HelpdeskTicketCategory(models.Model):
    _name = "helpdesk.ticket.category"
    _inherit = [
        "helpdesk.ticket.category",
        "helpdesk.used.mixin",
        "helpdesk.literal.search.mixin",
    ]

    type_id = fields.Many2one(
        comodel_name="helpdesk.ticket.type",
        string="Ticket Type",
        compute="_compute_type_id",
        store=True,
        readonly=False,
        recursive=True,
        index="btree_not_null",
        help="Tickets of this category get this type. A subcategory has the type of "
        "its parent category.",
    )

    @api.depends("parent_id.type_id")
    def _compute_type_id(self):
        for category in self:
            category.type_id = category.parent_id.type_id or category.type_id

    def _get_deleted_with(self):
        # the database deletes subcategories with their parent category
        return self.search([("id", "child_of", self.ids)])
