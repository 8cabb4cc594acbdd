"""Answers malformed addresses for which Odoo raises an error or redirects forever."""

from urllib.parse import unquote

from werkzeug.exceptions import BadRequest, HTTPException, NotFound

from odoo import models
from odoo.http import request
from odoo.tools import str2bool

from ..controllers.main import parse_id

#: Odoo's routes that send files.
FILE_ROUTES = ("/web/content", "/web/image")


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _pre_dispatch(cls, rule, args):
        """Do not redirect to the same address.

        Odoo decodes the requested path once more than the path it compares it with. It
        would redirect ``/%2541`` to ``/%2541``, and the browser would never stop.
        """
        if request.httprequest.path.startswith(FILE_ROUTES):
            cls._check_file_parameters({**request.httprequest.args, **args})
        try:
            return super()._pre_dispatch(rule, args)
        except HTTPException as error:
            if error.response is None or error.response.status_code != 301:
                raise
            _domain, path = rule.build(args)
            if unquote(path) == request.httprequest.path:
                raise NotFound() from error
            raise

    @classmethod
    def _check_file_parameters(cls, values):
        """Refuse parameters of a file's address that Odoo cannot read.

        :raise BadRequest: a parameter is not a valid number or boolean
        """
        try:
            str2bool(values.get("download", "no"))
            for name in ("width", "height"):
                int(values.get(name, 0))
        except ValueError as error:
            raise BadRequest() from error
        number = str(values.get("id") or "")
        if number and not parse_id(number.lstrip("-")):
            raise BadRequest()
