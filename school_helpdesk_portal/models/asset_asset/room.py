"""What a scanned device's room tells: several broken at once are one problem."""

from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

#: Hours for which a ticket says something about the room as it is now.
FRESH_HOURS = 24
#: Devices of one room with such tickets that point to the room itself.
MANY_DEVICES = 3
#: Places too large for their devices to have anything in common.
LARGE_PLACES = ("campus", "building", "floor")
#: What takes a whole room down.
ROOM_CATEGORIES = (
    "school_asset_helpdesk_bridge.category_power_issues",
    "school_asset_helpdesk_bridge.category_internet_access",
)


class AssetAsset(models.Model):
    _name = "asset.asset"
    _inherit = ["asset.asset"]

    def _scan_get_room_categories(self):
        """Return what may be wrong with the whole room, or none where little is."""
        self.ensure_one()
        visible = self._scan_get_visible_categories()
        if not self._scan_is_room_troubled():
            return visible.browse()
        wanted = [
            category.id
            for xmlid in ROOM_CATEGORIES
            if (category := self.env.ref(xmlid, raise_if_not_found=False))
        ]
        return visible.browse(wanted) & visible

    def _scan_is_room_troubled(self):
        """Whether several devices of the room were reported a short while ago."""
        room = self.location_id
        if not room or room.location_type in LARGE_PLACES:
            return False
        since = fields.Datetime.now() - timedelta(hours=FRESH_HOURS)
        # sudo: helpdesk.ticket.asset.link - a count, without anything of a ticket
        Link = self.env["helpdesk.ticket.asset.link"].sudo()
        [[count]] = Link._read_group(
            Domain("asset_id.location_id", "=", room.id)
            & Domain("ticket_id.create_date", ">=", since)
            & Domain("ticket_id.status_category", "in", ("open", "waiting")),
            [],
            ["asset_id:count_distinct"],
        )
        return count >= MANY_DEVICES
