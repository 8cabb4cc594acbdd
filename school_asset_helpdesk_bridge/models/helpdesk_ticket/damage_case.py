"""The damage cases of a ticket: created, shown and closed from the ticket."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext

from ..asset_damage_case import ENDED_STATUSES
from .assets import DEVICE_GROUPS


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
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
        # sudo: asset.damage.case - users who may read the ticket see number and status
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
        """Open the dialog that creates a damage case of the main device.

        :raise UserError: if the ticket has no main device
        """
        self.ensure_one()
        if not self.asset_id:
            raise UserError(
                self.env._("Choose the device first: a damage case needs one.")
            )
        return self._ask_damage_case(self.asset_id)

    def action_view_damage_cases(self):
        """Open the damage cases; without access to them, show their status."""
        self.ensure_one()
        return self._get_damage_case_action(
            # sudo: asset.damage.case - the cases open only if the user may read them
            self.sudo().damage_case_ids
        )

    def action_close_damage_cases(self):
        """Close the ticket's open damage cases."""
        self.check_access("write")
        # sudo: asset.damage.case - users who may write the ticket may close its cases
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

    def _find_damage_case(self, asset):
        """Return the open damage case of an asset on this ticket, with sudo, if any.

        Agents need no access rights on damage cases to report a damage.

        :raise AccessError: if the user may not write the ticket
        """
        self.ensure_one()
        self.check_access("write")
        # sudo: asset.damage.case - agents may report damage on tickets they may write
        return (
            self.env["asset.damage.case"]
            .sudo()
            .search(
                [
                    ("ticket_id", "=", self.id),
                    ("asset_id", "=", asset.id),
                    ("status", "not in", ENDED_STATUSES),
                ],
                limit=1,
            )
        )

    def _ask_damage_case(self, asset):
        """Return the action that asks for the responsible person and the damage.

        It shows the open damage case of the asset instead, if there is one.

        :raise AccessError: if the user may not write the ticket
        """
        if cases := self._find_damage_case(asset):
            return self._get_damage_case_action(cases)
        # sudo: asset.asset - the agent may see the custodian, who is proposed
        custodian = asset.sudo().custodian_id
        return {
            "name": self.env._("Open a damage case"),
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.damage.case.wizard",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_ticket_id": self.id,
                "default_asset_id": asset.id,
                "default_responsible_type": "teacher" if custodian else "unknown",
                "default_responsible_teacher_id": custodian.id,
                "default_damage_description": self._get_damage_description(),
            },
        }

    def _open_damage_case(self, asset, values):
        """Create a damage case of an asset on this ticket, and return its action.

        An open damage case is used again.

        :param dict values: responsible person and description
        :raise AccessError: if the user may not write the ticket
        """
        cases = self._find_damage_case(asset)
        if not cases:
            cases = cases.create({**self._prepare_damage_case_values(asset), **values})
            self._copy_photos_to(cases)
            cases._log_status_on_ticket()
        return self._get_damage_case_action(cases)

    def _get_damage_description(self):
        """Return title and description of the ticket as plain text."""
        # without the addresses of pictures, which contain their access tokens
        words = html2plaintext(self.description or "", include_references=False)
        return "\n".join(filter(None, [self.name, words]))

    def _prepare_damage_case_values(self, asset):
        """Return the values of a damage case of one of the ticket's assets."""
        self.ensure_one()
        # sudo: res.users - find the internal user account of the requester
        requester = self.sudo().partner_id.user_ids.filtered(
            lambda user: user._is_internal()
        )
        return {
            "asset_id": asset.id,
            "damage_source": "manual",
            "damage_description": self._get_damage_description(),
            "reported_by": (requester[:1] or self.env.user).id,
            "ticket_id": self.id,
        }

    def _copy_photos_to(self, case):
        """Copy the ticket's pictures to a damage case.

        Pictures of messages that the requester may not read, such as internal notes,
        are not copied. Pictures without a message belong to the report and are copied.
        """
        # sudo: ir.attachment, mail.message - the user may lack access to the case
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
        """Return the action that opens the damage cases (given as superuser).

        Without access to them, it shows a notification with their status instead.
        """
        if cases.sudo(False).has_access("read"):
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
        return self._get_notification_action(
            self.env._(
                "Damage case %(cases)s",
                cases=", ".join(
                    f"{case.name}: {case._get_status_name()}" for case in cases
                ),
            )
        )

    def _get_notification_action(self, message):
        """Return the action that shows a notification and reloads the form."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": "success",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
