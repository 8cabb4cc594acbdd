"""The likely problems and the open tickets of a scanned device."""

from odoo import models
from odoo.fields import Domain

from odoo.addons.school_asset_helpdesk_bridge.models.helpdesk_ticket_asset_link import (
    WORKING_CATEGORIES,
)

#: How many problems the page offers in addition to "Something else".
SHOWN_PROBLEMS = 6
SHOWN_TICKETS = 3
#: How many of the latest tickets are counted to find the most frequent problems. The
#: limit keeps the page fast when there are many tickets.
COUNTED_TICKETS = 200
HARDWARE_CATEGORY = "school_asset_helpdesk_bridge.category_hardware"


class AssetAsset(models.Model):
    _name = "asset.asset"
    _inherit = ["asset.asset"]

    def _scan_get_categories(self):
        """Return the ticket categories for the device, the most likely ones first.

        First come the most frequent categories of its model, then those of its asset
        category, then the other hardware categories of the portal. Of the last group,
        those with a name similar to the asset category's come first.
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
            found |= others.sorted(lambda category: not self._is_similar(category))
        return found[:SHOWN_PROBLEMS].with_env(visible.env)

    def _scan_get_visible_categories(self):
        """Return the categories that the current user may choose, without sudo."""
        # drop sudo: apply the access rights of the current user
        Category = self.env["helpdesk.ticket.category"].sudo(False)
        return Category.search(
            Domain("show_in_portal", "=", True)
            & Domain("company_id", "in", [False, self.env.company.id])
        )

    def _scan_count_categories(self, domain, problems):
        """Return the categories of the latest tickets, the most frequent ones first.

        :param domain: the domain of the links between tickets and devices
        :param problems: the categories to count
        """
        # sudo: helpdesk.ticket.asset.link - only counts, no data of tickets
        Link = self.env["helpdesk.ticket.asset.link"].sudo()
        latest = Link.search(domain, order="id desc", limit=COUNTED_TICKETS)
        rows = Link._read_group(
            Domain("id", "in", latest.ids)
            & Domain("ticket_id.category_id", "in", problems.ids)
            & Domain("ticket_id.status_category", "!=", "cancelled"),
            ["ticket_id.category_id"],
            order="ticket_id:count_distinct desc, ticket_id.category_id",
            limit=SHOWN_PROBLEMS,
        )
        return problems.browse(category.id for [category] in rows)

    def _is_similar(self, category):
        """Whether the names of a ticket category and the asset category are similar."""
        words = category.with_context(lang=None).name.lower().split()
        kind = (self.category_id.with_context(lang=None).name or "").lower()
        return any(len(word) > 3 and word.rstrip("s") in kind for word in words)

    def _scan_get_open_tickets(self):
        """Return the newest open tickets on the device or its whole room, with sudo.

        Tickets on the whole room come first.
        """
        is_open = Domain("status_category", "in", WORKING_CATEGORIES)
        return self._scan_search_tickets(is_open)[:SHOWN_TICKETS]

    def _scan_find_ticket(self, ticket_id):
        """Return a ticket, with sudo, if it is on the device or on its whole room."""
        return self._scan_search_tickets(Domain("id", "=", ticket_id))

    def _scan_search_tickets(self, domain):
        """Return tickets of the whole room, then of the device, with sudo.

        :param domain: a condition of the tickets
        """
        self.ensure_one()
        # sudo: helpdesk.ticket - the page shows only the age and the status
        Ticket = self.env["helpdesk.ticket"].sudo()
        found = Ticket
        for concerned in (
            Domain("whole_room_id", "in", self.location_id.ids),
            Domain("asset_link_ids.asset_id", "=", self.id),
        ):
            # two searches, because one search with both conditions uses no index
            found |= Ticket.search(
                concerned & domain, order="id desc", limit=SHOWN_TICKETS
            )
        return found
