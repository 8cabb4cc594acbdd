"""The page that reads a label with the camera, also in the installed app."""

from odoo.http import Controller, request, route

SCANNER_PATH = "/helpdesk/scanner"


class Scanner(Controller):
    @route(
        SCANNER_PATH,
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        readonly=True,
    )
    def scanner(self, **_kwargs):
        return request.render("school_helpdesk_portal.scanner", {"page_name": "scan"})
