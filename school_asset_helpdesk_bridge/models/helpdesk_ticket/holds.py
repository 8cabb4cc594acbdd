"""What a ticket's assets are held for: they follow it wherever it goes."""

from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain

from ..helpdesk_ticket_asset_link import WORKING_CATEGORIES


class HelpdeskTicket(models.Model):
    _inherit = ["helpdesk.ticket"]

    # ------------------------------------------------------------------
    # The assets follow
    # ------------------------------------------------------------------

    @api.model
    def _on_status_changed(self, old_statuses, by_setup=False):
        result = super()._on_status_changed(old_statuses, by_setup=by_setup)
        self.browse(ticket.id for ticket in old_statuses)._sync_assets()
        return result

    @api.model
    def _on_active_changed(self, tickets):
        result = super()._on_active_changed(tickets)
        tickets._sync_assets()
        return result

    def unlink(self):
        self.check_access("unlink")
        # sudo: helpdesk.ticket.asset.link - the tickets go, so what they hold is free;
        # the database's own cascade would not tell
        self.sudo().asset_link_ids.unlink()
        return super().unlink()

    def _sync_assets(self):
        """Sync the assets that these tickets begin or cease to hold."""
        # sudo: helpdesk.ticket.asset.link - the assets follow, whoever moves the ticket
        links = self.env["helpdesk.ticket.asset.link"].sudo()
        links.search(
            Domain("ticket_id", "in", self.ids)
            & (Domain("out_of_service", "=", True) | Domain("is_holding", "=", True)),
            order="id",
        ).with_env(self.env)._sync_assets()

    # ------------------------------------------------------------------
    # Merge
    # ------------------------------------------------------------------

    def _merge_concerns(self, target, shared):
        # first, so that what holds an asset goes over before anything ends
        self._merge_assets(target)
        return super()._merge_concerns(target, shared)

    def _merge_assets(self, target):
        """Move the assets and damage cases of these tickets to another, once each.

        The target's own main device stays its main device. A hold goes over without a
        gap; what no source holds (by now) is not held by the merge.
        """
        # sudo: helpdesk.ticket.asset.link, asset.damage.case - allowed by the merge
        target_sudo = target.sudo()
        links = self.sudo().asset_link_ids
        self.sudo().damage_case_ids.ticket_id = target_sudo
        is_working = target_sudo.status_category in WORKING_CATEGORIES
        known = defaultdict(
            links.browse, target_sudo.asset_link_ids.grouped("asset_id")
        )
        for link in links.sorted("id"):
            out_of_service = link.out_of_service and (link.is_holding or not is_working)
            twin = known[link.asset_id]
            if twin:
                twin._take_over_hold(link)
                twin.write(
                    {
                        "out_of_service": twin.out_of_service or out_of_service,
                        "note": twin.note or link.note,
                    }
                )
                link.unlink()
                continue
            primary = link.role == "primary" and not target_sudo.asset_id
            link.write(
                {
                    "role": "primary" if primary else "affected",
                    "ticket_id": target_sudo.id,
                    "out_of_service": out_of_service,
                }
            )
            known[link.asset_id] = link
