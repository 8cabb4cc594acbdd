"""The status of an asset follows what holds it.

The rules are told in ``asset_hold_mixin``.
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
        help="The status that comes back when nothing holds the asset any more; "
        "empty when nothing is to come back.",
    )

    def write(self, vals):
        # the holds write both fields at once, and only as superuser
        by_holds = self.env.su and "status_before_ticket" in vals
        if "status" not in vals or by_holds:
            return super().write(vals)
        changed = self.filtered(
            lambda asset: asset.status != vals["status"]
            # sudo: asset.asset - the memory is ours, whoever changes the status
            and asset.sudo().status_before_ticket
        )
        result = super().write(vals)
        if changed and not self.env.context.get("asset_status_from_case"):
            # sudo: asset.asset - the memory is ours, whoever changes the status
            changed.sudo().status_before_ticket = False
        return result

    def action_sync_holds(self):
        """Put right what holds these assets, and their status with it.

        Needed only after something was changed in the database directly, as by an
        import.

        :raise AccessError: unless the user may write the assets
        """
        self.check_access("write")
        self._sync_holds()

    def _sync_holds(self):
        """Store which records hold these assets, and give the assets the right status.

        Everything that may change a hold calls this afterwards. To call it again
        changes nothing.
        """
        # sudo: asset.asset - the status follows what holds it, whoever changed that
        assets = self.sudo().exists()
        if not assets:
            return
        assets._lock_holds()
        held, begun = assets._sync_holders()
        in_repair = assets._get_in_repair()
        groups = defaultdict(assets.browse)
        for asset in assets:
            before = asset.status_before_ticket
            if asset.status in GONE_STATUSES or not (before or asset.id in begun):
                continue
            if asset.id not in held:
                values = (before, False)
            else:
                before = before or asset.status
                is_repair = asset.id in in_repair or before == "repair"
                values = ("repair" if is_repair else "maintenance", before)
            if values != (asset.status, asset.status_before_ticket):
                groups[values] += asset
        for (status, before), group in groups.items():
            group.write({"status": status, "status_before_ticket": before})

    def _lock_holds(self):
        """Let no two transactions decide about the same asset from what each sees.

        Of two tickets resolved at once, each would still see the other as open. An
        update of the row makes the later transaction fail, and run again.
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

        :return: ids of the assets that are held, and of those that a record begins to
            hold by this
        :rtype: tuple[set, set]
        """
        held, begun = set(), set()
        on_assets = Domain("asset_id", "in", self.ids)
        for Holder in self._get_holders():
            # sudo: asset.hold.mixin - also what is hidden from the user holds the asset
            holders = Holder.sudo().with_context(active_test=False)
            wanting = holders.search(on_assets & Holder._get_hold_domain(), order="id")
            holding = holders.search(on_assets & Domain("is_holding", "=", True))
            if starting := wanting - holding:
                starting.write({"is_holding": True})
            if ending := holding - wanting:
                ending.write({"is_holding": False})
            held.update(wanting.asset_id.ids)
            begun.update(starting.asset_id.ids)
        return held, begun

    @api.model
    def _get_holders(self):
        """Return an empty recordset of each model whose records can hold an asset."""
        names = self.env.registry.descendants(["asset.hold.mixin"], "_inherit")
        models_ = [self.env[name] for name in names]
        return [model for model in models_ if not model._abstract]

    def _get_in_repair(self):
        """Return the ids of those of these assets that a damage case says to repair."""
        # sudo: asset.damage.case - where an asset is repaired is no matter of access
        cases = self.env["asset.damage.case"].sudo()
        in_repair = cases.search(
            [("asset_id", "in", self.ids), ("status", "=", "in_repair")]
        )
        return set(in_repair.asset_id.ids)

    @api.model
    def _return_to_status_before_ticket(self):
        """Let every held asset go, as it was: nothing will hold it any more."""
        # sudo: asset.asset - for the uninstallation, whoever starts it
        assets = self.sudo().with_context(active_test=False)
        for status, group in assets._read_group(
            [("status_before_ticket", "!=", False)],
            ["status_before_ticket"],
            ["id:recordset"],
        ):
            group.write({"status": status, "status_before_ticket": False})
