"""A ticket's status, as everything beyond its own stage asks for it."""

from odoo import fields, models


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    status_category = fields.Selection(
        related="stage_id.status_category", store=True, index=True, string="Status"
    )
