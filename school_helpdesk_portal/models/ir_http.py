"""The language chosen on a page also counts where a label or a guest's link leads.

These pages are none of the website, so that they cost little and open anywhere; the
website alone would look at the choice.
"""

from odoo import models
from odoo.http import request

from odoo.addons.school_asset_helpdesk_bridge.models.asset_asset.qr import SCAN_PATH

from .helpdesk_guest_report import GUEST_PATH


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _pre_dispatch(cls, rule, args):
        result = super()._pre_dispatch(rule, args)
        if rule.rule.startswith((SCAN_PATH, GUEST_PATH)):
            chosen = request.cookies.get("frontend_lang")
            if chosen in {
                language["code"]
                for language in request.env["website"]._helpdesk_get_languages()
            }:
                request.update_context(lang=chosen)
        return result
