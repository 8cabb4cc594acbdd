"""What a report may be about: the types the portal shows, each with its categories."""

from odoo import api, models
from odoo.fields import Domain


class HelpdeskTicketType(models.Model):
    _inherit = "helpdesk.ticket.type"

    @api.model
    def _portal_get_choices(self):
        """Return the types and categories the present user may report.

        :return: list of pairs of a type, as root, and its categories; those of no
            type stand last, under an empty one
        """
        # sudo: helpdesk.ticket.type - names the portal shows; employees have no right
        types = self.sudo().search(Domain("show_in_portal", "=", True))
        visible = self.env["asset.asset"]._scan_get_visible_categories()
        categories = visible - visible.parent_id
        by_type = categories.sudo().grouped("type_id")
        choices = [(kind, by_type.pop(kind, categories[:0])) for kind in types]
        # a hidden type hides its categories
        loose = by_type.get(self.browse(), categories[:0])
        # sudo: helpdesk.ticket.type - none, as root like the others
        return choices + ([(self.sudo().browse(), loose)] if loose else [])
