"""Offers to end a ticket with its damage case, or the case with its ticket."""

from odoo import api, fields, models


class HelpdeskAssetCloseWizard(models.TransientModel):
    _name = "helpdesk.asset.close.wizard"
    _description = "End the Ticket with its Damage Case"

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket", required=True, readonly=True
    )
    other = fields.Selection(
        selection=[("ticket", "Ticket"), ("cases", "Damage cases")],
        required=True,
        readonly=True,
        help="Which of the two is still open.",
    )
    damage_case_summary = fields.Char(
        string="Damage Case",
        compute="_compute_damage_case_summary",
        compute_sudo=False,
    )

    @api.constrains("ticket_id")
    def _check_ticket(self):
        """The form shows the ticket's name: not of one hidden from the user."""
        # constraints run as root
        self.sudo(False).ticket_id.check_access("write")

    @api.depends("ticket_id")
    def _compute_damage_case_summary(self):
        for wizard in self:
            # computed for whoever asks: a field of the ticket does not ask whether
            ticket = wizard.ticket_id._filtered_access("read")
            wizard.damage_case_summary = ticket.damage_case_summary

    @api.model
    def _get_action(self, ticket, other):
        """Return the action that asks whether the other one ends as well."""
        return {
            "name": self.env._("Close the other one too?"),
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_ticket_id": ticket.id, "default_other": other},
        }

    def action_confirm(self):
        """End the other one; the ticket's own access decides."""
        self.ensure_one()
        # sudo: helpdesk.ticket - a ticket hidden from the user is refused below
        ticket = self.sudo().ticket_id.sudo(False)
        ticket.check_access("write")
        if self.other == "cases":
            ticket.action_close_damage_cases()
        else:
            ticket.with_context(asset_close_no_offer=True).action_resolve()
        return {"type": "ir.actions.client", "tag": "soft_reload"}
