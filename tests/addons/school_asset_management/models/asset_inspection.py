"""The result of an inspection of an asset."""

from odoo import fields, models


class AssetInspection(models.Model):
    _name = "asset.inspection"
    _description = "Asset Inspection"
    _order = "id desc"

    asset_id = fields.Many2one(
        "asset.asset", required=True, index=True, ondelete="cascade"
    )
    damage_found = fields.Boolean()
    damage_description = fields.Text()
    repair_cost = fields.Float()
    photo_ids = fields.Many2many("ir.attachment")
    action_required = fields.Selection(
        [
            ("none", "None"),
            ("monitor", "Monitor"),
            ("repair", "Repair"),
            ("replace", "Replace"),
        ],
        default="none",
    )
    damage_case_id = fields.Many2one("asset.damage.case")
