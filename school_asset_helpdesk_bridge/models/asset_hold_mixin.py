"""What can hold an asset: the device of a ticket, or anything else that works on one.

While something holds an asset, the asset is out of service, and its status says so.
A model whose records can hold an asset inherits this mixin and implements
``_get_hold_domain``. Whether a record holds its asset is stored (``is_holding``), and
``asset.asset._sync_holds`` is the only place that changes it and that changes the
status of assets because of it. The rules:

- the first record to hold an asset makes the asset remember its status
  (``status_before_ticket``) and sets Maintenance, or Repair where the asset was in
  repair already or a damage case of it is;
- while anything holds the asset, the two may change into each other;
- when nothing holds the asset any more, it gets the remembered status back, and
  remembers nothing;
- when anybody else changes the status, the asset remembers nothing from then on: what
  is not remembered is not touched. Only a record that begins to hold the asset after
  that starts again;
- a record that takes over a hold (``_take_over_hold``) does not begin one;
- a retired or lost asset keeps its status, whatever holds it.
"""

from odoo import api, fields, models
from odoo.exceptions import AccessError

#: Nobody works on an asset in one of these, whatever holds it.
GONE_STATUSES = ("retired", "lost")


class AssetHoldMixin(models.AbstractModel):
    _name = "asset.hold.mixin"
    _description = "What can hold an Asset"

    asset_id = fields.Many2one(
        comodel_name="asset.asset", required=True, index=True, ondelete="cascade"
    )
    is_holding = fields.Boolean(
        string="Holds the Device",
        readonly=True,
        copy=False,
        help="The device is out of service because of this.",
    )

    _holding_asset_idx = models.Index("(asset_id) WHERE is_holding IS TRUE")

    @api.model
    def _get_hold_domain(self):
        """Return the domain of the records that want to hold their asset.

        To be implemented by each model. A create, an unlink, and a write to
        ``asset_id`` or to a field that stands first in a condition of this domain sync
        the assets by themselves. What changes otherwise (a field of another record, a
        computed field) calls ``_sync_assets``.

        :rtype: Domain
        """
        raise NotImplementedError

    def _wants_to_hold(self):
        """Return those of these records that want to hold their asset.

        Made for batches; of a single record, the result is true or false.
        """
        # sudo: what is held is a fact about the asset, whoever asks
        wanting = self.sudo().filtered_domain(self._get_hold_domain())
        return wanting.with_env(self.env)

    # ------------------------------------------------------------------
    # Create, write, unlink
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        # given by value, so that no default of the context counts either
        records = super().create([dict(vals, is_holding=False) for vals in vals_list])
        records._wants_to_hold()._lock_hold_condition()
        records._sync_assets()
        return records

    def write(self, vals):
        if "is_holding" in vals and not self.env.su:
            raise AccessError(
                self.env._("What holds a device is found out by the system.")
            )
        if self._get_hold_fields().isdisjoint(vals):
            return super().write(vals)
        self.check_access("write")
        # sudo: the write is allowed; the assets follow, whoever may change them
        records_sudo = self.sudo()
        moved = records_sudo.browse()
        if "asset_id" in vals:
            moved = records_sudo.filtered(
                lambda record: record.is_holding
                and record.asset_id.id != vals["asset_id"]
            )
        left_assets = moved.asset_id
        result = super().write(vals)
        # it held the other asset, so that of this one a new hold begins
        moved.write({"is_holding": False})
        records_sudo._wants_to_hold()._lock_hold_condition()
        left_assets.with_env(self.env)._sync_holds()
        self._sync_assets()
        return result

    def unlink(self):
        self.check_access("unlink")
        # sudo: the unlink is allowed; the assets follow, whoever may change them
        assets = self.sudo().filtered("is_holding").asset_id
        result = super().unlink()
        assets.with_env(self.env)._sync_holds()
        return result

    # ------------------------------------------------------------------
    # Holds
    # ------------------------------------------------------------------

    @api.model
    def _get_hold_fields(self):
        """Return the names of the fields that decide which asset is held, and if."""
        conditions = self._get_hold_domain().iter_conditions()
        return {"asset_id"} | {
            condition.field_expr.split(".")[0] for condition in conditions
        }

    def _sync_assets(self):
        """Sync the assets that these records now begin or cease to hold."""
        # sudo: what is held is a fact about the asset, whoever has changed it
        records_sudo = self.sudo()
        wanting = records_sudo._wants_to_hold()
        holding = records_sudo.filtered("is_holding")
        changed = (wanting - holding) | (holding - wanting)
        changed.asset_id.with_env(self.env)._sync_holds()

    def _lock_hold_condition(self):
        """Lock the other records that decide whether these hold; made to be extended.

        Called when a change of these records lets them hold. Without a lock, another
        transaction could at this moment end what they hold for, and neither would see
        the other's change. Update the rows: a lock alone does not make the later
        transaction fail and run again.
        """

    def _take_over_hold(self, other):
        """Hold the asset in place of another record: no hold begins or ends by it.

        The caller then lets this record want to hold the asset, and removes the other.

        :param other: a record of any model that can hold the same asset
        """
        self.ensure_one()
        # sudo: what is held is a fact about the asset, whoever hands it over
        self_sudo, other_sudo = self.sudo(), other.sudo()
        if other_sudo.is_holding:
            self_sudo.write({"is_holding": True})
            other_sudo.write({"is_holding": False})
