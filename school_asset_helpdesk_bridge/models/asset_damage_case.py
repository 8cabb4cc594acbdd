"""Links a damage case to its ticket, in both directions."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from .helpdesk_ticket_asset_link import WORKING_CATEGORIES

#: Final statuses of a damage case.
ENDED_STATUSES = ("closed", "rejected")


class AssetDamageCase(models.Model):
    _name = "asset.damage.case"
    _inherit = ["asset.damage.case", "helpdesk.names.mixin"]

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        index="btree_not_null",
        copy=False,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="The ticket in which this damage is reported or worked on.",
    )
    has_ticket = fields.Boolean(compute="_compute_has_ticket", compute_sudo=True)

    @api.depends("ticket_id")
    def _compute_has_ticket(self):
        for case in self:
            case.has_ticket = bool(case.ticket_id)

    # ------------------------------------------------------------------
    # Create, write
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        cases = super().create(vals_list)
        cases._check_tickets()
        cases.asset_id._sync_holds()
        return cases

    def write(self, vals):
        if {"status", "ticket_id", "asset_id"}.isdisjoint(vals):
            return super().write(vals)
        if "ticket_id" in vals:
            self._check_tickets()
        # sudo: asset.damage.case - the user may lack access to the ticket and the asset
        cases_sudo = self.sudo()
        before = {case: case.status for case in cases_sudo}
        assets = cases_sudo.asset_id
        result = super().write(vals)
        if "ticket_id" in vals:
            self._check_tickets()
        for case, status in before.items():
            if case.ticket_id and case.status != status:
                case._log_status_on_ticket()
        (assets | cases_sudo.asset_id)._sync_holds()
        return result

    def unlink(self):
        # sudo: asset.damage.case - the asset's status follows for every user
        assets = self.sudo().asset_id
        result = super().unlink()
        assets._sync_holds()
        return result

    def _check_tickets(self):
        """Refuse tickets the user may not write, as cases post messages there."""
        # sudo: asset.damage.case - the user's access to the tickets is checked below
        tickets = self.sudo().ticket_id.with_env(self.env)
        if tickets:
            tickets.check_access("write")

    def _log_status_on_ticket(self):
        """Log the case's new status on its ticket, for the help desk."""
        self.ensure_one()
        # sudo: helpdesk.ticket - users who change the case need not be agents
        self.sudo().ticket_id._message_log(
            body=self.env._(
                "Damage case %(case)s: %(status)s",
                case=self.name,
                status=self._get_status_name(),
            ),
            author_id=self.env.user.partner_id.id,
        )
        ticket = self.sudo().ticket_id
        ticket._notify("damage_case", {ticket: {"damage_case_id": self.id}})

    def _get_status_name(self):
        """Return the name of the status in the user's language."""
        field = self.fields_get(["status"], ["selection"])["status"]
        return dict(field["selection"]).get(self.status, "")

    # ------------------------------------------------------------------
    # Actions of the asset addon. The context keeps the status to restore: this is no
    # change of the status by hand
    # ------------------------------------------------------------------

    def action_send_to_repair(self):
        return super(
            AssetDamageCase, self.with_context(asset_status_from_case=True)
        ).action_send_to_repair()

    def action_receive_from_repair(self):
        return super(
            AssetDamageCase, self.with_context(asset_status_from_case=True)
        ).action_receive_from_repair()

    def action_close_case(self):
        """Close the cases; offer to resolve the ticket too if it is a single case."""
        result = super(
            AssetDamageCase, self.with_context(asset_status_from_case=True)
        ).action_close_case()
        if len(self) != 1 or self.env.context.get("asset_close_no_offer"):
            return result
        # sudo: asset.damage.case - the user's access to the ticket is checked below
        ticket = self.sudo().ticket_id.sudo(False)
        if (
            ticket
            and ticket.has_access("write")
            and ticket.status_category in WORKING_CATEGORIES
        ):
            return self.env["helpdesk.asset.close.wizard"]._get_action(ticket, "ticket")
        return result

    # ------------------------------------------------------------------
    # Ticket
    # ------------------------------------------------------------------

    def action_create_ticket(self):
        """Open the ticket of the case; create it if there is none yet.

        All users who may write the case may do this. The ticket's requester is the
        person who reported the damage, its submitter the current user. A user who may
        not read the ticket gets a notification instead.

        :raise AccessError: if the user may not write the case
        """
        self.ensure_one()
        self.check_access("write")
        # sudo: asset.damage.case - the ticket opens only if the user may read it
        case_sudo = self.sudo()
        ticket_sudo = case_sudo.ticket_id
        if not ticket_sudo:
            # sudo: helpdesk.ticket - only agents may create tickets themselves
            ticket_sudo = self.env["helpdesk.ticket"].sudo()
            ticket_sudo = ticket_sudo.create(case_sudo._prepare_ticket_values())
            case_sudo.ticket_id = ticket_sudo
            case_sudo._copy_photos_to(ticket_sudo)
        ticket = ticket_sudo.sudo(False)
        if ticket.has_access("read"):
            return {
                "type": "ir.actions.act_window",
                "res_model": ticket._name,
                "res_id": ticket.id,
                "views": [(False, "form")],
            }
        return ticket._get_notification_action(
            self.env._(
                "The help desk has received ticket %(number)s.",
                number=ticket_sudo.number,
            )
        )

    def _prepare_ticket_values(self):
        """Return the values of the ticket to create from this case."""
        self.ensure_one()
        if not self.asset_id:
            raise UserError(self.env._("Choose the damaged asset first."))
        requester = (self.reported_by or self.env.user).partner_id
        team = self.env.ref(
            "school_asset_helpdesk_bridge.team_it_support", raise_if_not_found=False
        )
        submitter = self.env.user.partner_id
        return {
            "name": self.env._("Issue with %(code)s", code=self.asset_id.asset_code),
            "description": plaintext2html(self.damage_description or self.name),
            "asset_id": self.asset_id.id,
            "partner_id": requester.id,
            "partner_name": requester.name,
            "partner_email": requester.email,
            "submitter_id": submitter.id if submitter != requester else False,
            "team_id": team.id if team else False,
            "user_id": False,
        }

    def _copy_photos_to(self, ticket):
        """Copy the photos of the case to its ticket."""
        # sudo: ir.attachment - the user may lack write access to the ticket
        self.photo_ids.sudo().copy({"res_model": ticket._name, "res_id": ticket.id})
