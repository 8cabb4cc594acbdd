"""A URL converter for the scan page that accepts any text, even an invalid token.

Werkzeug's own converters do not match line breaks, leading slashes or an empty text.
For such an address, the website would answer instead of the scan page. The different
answer would reveal that the token cannot exist.
"""

from werkzeug.routing import BaseConverter

from odoo import models


class RestConverter(BaseConverter):
    """Match the rest of the address: any characters, slashes too, or none."""

    regex = r"(?s:.*)"
    part_isolating = False
    weight = 300


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _get_converters(cls):
        return {**super()._get_converters(), "rest": RestConverter}
