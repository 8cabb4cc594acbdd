"""The help icon: it leads everybody to the page that explains their own work."""

from odoo import http
from odoo.http import request

from odoo.addons.school_helpdesk_kb.controllers.article import LIST_URL


class HelpdeskGuide(http.Controller):
    @http.route(
        "/helpdesk/help",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        sitemap=False,
    )
    def guide(self, **_kwargs):
        """Redirect to the guide of the user's role, or else to the list of articles."""
        guide = request.env["helpdesk.article"]._get_guide()
        return request.redirect(guide.website_url or LIST_URL)
