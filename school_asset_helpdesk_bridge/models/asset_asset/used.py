"""A device with tickets cannot be deleted: the tickets would lose it."""

from odoo import models
from odoo.fields import Domain


class AssetAsset(models.Model):
    _name = "asset.asset"
    _inherit = ["asset.asset", "helpdesk.used.mixin"]

    def _get_used_domain(self):
        return super()._get_used_domain() | Domain(
            "asset_link_ids.asset_id", "in", self.ids
        )
