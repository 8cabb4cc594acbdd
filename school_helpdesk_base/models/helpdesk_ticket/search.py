"""Finds tickets by the words that a person types, without wildcards."""

from odoo import api, fields, models

from ...tools.search_text import contains, search_words


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket", "helpdesk.literal.search.mixin"]

    words = fields.Char(store=False, search="_search_words")

    @api.model
    def _search_words(self, operator, value):
        return search_words(["number", "name"], operator, value)

    @api.model
    def _search_display_name(self, operator, value):
        if operator == "ilike" and isinstance(value, str) and value:
            return contains(self._rec_names_search, value)
        return super()._search_display_name(operator, value)
