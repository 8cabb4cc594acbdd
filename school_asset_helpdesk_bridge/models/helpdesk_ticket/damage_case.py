"""The damage cases of a ticket: opened in one click, told on it, ended with it."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext

from ..asset_damage_case import ENDED_STATUSES
from .assets import DEVICE_GROUPS


class HelpdeskTicket(models.Model):
    _inherit = ["helpdesk.ticket"]

    damage_case_ids = fields.One2many(
        comodel_name="asset.damage.case",
        inverse_name="ticket_id",
        string="Damage Cases",
        groups="school_asset_management.group_asset_user",
    )
    damage_case_count = fields.Integer(
        compute="_compute_damage_cases", groups=DEVICE_GROUPS
    )
    open_damage_case_count = fields.Integer(
        compute="_compute_damage_cases", groups=DEVICE_GROUPS
    )
    damage_case_summary = fields.Char(
        string="Damage Case", compute="_compute_damage_cases", groups=DEVICE_GROUPS
    )

    @api.depends("damage_case_ids.status")
    @api.depends_context("lang")
    def _compute_damage_cases(self):
        # sudo: asset.damage.case - number and status, for whoever may read the ticket
        cases = self.env["asset.damage.case"].sudo()
        by_ticket = cases.search([("ticket_id", "in", self._origin.ids)]).grouped(
            "ticket_id"
        )
        for ticket in self:
            cases = by_ticket.get(ticket._origin.sudo(), cases.browse())
            ticket.damage_case_count = len(cases)
            ticket.open_damage_case_count = len(
                cases.filtered(lambda case: case.status not in ENDED_STATUSES)
            )
            ticket.damage_case_summary = ", ".join(
                f"{case.name}: {case._get_status_name()}" for case in cases
            )

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def action_create_damage_case(self):
        """Open a damage case for the main device, in one click.

        :raise UserError: when the ticket has no main device
        """
        self.ensure_one()
        if not self.asset_id:
            raise UserError(
                self.env._("Choose the device first: a damage case is about one.")
            )
        return self._open_damage_case(self.asset_id)

    def action_view_damage_cases(self):
        """Open the damage cases, or say how they stand to who may not see them."""
        self.ensure_one()
        return self._get_damage_case_action(
            # sudo: asset.damage.case - opened only if the user may read them
            self.sudo().damage_case_ids
        )

    def action_close_damage_cases(self):
        """Close the damage cases of the ticket that are still open."""
        self.check_access("write")
        # sudo: asset.damage.case - who ends the work may say that the case is over
        cases = self.sudo().damage_case_ids.filtered(
            lambda case: case.status not in ENDED_STATUSES
        )
        cases.with_context(asset_close_no_offer=True).action_close_case()

    def action_resolve(self):
        result = super().action_resolve()
        if len(self) == 1 and not self.env.context.get("asset_close_no_offer"):
            if self.open_damage_case_count:
                return self.env["helpdesk.asset.close.wizard"]._get_action(
                    self, "cases"
                )
        return result

    # ------------------------------------------------------------------
    # Damage cases
    # ------------------------------------------------------------------

    def _open_damage_case(self, asset):
        """Return the action that shows the damage case of an asset on this ticket.

        An open one is not doubled. An agent may report damage without any right on
        assets: he reports what he sees on his ticket, the rest is the asset people's.
        """
        self.ensure_one()
        self.check_access("write")
        # sudo: asset.damage.case - the ticket's agent reports, having passed above
        Case = self.env["asset.damage.case"].sudo()
        cases = Case.search(
            [
                ("ticket_id", "=", self.id),
                ("asset_id", "=", asset.id),
                ("status", "not in", ENDED_STATUSES),
            ],
            limit=1,
        )
        if not cases:
            cases = Case.create(self._prepare_damage_case_values(asset))
            self._copy_photos_to(cases)
            cases._tell_ticket()
        return self._get_damage_case_action(cases)

    def _prepare_damage_case_values(self, asset):
        """Return the values of a damage case of one of the ticket's assets."""
        self.ensure_one()
        # sudo: res.users - who of the school reported, if he has an account
        requester = self.sudo().partner_id.user_ids.filtered(
            lambda user: user._is_internal()
        )
        return {
            "asset_id": asset.id,
            "damage_source": "manual",
            "damage_description": "\n".join(
                filter(None, [self.name, html2plaintext(self.description or "")])
            ),
            "reported_by": (requester[:1] or self.env.user).id,
            "ticket_id": self.id,
        }

    def _copy_photos_to(self, case):
        """Copy the ticket's pictures to a case, as far as the requester may see them.

        A picture of a message that the requester does not read stays where it is. One
        that is on the ticket and on no message came with the report: it is copied.
        """
        # sudo: ir.attachment, mail.message - copies belong to the case
        pictures = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "=", self.id),
                    ("mimetype", "=like", "image/%"),
                ],
                order="id",
            )
        )
        messages = (
            self.env["mail.message"]
            .sudo()
            .search(
                [
                    ("model", "=", self._name),
                    ("res_id", "=", self.id),
                    ("attachment_ids", "in", pictures.ids),
                ]
            )
        )
        hidden = messages - messages._is_readable_by_requester()
        photos = pictures - hidden.attachment_ids
        case.photo_ids = photos.copy({"res_model": case._name, "res_id": case.id})

    def _get_damage_case_action(self, cases):
        """Return the action for damage cases (as root): open them, or tell of them."""
        own = cases.sudo(False)
        if own.has_access("read"):
            action = {
                "name": self.env._("Damage Cases"),
                "type": "ir.actions.act_window",
                "res_model": cases._name,
            }
            if len(cases) == 1:
                return dict(action, res_id=cases.id, views=[(False, "form")])
            return dict(
                action,
                views=[(False, "list"), (False, "form")],
                domain=[("id", "in", cases.ids)],
            )
        return self._get_told_action(
            self.env._(
                "Damage case %(cases)s",
                cases=", ".join(
                    f"{case.name}: {case._get_status_name()}" for case in cases
                ),
            )
        )

    def _get_told_action(self, message):
        """Return the action that tells something and reads the form anew."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": "success",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
