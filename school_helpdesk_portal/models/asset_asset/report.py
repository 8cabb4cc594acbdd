"""The devices on the report form: the user's own devices and those in their rooms."""

from odoo import api, models

#: How many devices the form shows; for other devices, users scan the label.
SHOWN_DEVICES = 300


class AssetAsset(models.Model):
    _name = "asset.asset"
    _inherit = ["asset.asset"]

    @api.model
    def _report_get_devices(self):
        """Return the devices that the current user may report, with sudo.

        :return: ``(own, groups)``: the user's own devices; a list of pairs of a room,
            which may be empty, and its devices
        """
        own_sudo = self._portal_get_own_assets(self.env.user.partner_id)
        assets_sudo = own_sudo | own_sudo._portal_get_room_assets()
        return own_sudo, list(assets_sudo.grouped("location_id").items())
