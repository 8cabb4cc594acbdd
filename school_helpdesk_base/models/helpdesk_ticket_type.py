"""A type that tickets use cannot be deleted."""

from odoo import models


class HelpdeskTicketType(models.Model):
    _name = "helpdesk.ticket.type"
    _inherit = [
        "helpdesk.ticket.type",
        "helpdesk.used.mixin",
        "helpdesk.literal.search.mixin",
    ]
