"""The building of a room, and short names of rooms."""

from odoo import api, fields, models


class AssetLocation(models.Model):
    _name = "asset.location"
    _inherit = [
        "asset.location",
        "asset.tree.of.rules.mixin",
        "helpdesk.literal.search.mixin",
    ]

    building_id = fields.Many2one(
        comodel_name="asset.location",
        string="Building",
        compute="_compute_building_id",
        store=True,
        recursive=True,
        index="btree_not_null",
        help="The nearest building that contains this location or, if there is none, "
        "the topmost location.",
    )

    @api.depends("location_type", "parent_id.building_id")
    def _compute_building_id(self):
        for location in self:
            if location.location_type == "building" or not location.parent_id:
                location.building_id = location
            else:
                location.building_id = location.parent_id.building_id

    @api.depends_context("short_location")
    def _compute_display_name(self):
        """Show only the room with the context key ``short_location``, as in lists."""
        result = super()._compute_display_name()
        if self.env.context.get("short_location"):
            for location in self:
                location.display_name = location.name or location.display_name
        return result
