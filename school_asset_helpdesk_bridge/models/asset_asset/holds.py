"""The status of an asset follows the records that hold it.

``asset_hold_mixin`` lists the rules.
"""

from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..asset_hold_mixin import GONE_STATUSES


class AssetAsset(models.Model):
    _name = "asset.asset"
    _inherit = ["asset.asset"]

    status_before_ticket = fields.Char(
        readonly=True,
        copy=False,
        help="The status that the asset gets back when no record holds it any longer. "
        "Empty when there is no status to restore.",
    )

    def write(self, vals):
        # the holds write both fields together, and only as superuser
        by_holds = self.env.su and "status_before_ticket" in vals
        if "status" not in vals or by_holds:
            return super().write(vals)
        changed = self.filtered(
            lambda asset: asset.status != vals["status"]
            # sudo: asset.asset - users need no access to the remembered status
            and asset.sudo().status_before_ticket
        )
        result = super().write(vals)
        if changed and not self.env.context.get("asset_status_from_case"):
            # sudo: asset.asset - users need no access to the remembered status
            changed.sudo().status_before_ticket = False
        return result

    def action_sync_holds(self):
        """Recompute which records hold these assets, and correct the status.

        Needed only after a direct change in the database, such as an import by SQL.

        :raise AccessError: unless the user may write the assets
        """
        self.check_access("write")
        self._sync_holds()

    def _sync_holds(self):
        """Store which records hold these assets, and correct the assets' status.

        Call this after every change that may begin or end a hold. A second call
        changes nothing.
        """
        # sudo: asset.asset - the status follows the holds for every user
        assets = self.sudo().exists()
        if not assets:
            return
        assets._lock_holds()
        held_ids, begun_ids = assets._sync_holders()
        in_repair_ids = assets._get_in_repair_ids()
        groups = defaultdict(assets.browse)
        for asset in assets:
            before = asset.status_before_ticket
            if asset.status in GONE_STATUSES or not (before or asset.id in begun_ids):
                continue
            if asset.id not in held_ids:
                values = (before, False)
            else:
                before = before or asset.status
                is_repair = asset.id in in_repair_ids or before == "repair"
                values = ("repair" if is_repair else "maintenance", before)
            if values != (asset.status, asset.status_before_ticket):
                groups[values] += asset
        for (status, before), group in groups.items():
            group.write({"status": status, "status_before_ticket": before})

    def _lock_holds(self):
        """Prevent two transactions from deciding about the same asset in parallel.

        When two tickets are resolved in parallel, each transaction still sees the
        other ticket as open. Updating the row makes the later transaction fail and
        retry.
        """
        self.env.execute_query(
            SQL(
                "UPDATE asset_asset SET status_before_ticket = status_before_ticket"
                " WHERE id IN %s RETURNING id",
                tuple(sorted(self.ids)),
            )
        )

    def _sync_holders(self):
        """Store which records hold these assets.

        :return: ids of the assets that are held, and ids of the assets on which a hold
            begins now
        :rtype: tuple[set, set]
        """
        held_ids, begun_ids = set(), set()
        on_assets = Domain("asset_id", "in", self.ids)
        for Holder in self._get_holders():
            # sudo: asset.hold.mixin - records hidden from the user hold assets as well
            holders = Holder.sudo().with_context(active_test=False)
            wanting = holders.search(on_assets & Holder._get_hold_domain(), order="id")
            holding = holders.search(on_assets & Domain("is_holding", "=", True))
            if starting := wanting - holding:
                starting.write({"is_holding": True})
            if ending := holding - wanting:
                ending.write({"is_holding": False})
            held_ids.update(wanting.asset_id.ids)
            begun_ids.update(starting.asset_id.ids)
        return held_ids, begun_ids

    @api.model
    def _get_holders(self):
        """Return an empty recordset of each model whose records can hold an asset."""
        names = self.env.registry.descendants(["asset.hold.mixin"], "_inherit")
        models_ = [self.env[name] for name in names]
        return [model for model in models_ if not model._abstract]

    def _get_in_repair_ids(self):
        """Return the ids of the assets that have a damage case in repair."""
        # sudo: asset.damage.case - a repair counts even if the user may not read it
        cases = self.env["asset.damage.case"].sudo()
        cases_in_repair = cases.search(
            [("asset_id", "in", self.ids), ("status", "=", "in_repair")]
        )
        return set(cases_in_repair.asset_id.ids)

    @api.model
    def _return_to_status_before_ticket(self):
        """Give every held asset its former status back, before the uninstallation."""
        # sudo: asset.asset - all assets must be released when the addon is uninstalled
        assets = self.sudo().with_context(active_test=False)
        for status, group in assets._read_group(
            [("status_before_ticket", "!=", False)],
            ["status_before_ticket"],
            ["id:recordset"],
        ):
            group.write({"status": status, "status_before_ticket": False})
