"""Switches the daily overview off, from the link in the mail."""

from werkzeug.exceptions import NotFound

from odoo.http import Controller, request, route

from .main import parse_id

URL = "/helpdesk/overview/stop/<string:user_id>/<string:token>"


class HelpdeskDigest(Controller):
    @route(
        URL,
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
        sitemap=False,
        readonly=True,
    )
    def digest_stop(self, user_id, token):
        """Ask first: programs that check links open them, too."""
        self._find_user(user_id, token)
        return request.render("school_helpdesk_base.digest_stop", {"is_done": False})

    # Without a CSRF token, because mail programs send this request themselves
    # (RFC 8058). The signed token in the address says that its reader wants it.
    @route(URL, type="http", auth="public", website=True, methods=["POST"], csrf=False)
    def digest_stopped(self, user_id, token, **_kwargs):
        self._find_user(user_id, token)._stop_digest()
        return request.render("school_helpdesk_base.digest_stop", {"is_done": True})

    def _find_user(self, user_id, token):
        """Return the user of a signed address, with sudo."""
        number = parse_id(user_id)
        # sudo: res.users - the token, which is checked here, gives the right to change
        # one setting
        user_sudo = request.env["res.users"].sudo().browse(number).exists()
        if not (token.isascii() and user_sudo._is_digest_stop_token(token)):
            raise NotFound()
        return user_sudo
