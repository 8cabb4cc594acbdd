"""Makes the portal installable as an app: manifest, service worker, offline page.

The service worker shows the offline page when a page cannot be loaded. It caches no
other page, because each page depends on the user's current access rights. Other addons
can add their own parts to the service worker: see ``_get_service_worker_files``.
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
                "start_url": "/my",
                "scope": "/",
                "display": "standalone",
                "background_color": "#ffffff",
                "icons": icons,
            },
            headers={"Content-Type": "application/manifest+json"},
        )

    @route("/helpdesk/service-worker.js", type="http", auth="public", readonly=True)
    def service_worker(self):
        """Return the service worker: the source files of all addons, concatenated."""
        sources = []
        for path in self._get_service_worker_files():
            with file_open(path) as source:
                sources.append(source.read())
        return request.make_response(
            "\n".join(sources),
            headers=[
                ("Content-Type", "text/javascript"),
                # all paths: pages can have a language prefix, such as /th/my/tickets
                ("Service-Worker-Allowed", "/"),
                ("Cache-Control", "no-cache"),
            ],
        )

    def _get_service_worker_files(self):
        """Return the paths of the service worker's source files.

        The paths start with the name of the addon. All files share one scope, so a
        top-level name must occur in one file only.
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
        """Show that there is no connection.

        :param draft: not empty if the requested page stores a draft of its form
        """
        return request.render(f"{MODULE}.offline", {"draft": bool(draft)})
