"""Answers an encoded address that Odoo would redirect to itself with 404."""

from urllib.parse import unquote

from werkzeug.exceptions import HTTPException, NotFound

from odoo import models
from odoo.http import request


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _pre_dispatch(cls, rule, args):
        """Do not redirect to the same address.

        Odoo decodes the requested path once more than the path it compares it with. It
        would redirect ``/%2541`` to ``/%2541``, and the browser would never stop.
        """
        try:
            return super()._pre_dispatch(rule, args)
        except HTTPException as error:
            if error.response is None or error.response.status_code != 301:
                raise
            _domain, path = rule.build(args)
            if unquote(path) == request.httprequest.path:
                raise NotFound() from error
            raise
