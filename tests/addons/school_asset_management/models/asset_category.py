"""Asset categories; the complete name begins with the topmost parent."""

from odoo import api, fields, models


class AssetCategory(models.Model):
    _name = "asset.category"
    _description = "Asset Category"
    _parent_name = "parent_id"
    _parent_store = True
    _rec_name = "complete_name"
    _order = "complete_name"

    name = fields.Char(required=True, translate=True)
    code = fields.Char()
    parent_id = fields.Many2one("asset.category", index=True, ondelete="restrict")
    parent_path = fields.Char(index=True)
    complete_name = fields.Char(
        compute="_compute_complete_name", store=True, recursive=True
    )
    active = fields.Boolean(default=True)

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self):
        for record in self:
            names = [record.parent_id.complete_name, record.name]
            record.complete_name = " / ".join(name for name in names if name)
