"""Offers problems of the whole room if several of its devices have new tickets."""

from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

from odoo.addons.school_asset_helpdesk_bridge.models.helpdesk_ticket_asset_link import (
    WORKING_CATEGORIES,
)

#: How many hours a ticket counts as new.
FRESH_HOURS = 24
#: How many devices of a room need new tickets to suggest a problem of the whole room.
MANY_DEVICES = 3
#: Types of locations that are too large to have one problem in all their rooms.
LARGE_PLACES = ("campus", "building", "floor")
#: The categories of problems that affect a whole room.
ROOM_CATEGORIES = (
    "school_asset_helpdesk_bridge.category_power_issues",
    "school_asset_helpdesk_bridge.category_internet_access",
)


class AssetAsset(models.Model):
    _name = "asset.asset"
    _inherit = ["asset.asset"]

    def _scan_get_room_categories(self):
        """Return the categories to offer for the whole room; may be empty."""
        self.ensure_one()
        if not self._scan_has_room_problem():
            return self.env["helpdesk.ticket.category"]
        visible = self._scan_get_visible_categories()
        wanted = [
            category.id
            for xmlid in ROOM_CATEGORIES
            if (category := self.env.ref(xmlid, raise_if_not_found=False))
        ]
        return visible.browse(wanted) & visible

    def _scan_has_room_problem(self):
        """Whether several devices of the room have new open tickets."""
        room = self.location_id
        if not room or room.location_type in LARGE_PLACES:
            return False
        since = fields.Datetime.now() - timedelta(hours=FRESH_HOURS)
        # sudo: helpdesk.ticket.asset.link - only a count, no data of tickets
        Link = self.env["helpdesk.ticket.asset.link"].sudo()
        [[count]] = Link._read_group(
            Domain("asset_id.location_id", "=", room.id)
            & Domain("ticket_id.create_date", ">=", since)
            & Domain("ticket_id.status_category", "in", WORKING_CATEGORIES),
            [],
            ["asset_id:count_distinct"],
        )
        return count >= MANY_DEVICES
