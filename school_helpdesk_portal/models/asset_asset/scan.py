"""What a scanned device is asked about: the likely problems, and the known ones."""

from odoo import models
from odoo.fields import Domain

#: Problems to choose from by one tap, besides "something else".
SHOWN_PROBLEMS = 6
SHOWN_TICKETS = 3
#: So many of the latest reports tell what goes wrong with a kind of device. More would
#: not tell more, and take the longer the older the desk is.
COUNTED_REPORTS = 200
HARDWARE_CATEGORY = "school_asset_helpdesk_bridge.category_hardware"


class AssetAsset(models.Model):
    _name = "asset.asset"
    _inherit = ["asset.asset"]

    def _scan_get_categories(self):
        """Return the ticket categories that fit the device, likeliest first.

        What its model was reported for most, then its kind of device, then the
        portal's hardware problems, those first that are called after the device.
        """
        self.ensure_one()
        visible = self._scan_get_visible_categories()
        problems = visible - visible.parent_id
        found = self.env["helpdesk.ticket.category"]
        if self.model:
            found += self._scan_count_categories(
                Domain("asset_id.brand", "=", self.brand)
                & Domain("asset_id.model", "=", self.model),
                problems,
            )
        if len(found) < SHOWN_PROBLEMS:
            found |= self._scan_count_categories(
                Domain("asset_id.category_id", "=", self.category_id.id), problems
            )
        if len(found) < SHOWN_PROBLEMS:
            hardware = self.env.ref(HARDWARE_CATEGORY, raise_if_not_found=False)
            others = problems.filtered(
                lambda category: not hardware or category.parent_id == hardware
            )
            found |= others.sorted(lambda category: not self._is_namesake(category))
        return found[:SHOWN_PROBLEMS].with_env(visible.env)

    def _scan_get_visible_categories(self):
        """Return the categories a requester may choose, by his own rights."""
        # back from root to who asks
        Category = self.env["helpdesk.ticket.category"].sudo(False)
        return Category.search(
            Domain("show_in_portal", "=", True)
            & Domain("company_id", "in", [False, self.env.company.id])
        )

    def _scan_count_categories(self, domain, problems):
        """Return what some devices were reported for lately, most frequent first."""
        # sudo: helpdesk.ticket.asset.link - counts without anything of a ticket
        Link = self.env["helpdesk.ticket.asset.link"].sudo()
        latest = Link.search(domain, order="id desc", limit=COUNTED_REPORTS)
        rows = Link._read_group(
            Domain("id", "in", latest.ids)
            & Domain("ticket_id.category_id", "in", problems.ids)
            & Domain("ticket_id.status_category", "!=", "cancelled"),
            ["ticket_id.category_id"],
            order="ticket_id:count_distinct desc, ticket_id.category_id",
            limit=SHOWN_PROBLEMS,
        )
        return problems.browse(category.id for [category] in rows)

    def _is_namesake(self, category):
        """Whether a problem is called after the kind of device."""
        words = category.with_context(lang=None).name.lower().split()
        kind = (self.category_id.with_context(lang=None).name or "").lower()
        return any(len(word) > 3 and word.rstrip("s") in kind for word in words)

    def _scan_get_open_tickets(self):
        """Return the newest tickets being worked on, as root: the device's, its room's.

        What concerns the whole room goes first.
        """
        is_open = Domain("status_category", "in", ("open", "waiting"))
        return self._scan_search_tickets(is_open)[:SHOWN_TICKETS]

    def _scan_find_ticket(self, ticket_id):
        """Return a ticket on the device or on its whole room, as root, or none."""
        return self._scan_search_tickets(Domain("id", "=", ticket_id))

    def _scan_search_tickets(self, domain):
        self.ensure_one()
        # sudo: helpdesk.ticket - the page says when and what status, nothing else
        Ticket = self.env["helpdesk.ticket"].sudo()
        found = Ticket
        for concerned in (
            Domain("whole_room_id", "in", self.location_id.ids),
            Domain("asset_link_ids.asset_id", "=", self.id),
        ):
            # one search each: the two together could use neither index
            found |= Ticket.search(
                concerned & domain, order="id desc", limit=SHOWN_TICKETS
            )
        return found
