"""Odoo's page about the website, which lists the addons that are installed."""

from odoo import http
from odoo.http import request

from odoo.addons.website.controllers.main import Website

from ..models.website import INFO_VIEW


class HelpdeskWebsiteInfo(Website):
    @http.route()
    def website_info(self, **kwargs):
        """Show no empty page where the contents are switched off."""
        if not request.website.is_view_active(INFO_VIEW):
            raise request.not_found()
        return super().website_info(**kwargs)
