"""Addresses that never fail."""

from werkzeug.exceptions import NotFound

from odoo import models
from odoo.http import request

#: What stands in the addresses of this addon.
MODELS = ("helpdesk.article", "helpdesk.article.category")


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _serve_fallback(cls):
        """Look for no page at what PostgreSQL cannot compare with an address."""
        if "\x00" in request.httprequest.path:
            return None
        return super()._serve_fallback()

    @classmethod
    def _pre_dispatch(cls, rule, args):
        """Deny the number 0 in an address, which Odoo would stumble over."""
        if any(_is_nothing(arg) for arg in args.values()):
            raise NotFound()
        return super()._pre_dispatch(rule, args)

    @classmethod
    def _slug(cls, value):
        """Let the page that denies it name its own address."""
        return "0" if _is_nothing(value) else super()._slug(value)


def _is_nothing(value):
    return (
        isinstance(value, models.BaseModel) and value._name in MODELS and not value.id
    )
