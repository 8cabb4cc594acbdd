"""Synchronizes the assets of a ticket when the ticket changes or is merged."""

from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain

from ..helpdesk_ticket_asset_link import WORKING_CATEGORIES


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    # ------------------------------------------------------------------
    # Changes of the ticket
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
        # sudo: helpdesk.ticket.asset.link - deleting the ticket includes its links; the
        # database's cascade would not release the assets
        self.sudo().asset_link_ids.unlink()
        return super().unlink()

    def _sync_assets(self):
        """Synchronize the assets on which these tickets begin or end a hold."""
        # sudo: helpdesk.ticket.asset.link - assets are updated for every user
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
        # before super(): the holds must move to the target before the sources are
        # cancelled
        self._merge_assets(target)
        return super()._merge_concerns(target, shared)

    def _merge_assets(self, target):
        """Move the assets and damage cases of these tickets to `target`.

        The target keeps its own main device, and no asset is linked twice. The target
        takes over the holds. If the target is open, a link marked as out of service
        that no longer holds its asset loses this mark.
        """
        # sudo: helpdesk.ticket.asset.link, asset.damage.case - the merge was allowed
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
