"""The devices somebody may report on the form: his own, and those of their rooms."""

from odoo import api, models

#: Devices one page shows; whoever has more of them scans the label instead.
SHOWN_DEVICES = 300


class AssetAsset(models.Model):
    _name = "asset.asset"
    _inherit = ["asset.asset"]

    @api.model
    def _report_get_devices(self):
        """Return what the present user may report, as root, room by room.

        :return: his own, and a list of pairs of a room, which may be empty, and its
            devices
        """
        own_sudo = self._portal_get_own_assets(self.env.user.partner_id)
        assets_sudo = own_sudo | own_sudo._portal_get_room_assets()
        return own_sudo, list(assets_sudo.grouped("location_id").items())
