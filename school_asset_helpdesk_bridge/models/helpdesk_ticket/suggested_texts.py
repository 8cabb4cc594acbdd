"""The title and the description that the form suggests for a device and a symptom.

A suggestion follows the device and the symptom until somebody changes the text: the
agent may first choose the wrong device.
"""

from odoo import api, fields, models
from odoo.tools import html2plaintext, is_html_empty

from odoo.addons.school_helpdesk_base.models.helpdesk_ticket.ticket import DESK_ONLY


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    # The form remembers the last suggestions in these fields.
    suggested_title = fields.Char(store=False, groups=DESK_ONLY)
    suggested_description = fields.Text(store=False, groups=DESK_ONLY)

    @api.onchange("asset_id", "symptom_id", "description")
    def _onchange_suggested_texts(self):
        asset = self.asset_id
        # the editor may have filled in an empty paragraph
        if is_html_empty(self.description) or (
            self.suggested_description
            and html2plaintext(self.description) == self.suggested_description
        ):
            self.description = bool(asset) and self._get_asset_description(asset)
            self.suggested_description = html2plaintext(self.description or "")
        if not self.name or self.name in (
            self.suggested_title,
            bool(asset) and self._get_asset_title(asset),
        ):
            self.name = self.suggested_title = self._get_suggested_title(
                asset, self.symptom_id, self.description
            )

    @api.model
    def _get_suggested_title(self, asset, symptom, description):
        """Return a title for a device and a symptom, False if there is neither."""
        if symptom:
            return self._get_symptom_title(symptom, asset)
        return bool(asset) and self._get_asset_title(asset, description)
