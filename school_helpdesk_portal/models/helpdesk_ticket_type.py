"""The ticket types of the report form, each with its categories."""

from odoo import api, models
from odoo.fields import Domain


class HelpdeskTicketType(models.Model):
    _inherit = "helpdesk.ticket.type"

    @api.model
    def _portal_get_choices(self):
        """Return the types and categories that the current user may choose.

        :return: list of pairs of a type, with sudo, and its categories; categories
            without a type are last, with an empty type
        """
        # sudo: helpdesk.ticket.type - requesters have no access; only types that the
        # portal shows
        types = self.sudo().search(Domain("show_in_portal", "=", True))
        visible = self.env["asset.asset"]._scan_get_visible_categories()
        categories = visible - visible.parent_id
        by_type = categories.sudo().grouped("type_id")
        choices = [(kind, by_type.pop(kind, categories[:0])) for kind in types]
        # a hidden type hides its categories
        loose = by_type.get(self.browse(), categories[:0])
        # sudo: helpdesk.ticket.type - an empty recordset, in sudo like the other types
        return choices + ([(self.sudo().browse(), loose)] if loose else [])
