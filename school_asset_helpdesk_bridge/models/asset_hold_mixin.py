"""Records that hold an asset: it is out of service because somebody works on it.

A record that holds an asset is, for example, the link of a ticket to its device. While
a record holds an asset, the asset's status shows that it is out of service. A model
whose records can hold an asset inherits this mixin and implements
``_get_hold_domain``. The field ``is_holding`` stores whether a record holds its asset.
``asset.asset._sync_holds`` changes this field and, because of it, the status of assets.
The mixin itself changes the field only when a record gets another asset or takes over a
hold. The rules:

- When a first record begins to hold an asset, the asset remembers its status
  (``status_before_ticket``) and gets the status Maintenance. It gets Repair instead if
  it already had this status, or if one of its damage cases is in repair.
- While records hold the asset, its status may change between Maintenance and Repair.
- When no record holds the asset any longer, it gets the remembered status back and
  forgets it.
- When a user changes the status by hand, the asset forgets the remembered status.
  Without a remembered status, the holds do not change the status. Only a record that
  begins to hold the asset later makes it remember its status again.
- A record that takes over a hold (``_take_over_hold``) does not begin a hold.
- A retired or lost asset keeps its status, even while records hold it.
"""

from odoo import api, fields, models
from odoo.exceptions import AccessError

#: Holds do not change the status of an asset in one of these statuses.
GONE_STATUSES = ("retired", "lost")


class AssetHoldMixin(models.AbstractModel):
    _name = "asset.hold.mixin"
    _description = "Record that can Hold an Asset"

    asset_id = fields.Many2one(
        comodel_name="asset.asset", required=True, index=True, ondelete="cascade"
    )
    is_holding = fields.Boolean(
        string="Holds the Device",
        readonly=True,
        copy=False,
        help="The device is out of service because of this record.",
    )

    _holding_asset_idx = models.Index("(asset_id) WHERE is_holding IS TRUE")

    @api.model
    def _get_hold_domain(self):
        """Return the domain of the records that want to hold their asset.

        Each model must implement this method. The assets are synchronized
        automatically after a create, an unlink, and a write to ``asset_id`` or to the
        first field of a condition in this domain. After any other change, such as a
        change of another record or of a computed field, call ``_sync_assets``.

        :rtype: Domain
        """
        raise NotImplementedError

    def _wants_to_hold(self):
        """Return those of these records that want to hold their asset.

        For a single record, the result can be used as a boolean.
        """
        # sudo: whether an asset is held does not depend on the user's access
        wanting = self.sudo().filtered_domain(self._get_hold_domain())
        return wanting.with_env(self.env)

    # ------------------------------------------------------------------
    # Create, write, unlink
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        # an explicit value also overrides a default from the context
        records = super().create([dict(vals, is_holding=False) for vals in vals_list])
        records._wants_to_hold()._lock_hold_condition()
        records._sync_assets()
        return records

    def write(self, vals):
        if "is_holding" in vals and not self.env.su:
            raise AccessError(
                self.env._("Only the system changes which records hold a device.")
            )
        if self._get_hold_fields().isdisjoint(vals):
            return super().write(vals)
        self.check_access("write")
        # sudo: the write is allowed; the user needs no access rights on the assets
        records_sudo = self.sudo()
        moved = records_sudo.browse()
        if "asset_id" in vals:
            moved = records_sudo.filtered(
                lambda record: record.is_holding
                and record.asset_id.id != vals["asset_id"]
            )
        left_assets = moved.asset_id
        result = super().write(vals)
        # the record held the old asset: on the new asset, a new hold begins
        moved.write({"is_holding": False})
        records_sudo._wants_to_hold()._lock_hold_condition()
        left_assets.with_env(self.env)._sync_holds()
        self._sync_assets()
        return result

    def unlink(self):
        self.check_access("unlink")
        # sudo: the unlink is allowed; the user needs no access rights on the assets
        assets = self.sudo().filtered("is_holding").asset_id
        result = super().unlink()
        assets.with_env(self.env)._sync_holds()
        return result

    # ------------------------------------------------------------------
    # Holds
    # ------------------------------------------------------------------

    @api.model
    def _get_hold_fields(self):
        """Return the fields of this model that decide whether an asset is held."""
        conditions = self._get_hold_domain().iter_conditions()
        return {"asset_id"} | {
            condition.field_expr.split(".")[0] for condition in conditions
        }

    def _sync_assets(self):
        """Synchronize the assets on which these records begin or end a hold."""
        # sudo: whether an asset is held does not depend on the user's access
        records_sudo = self.sudo()
        wanting = records_sudo._wants_to_hold()
        holding = records_sudo.filtered("is_holding")
        changed = (wanting - holding) | (holding - wanting)
        changed.asset_id.with_env(self.env)._sync_holds()

    def _lock_hold_condition(self):
        """Lock the other records that decide whether these records hold their asset.

        Extend this method if the hold depends on other records, such as a ticket. It is
        called when a change makes these records hold their asset. Without a lock, a
        parallel transaction could resolve the ticket, and neither transaction would see
        the change of the other. Update the rows: a lock alone does not make the later
        transaction fail and retry.
        """

    def _take_over_hold(self, other):
        """Hold the asset instead of another record, without beginning a new hold.

        Afterwards, the caller must change this record so that it matches
        ``_get_hold_domain``, and remove the other record.

        :param other: a record of any model that can hold the same asset
        """
        self.ensure_one()
        # sudo: whether an asset is held does not depend on the user's access
        self_sudo, other_sudo = self.sudo(), other.sudo()
        if other_sudo.is_holding:
            self_sudo.write({"is_holding": True})
            other_sudo.write({"is_holding": False})
