"""The pages that a monitoring system reads.

``/helpdesk/health`` says whether the help desk works, as JSON. ``/helpdesk/metrics``
has the figures in the text format of Prometheus. All figures need the token of the
settings, as ``Authorization: Bearer <token>``. It is not accepted in the address,
because addresses are written to logs.

The pages are not read-only, so Odoo asks the primary database for them: a read replica
that answers does not say whether somebody can report a problem.
"""

import json

from odoo import http
from odoo.http import request
from odoo.tools import consteq

from ..models.res_config_settings import TOKEN

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class MonitorController(http.Controller):
    @http.route(
        "/helpdesk/health",
        type="http",
        auth="none",
        methods=["GET"],
        readonly=False,
        save_session=False,
    )
    def health(self, **_params):
        """Say whether the help desk works; status 503 if it does not.

        Without a database, Odoo calls this method only if the addon is in the option
        ``server_wide_modules``.
        """
        if not request.db:
            return self._answer_json({"ok": False, "database": False}, 503)
        if "helpdesk.monitor" not in request.env:
            # the addon is on the server, but is not installed in this database
            return request.not_found()
        has_token = self._has_token()
        if has_token is False:
            return self._refuse()
        # sudo: helpdesk.monitor - no user is signed in; figures need the token
        health = request.env["helpdesk.monitor"].sudo()._get_health()
        status = 200 if health["ok"] else 503
        return self._answer_json(health if has_token else {"ok": health["ok"]}, status)

    @http.route(
        "/helpdesk/metrics",
        type="http",
        auth="none",
        methods=["GET"],
        readonly=False,
        save_session=False,
    )
    def metrics(self, **_params):
        if not request.db:
            return self._answer_json({"ok": False, "database": False}, 503)
        if "helpdesk.monitor" not in request.env:
            return request.not_found()
        if not self._has_token():
            return self._refuse()
        # sudo: helpdesk.monitor - no user is signed in; the token was checked
        text = request.env["helpdesk.monitor"].sudo()._get_metrics()
        headers = [("Content-Type", METRICS_TYPE), ("Cache-Control", "no-store")]
        return request.make_response(text, headers)

    def _has_token(self):
        """Whether the request has the right token; None if it has none at all."""
        kind, _space, given = request.httprequest.headers.get(
            "Authorization", ""
        ).partition(" ")
        if kind.lower() != "bearer":
            return None
        # sudo: ir.config_parameter - compared with what the request brings, not shown
        token = request.env["ir.config_parameter"].sudo().get_param(TOKEN)
        # consteq takes the same time for each wrong token
        return bool(token) and consteq(token.encode(), given.strip().encode())

    def _answer_json(self, content, status):
        headers = [("Content-Type", "application/json"), ("Cache-Control", "no-store")]
        return request.make_response(json.dumps(content), headers, status=status)

    def _refuse(self):
        headers = [("WWW-Authenticate", "Bearer"), ("Cache-Control", "no-store")]
        return request.make_response("", headers, status=401)
