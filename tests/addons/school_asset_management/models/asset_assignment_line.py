"""An asset in a teacher's assignment."""

from odoo import fields, models


class AssetAssignmentLine(models.Model):
    _name = "asset.assignment.line"
    _description = "Asset Teacher Assignment Line"
    _rec_name = "asset_id"

    assignment_id = fields.Many2one(
        "asset.teacher.assignment", required=True, index=True, ondelete="cascade"
    )
    asset_id = fields.Many2one("asset.asset", required=True, index=True)
