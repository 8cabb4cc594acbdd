"""The figures of a ticket contain its first device.

A link stores when its ticket was created, so that the tickets of each device can be
counted without reading the tickets.
"""

from odoo import api, fields, models


class HelpdeskTicketAssetLink(models.Model):
    _inherit = "helpdesk.ticket.asset.link"

    ticket_active = fields.Boolean(related="ticket_id.active", store=True)
    ticket_date = fields.Datetime(
        related="ticket_id.create_date", string="Ticket Created", store=True
    )

    #: Counts the tickets of the last year by device.
    _year_idx = models.Index("(ticket_date) INCLUDE (asset_id) WHERE ticket_active")

    @api.model_create_multi
    def create(self, vals_list):
        links = super().create(vals_list)
        links.ticket_id._mark_figures()
        return links

    def write(self, vals):
        result = super().write(vals)
        self.ticket_id._mark_figures()
        return result
