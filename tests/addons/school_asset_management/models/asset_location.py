"""Asset locations; the complete name begins with the topmost parent."""

from odoo import api, fields, models


class AssetLocation(models.Model):
    _name = "asset.location"
    _description = "Asset Location"
    _parent_name = "parent_id"
    _parent_store = True
    _rec_name = "complete_name"
    _order = "complete_name"

    name = fields.Char(required=True, translate=True)
    code = fields.Char()
    location_type = fields.Selection(
        [
            ("campus", "Campus"),
            ("building", "Building"),
            ("floor", "Floor"),
            ("room", "Room"),
            ("other", "Other"),
        ],
        default="room",
    )
    parent_id = fields.Many2one("asset.location", index=True, ondelete="restrict")
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
