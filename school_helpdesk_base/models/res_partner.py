"""A contact with tickets cannot be deleted. Only the desk sees how many there are."""

from odoo import fields, models

from .helpdesk_ticket.ticket import DESK_ONLY


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "helpdesk.used.mixin"]

    helpdesk_ticket_ids = fields.One2many(groups=DESK_ONLY)
    helpdesk_ticket_count = fields.Integer(groups=DESK_ONLY)
    helpdesk_ticket_active_count = fields.Integer(groups=DESK_ONLY)
    helpdesk_ticket_count_string = fields.Char(groups=DESK_ONLY)
