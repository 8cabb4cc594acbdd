"""Answer malformed URLs with 404 instead of an error."""

from odoo import models
from odoo.http import request


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _serve_fallback(cls):
        """Search no page for a URL with NUL, which PostgreSQL cannot compare."""
        if "\x00" in request.httprequest.path:
            return None
        return super()._serve_fallback()
