"""What makes the desk's pages an app on a phone: manifest, worker, offline page.

The worker answers a page that cannot be reached with one that says so. It caches no
page of the desk, because each shows what its reader may see at this moment. Other
addons add their own parts to the worker: see ``_get_service_worker_files``.
"""

from odoo.http import Controller, request, route
from odoo.tools import file_open

MODULE = "school_helpdesk_portal"


class HelpdeskApp(Controller):
    @route("/helpdesk/manifest.webmanifest", type="http", auth="public", readonly=True)
    def manifest(self):
        company = request.env.company
        icons = [
            {
                "src": f"/{MODULE}/static/img/app-{size}.png",
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": purpose,
            }
            for size in (192, 512)
            for purpose in ("any", "maskable")
        ]
        return request.make_json_response(
            {
                "id": "/my/tickets",
                # sudo: res.company - the school's name is on every public page
                "name": request.env._(
                    "%(school)s Help Desk", school=company.sudo().name
                ),
                "short_name": request.env._("Help Desk"),
                "start_url": "/my/tickets",
                "scope": "/",
                "display": "standalone",
                "background_color": "#ffffff",
                "theme_color": "#1f5f8b",
                "icons": icons,
            },
            headers={"Content-Type": "application/manifest+json"},
        )

    @route("/helpdesk/service-worker.js", type="http", auth="public", readonly=True)
    def service_worker(self):
        """Return the worker: the source files of all addons, one after the other."""
        sources = []
        for path in self._get_service_worker_files():
            with file_open(path) as source:
                sources.append(source.read())
        return request.make_response(
            "\n".join(sources),
            headers=[
                ("Content-Type", "text/javascript"),
                # The pages are below /my and /helpdesk, behind a language or not
                ("Service-Worker-Allowed", "/"),
                ("Cache-Control", "no-cache"),
            ],
        )

    def _get_service_worker_files(self):
        """Return the source files of the worker, as paths from the addons' folders.

        They share one scope: a name at the top of a file must be used in no other.
        """
        return [f"{MODULE}/static/src/worker/service_worker.js"]

    @route(
        "/helpdesk/offline",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        readonly=True,
    )
    def offline(self, draft="", **_kwargs):
        """Say that there is no connection; ``draft``: on a page that keeps its form."""
        return request.render(f"{MODULE}.offline", {"draft": bool(draft)})
