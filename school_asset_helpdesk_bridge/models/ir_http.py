"""A route that takes whatever follows, so that no made-up label slips past its page.

Werkzeug's own converters leave out line breaks, leading slashes or nothing at all: such
an address would get the website's answer, and tell that it never was a label.
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
