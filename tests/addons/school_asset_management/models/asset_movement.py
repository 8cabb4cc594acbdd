"""A log of the changes of an asset's location and custodian."""

from odoo import fields, models


class AssetMovement(models.Model):
    _name = "asset.movement"
    _description = "Asset Movement"
    _order = "id desc"

    asset_id = fields.Many2one(
        "asset.asset", required=True, index=True, ondelete="cascade"
    )
    from_location_id = fields.Many2one("asset.location")
    to_location_id = fields.Many2one("asset.location")
    from_custodian_id = fields.Many2one("hr.employee")
    to_custodian_id = fields.Many2one("hr.employee")
