"""Searches without wildcards: "%" and "_" in a typed text are ordinary characters.

The mixin covers all fields of a search view, also those of other addons.
"""

from odoo import api, models

from ..tools.search_text import take_literally


class HelpdeskLiteralSearchMixin(models.AbstractModel):
    _name = "helpdesk.literal.search.mixin"
    _description = "Search without Wildcards"

    @api.model
    def _search(self, domain, *args, **kwargs):
        return super()._search(take_literally(domain), *args, **kwargs)
