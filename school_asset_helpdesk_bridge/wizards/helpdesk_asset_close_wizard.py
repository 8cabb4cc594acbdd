"""Asks whether to close a ticket's damage cases too, or a case's ticket."""

from odoo import api, fields, models


class HelpdeskAssetCloseWizard(models.TransientModel):
    _name = "helpdesk.asset.close.wizard"
    _description = "Close Ticket and Damage Case Together"

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket", required=True, readonly=True
    )
    other = fields.Selection(
        selection=[("ticket", "Ticket"), ("cases", "Damage cases")],
        required=True,
        readonly=True,
        help="The record that is still open.",
    )
    damage_case_summary = fields.Char(
        string="Damage Case",
        compute="_compute_damage_case_summary",
        compute_sudo=False,
    )

    @api.constrains("ticket_id")
    def _check_ticket(self):
        """Refuse tickets the user may not write: the form shows the ticket's name."""
        # constraints run as superuser
        self.sudo(False).ticket_id.check_access("write")

    @api.depends("ticket_id")
    def _compute_damage_case_summary(self):
        for wizard in self:
            # the ticket's computed field does not check access, so check it here
            ticket = wizard.ticket_id._filtered_access("read")
            wizard.damage_case_summary = ticket.damage_case_summary

    @api.model
    def _get_action(self, ticket, other):
        """Return the action that asks whether to close the other record too.

        :param other: the record that is still open, ``ticket`` or ``cases``
        """
        return {
            "name": self.env._("Close the other record too?"),
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_ticket_id": ticket.id, "default_other": other},
        }

    def action_confirm(self):
        """Close the other record, if the user may write the ticket."""
        self.ensure_one()
        # sudo: helpdesk.ticket - the user's access to the ticket is checked below
        ticket = self.sudo().ticket_id.sudo(False)
        ticket.check_access("write")
        if self.other == "cases":
            ticket.action_close_damage_cases()
        else:
            ticket.with_context(asset_close_no_offer=True).action_resolve()
        return {"type": "ir.actions.client", "tag": "soft_reload"}
