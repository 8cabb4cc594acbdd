"""A tag that tickets use cannot be deleted."""

from odoo import models


class HelpdeskTicketTag(models.Model):
    _name = "helpdesk.ticket.tag"
    _inherit = [
        "helpdesk.ticket.tag",
        "helpdesk.used.mixin",
        "helpdesk.literal.search.mixin",
    ]
