"""An asset in a student's assignment."""

from odoo import fields, models


class AssetStudentLine(models.Model):
    _name = "asset.student.line"
    _description = "Asset Student Assignment Line"
    _rec_name = "asset_id"

    assignment_id = fields.Many2one(
        "asset.student.assignment", required=True, index=True, ondelete="cascade"
    )
    asset_id = fields.Many2one("asset.asset", required=True, index=True)
