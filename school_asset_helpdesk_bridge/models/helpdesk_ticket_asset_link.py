"""The link between a ticket and an asset: its role, and whether it is out of service.

A ticket may concern many assets (a laptop cart), and an asset may have many tickets.
The link stores only what belongs to this pair.

A link holds its asset (see ``asset.hold.mixin``) while it is marked as out of service
and its ticket is open or waiting. A merge moves the hold to the target ticket and does
not begin a new one.
"""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

#: Tickets in these categories are not finished.
WORKING_CATEGORIES = ("open", "waiting")


class HelpdeskTicketAssetLink(models.Model):
    _name = "helpdesk.ticket.asset.link"
    _inherit = [
        "asset.hold.mixin",
        "helpdesk.names.mixin",
        "helpdesk.literal.search.mixin",
    ]
    _description = "Asset of a Ticket"
    _rec_name = "asset_id"
    _order = "ticket_id, role desc, id"

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket", required=True, index=True, ondelete="cascade"
    )
    asset_id = fields.Many2one(string="Device")
    role = fields.Selection(
        selection=[("primary", "Main device"), ("affected", "Also affected")],
        default="affected",
        required=True,
    )
    out_of_service = fields.Boolean(
        help="The asset cannot be used while the ticket is open. When the ticket is "
        "resolved, the asset gets its former status back.",
    )
    note = fields.Char()
    asset_summary = fields.Char(
        string="Details", compute="_compute_asset_summary", compute_sudo=False
    )

    _ticket_asset_unique = models.UniqueIndex(
        "(ticket_id, asset_id)", "This asset is on the ticket already."
    )
    _one_primary = models.UniqueIndex(
        "(ticket_id) WHERE role = 'primary'", "A ticket has one main device."
    )

    @api.depends("asset_id")
    def _compute_display_name(self):
        for link in self:
            # sudo: asset.asset - agents may see which device is on their ticket
            link.display_name = link.asset_id.sudo().display_name

    @api.depends("asset_id")
    def _compute_asset_summary(self):
        for link in self:
            # sudo: asset.asset - agents may see these facts of an asset on their ticket
            link.asset_summary = link.asset_id.sudo()._get_desk_summary()

    # ------------------------------------------------------------------
    # Create, write, unlink
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        Ticket = self.env["helpdesk.ticket"]
        # the context may give a default ticket
        default_id = self.default_get(["ticket_id"]).get("ticket_id")
        ticket_ids = {vals.get("ticket_id", default_id) for vals in vals_list}
        Ticket.browse(ticket_ids - {None, False}).check_access("write")
        self._demote_primaries(
            vals["ticket_id"]
            for vals in vals_list
            if vals.get("role") == "primary" and vals.get("ticket_id")
        )
        return super().create(vals_list)

    def write(self, vals):
        self.ticket_id.check_access("write")
        if vals.get("ticket_id"):
            self.env["helpdesk.ticket"].browse(vals["ticket_id"]).check_access("write")
        if vals.get("role") == "primary":
            others = self.filtered(lambda link: link.role != "primary")
            self._demote_primaries(others.ticket_id.ids)
        return super().write(vals)

    def unlink(self):
        self.ticket_id.check_access("write")
        return super().unlink()

    @api.model
    def _demote_primaries(self, ticket_ids):
        """Change the main devices to Also affected, before a new one is set."""
        primaries = self.search(
            [("ticket_id", "in", list(ticket_ids)), ("role", "=", "primary")]
        )
        if primaries:
            primaries.write({"role": "affected"})
            # flush first, or the unique index could see two main devices
            primaries.flush_recordset(["role"])

    # ------------------------------------------------------------------
    # Holds
    # ------------------------------------------------------------------

    @api.model
    def _get_hold_domain(self):
        return (
            Domain("out_of_service", "=", True)
            & Domain("ticket_id.active", "=", True)
            & Domain("ticket_id.status_category", "in", WORKING_CATEGORIES)
        )

    def _lock_hold_condition(self):
        result = super()._lock_hold_condition()
        # sudo: helpdesk.ticket - no value changes, and the user may write the link
        tickets = self.sudo().ticket_id
        if tickets:
            # a parallel transaction that resolves the ticket does not see the hold
            self.env.execute_query(
                SQL(
                    "UPDATE helpdesk_ticket SET stage_id = stage_id"
                    " WHERE id IN %s RETURNING id",
                    tuple(sorted(tickets.ids)),
                )
            )
        return result

    # ------------------------------------------------------------------
    # Damage case
    # ------------------------------------------------------------------

    def action_create_damage_case(self):
        """Open the dialog that creates a damage case of this asset."""
        self.ensure_one()
        return self.ticket_id._ask_damage_case(self.asset_id)
