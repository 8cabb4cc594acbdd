"""Answer malformed URLs with 404 instead of an error."""

from odoo import models
from odoo.http import request


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _serve_fallback(cls):
        """Do not search for a page if the URL contains NUL: PostgreSQL rejects it."""
        if "\x00" in request.httprequest.path:
            return None
        return super()._serve_fallback()
