"""Shows the page behind the link in a guest's mail in the guest's language."""

from odoo import models

from .helpdesk_guest_report import GUEST_PATH


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _get_helpdesk_language_paths(cls):
        return [*super()._get_helpdesk_language_paths(), GUEST_PATH]
