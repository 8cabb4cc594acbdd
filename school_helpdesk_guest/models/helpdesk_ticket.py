"""Removes the links that confirm a guest's report from quoted mails.

Anybody with the link could confirm the report.
"""

from odoo import api, models

from .helpdesk_guest_report import GUEST_PATH


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    @api.model
    def _get_secret_paths(self):
        return [*super()._get_secret_paths(), f"{GUEST_PATH}/"]
