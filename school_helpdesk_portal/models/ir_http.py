"""Applies the chosen language and the website's colours to the scan page.

Odoo applies them to website pages only. The scan page is not a website page, to make it
faster.
"""

from odoo import models
from odoo.http import request

from odoo.addons.school_asset_helpdesk_bridge.models.asset_asset.qr import SCAN_PATH


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _get_helpdesk_language_paths(cls):
        """Return path prefixes of pages with language and colours of the website.

        :return: list of str
        """
        return [SCAN_PATH]

    @classmethod
    def _pre_dispatch(cls, rule, args):
        result = super()._pre_dispatch(rule, args)
        if rule.rule.startswith(tuple(cls._get_helpdesk_language_paths())):
            website = request.env["website"].get_current_website()
            request.update_context(website_id=website.id)
            chosen = request.cookies.get("frontend_lang")
            if chosen in {
                language["code"]
                for language in request.env["website"]._helpdesk_get_languages()
            }:
                request.update_context(lang=chosen)
        return result
