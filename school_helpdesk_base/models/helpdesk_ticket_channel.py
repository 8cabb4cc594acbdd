"""A channel that tickets use cannot be deleted."""

from odoo import models


class HelpdeskTicketChannel(models.Model):
    _name = "helpdesk.ticket.channel"
    _inherit = [
        "helpdesk.ticket.channel",
        "helpdesk.used.mixin",
        "helpdesk.literal.search.mixin",
    ]
