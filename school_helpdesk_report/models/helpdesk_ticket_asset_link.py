"""The figures of a ticket contain its first device."""

from odoo import api, models


class HelpdeskTicketAssetLink(models.Model):
    _inherit = "helpdesk.ticket.asset.link"

    @api.model_create_multi
    def create(self, vals_list):
        links = super().create(vals_list)
        links.ticket_id._mark_figures()
        return links

    def write(self, vals):
        result = super().write(vals)
        self.ticket_id._mark_figures()
        return result
