"""The public page that a scanned label opens.

The page shows the model and the room of the device. All invalid labels (malformed,
revoked, replaced or unknown) get the same answer, so that nobody can find out which
tokens exist.
"""

from urllib.parse import urlencode

from odoo.http import Controller, request, route

from odoo.addons.school_helpdesk_base.controllers.main import reads_only

from ..models.asset_asset.qr import SCAN_PATH

#: The form to report a problem without a label; visitors must sign in first.
FORM_PATH = "/new/ticket"
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    # the address contains the secret token: other pages must not receive it
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}


class ScanController(Controller):
    @route(
        [SCAN_PATH, f"{SCAN_PATH}/<rest:token>"],
        type="http",
        auth="public",
        methods=["GET"],
        readonly=reads_only,
        save_session=False,
        sitemap=False,
    )
    def scan(self, token="", **_kwargs):
        """Show the device of a label; every invalid label gets the same 404 page."""
        asset_sudo = request.env["asset.asset"]._qr_find_by_token(token)
        if asset_sudo:
            response = self._render_scan_page(asset_sudo)
        else:
            response = request.render(
                "school_asset_helpdesk_bridge.scan_not_found",
                {"lang": request.env.lang, "report_url": FORM_PATH},
                status=404,
            )
        response.headers.update(self._get_scan_headers(asset_sudo))
        return response

    def _get_scan_headers(self, asset_sudo):
        """Return the headers of the page; `asset_sudo` is empty for an invalid label.

        Other addons can extend this method.
        """
        return HEADERS

    def _render_scan_page(self, asset_sudo):
        """Return the page of a valid label. Other addons can extend this method."""
        return request.render(
            "school_asset_helpdesk_bridge.scan_page",
            self._prepare_scan_values(asset_sudo),
        )

    def _prepare_scan_values(self, asset_sudo):
        """Return the values of the page: only texts and addresses, no records."""
        model = asset_sudo._get_desk_model()
        kind = model or asset_sudo.category_id.name
        values = {
            "lang": request.env.lang,
            "school": request.env.company._get_helpdesk_name(),
            "device": kind,
            "detail": "",
            "room": asset_sudo.location_id.name or "",
            "login_url": False,
            "report_url": False,
        }
        if request.env.user._is_public():
            query = urlencode({"redirect": asset_sudo._qr_get_path()})
            values["login_url"] = f"/web/login?{query}"
        else:
            values["device"] = asset_sudo.name or kind
            values["detail"] = model if asset_sudo.name and model else ""
            values["report_url"] = FORM_PATH
        return values
