"""Which assets a ticket is about, in what role, and how their status follows it.

One ticket may concern many assets (a laptop cart) and one asset many tickets; the
link carries what is true of the pair only.

A link *holds* its asset while it says out of service and its ticket is being worked
on. The asset's status then follows the work, and all there is to remember is one
field of the asset, ``status_before_ticket``:

- the first link to hold the asset writes the status it found there and sets
  Maintenance, or Repair where it was in repair already or a damage case of it is;
- while anything holds the asset, the two may change into each other;
- when nothing holds it any more, the remembered status is put back and forgotten;
- any change of the status by somebody else empties the field (see ``asset.asset``):
  what is not remembered is not touched. Only a later hold begins anew, from there;
- a merge hands a hold over and begins none;
- a retired or lost asset is never held.
"""

from odoo import api, fields, models
from odoo.tools import SQL

#: A ticket in one of these is being worked on.
WORKING_CATEGORIES = ("open", "waiting")
#: Assets nobody works on, whatever their tickets say.
GONE_STATUSES = ("retired", "lost")


class HelpdeskTicketAssetLink(models.Model):
    _name = "helpdesk.ticket.asset.link"
    _description = "Asset of a Ticket"
    _rec_name = "asset_id"
    _order = "ticket_id, role desc, id"

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket", required=True, index=True, ondelete="cascade"
    )
    asset_id = fields.Many2one(
        comodel_name="asset.asset",
        string="Device",
        required=True,
        index=True,
        ondelete="cascade",
    )
    role = fields.Selection(
        selection=[("primary", "Main device"), ("affected", "Also affected")],
        default="affected",
        required=True,
    )
    out_of_service = fields.Boolean(
        help="The asset cannot be used while the ticket is open: its status follows "
        "the work and returns to what it was when the ticket is resolved.",
    )
    note = fields.Char()
    asset_summary = fields.Char(
        string="What it is", compute="_compute_asset_summary", compute_sudo=False
    )

    _ticket_asset_unique = models.UniqueIndex(
        "(ticket_id, asset_id)", "This asset is on the ticket already."
    )
    _one_primary = models.UniqueIndex(
        "(ticket_id) WHERE role = 'primary'", "A ticket has one main device."
    )

    @api.depends("asset_id")
    def _compute_asset_summary(self):
        for link in self:
            # sudo: asset.asset - what the desk may know of an asset on its ticket
            link.asset_summary = link.asset_id.sudo()._get_desk_summary()

    # ------------------------------------------------------------------
    # Create, write, unlink
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self._demote_primaries(
            vals["ticket_id"]
            for vals in vals_list
            if vals.get("role") == "primary" and vals.get("ticket_id")
        )
        links = super().create(vals_list)
        # asked of the links, since a ticket may come by default
        links.ticket_id.check_access("write")
        links._follow_tickets(set())
        return links

    def write(self, vals):
        self.ticket_id.check_access("write")
        if vals.get("ticket_id"):
            self.env["helpdesk.ticket"].browse(vals["ticket_id"]).check_access("write")
        if vals.get("role") == "primary":
            others = self.filtered(lambda link: link.role != "primary")
            self._demote_primaries(others.ticket_id.ids)
        held = self._get_held()
        result = super().write(vals)
        if not {"ticket_id", "asset_id", "out_of_service"}.isdisjoint(vals):
            self._follow_tickets(held)
        return result

    def unlink(self):
        self.ticket_id.check_access("write")
        held = self._get_held()
        result = super().unlink()
        self.browse()._follow_tickets(held)
        return result

    @api.model
    def _demote_primaries(self, ticket_ids):
        """Make room for a new main device; the former one stays on the ticket."""
        primaries = self.search(
            [("ticket_id", "in", list(ticket_ids)), ("role", "=", "primary")]
        )
        if primaries:
            primaries.write({"role": "affected"})
            # the index must not see two of them, however writes are batched
            primaries.flush_recordset(["role"])

    # ------------------------------------------------------------------
    # Status of the assets
    # ------------------------------------------------------------------

    def _get_held(self):
        """Return the (link id, asset id) pairs of the links that hold their asset."""
        # sudo: helpdesk.ticket.asset.link - a fact about the asset, not its reader
        return {
            (link.id, link.asset_id.id)
            for link in self.sudo()
            if link.out_of_service
            and link.ticket_id.active
            and link.ticket_id.status_category in WORKING_CATEGORIES
        }

    def _follow_tickets(self, held_before):
        """Bring the assets up to date after something changed about these links.

        :param set held_before: what ``_get_held`` said before
        """
        if self.env.context.get("asset_status_follows_later"):
            return
        held_now = self._get_held()
        Asset = self.env["asset.asset"]
        started = {asset_id for _link_id, asset_id in held_now - held_before}
        ended = {asset_id for _link_id, asset_id in held_before - held_now}
        Asset.browse(started)._follow_tickets(hold=True)
        Asset.browse(ended - started)._follow_tickets()

    @api.model
    def _search_holding(self, assets):
        """Return the links that hold any of some assets."""
        # sudo: helpdesk.ticket.asset.link - tickets of other teams hold it as well
        return self.sudo().search(
            [
                ("asset_id", "in", assets.ids),
                ("out_of_service", "=", True),
                ("ticket_id.active", "=", True),
                ("ticket_id.status_category", "in", WORKING_CATEGORIES),
            ]
        )

    # ------------------------------------------------------------------
    # Damage case
    # ------------------------------------------------------------------

    def action_create_damage_case(self):
        """Open a damage case for this asset, from this ticket."""
        self.ensure_one()
        return self.ticket_id._open_damage_case(self.asset_id)

    @api.model
    def _lock_assets(self, assets):
        """Let no two transactions decide about the same asset from what each sees.

        Of two tickets resolved at once, each would still see the other as open. An
        update of the row makes the later one fail, and be tried again.
        """
        if assets:
            self.env.execute_query(
                SQL(
                    "UPDATE asset_asset SET status_before_ticket = status_before_ticket"
                    " WHERE id IN %s RETURNING id",
                    tuple(sorted(assets.ids)),
                )
            )
