"""Asks for the words the requester is told when a ticket waits or is cancelled."""

from odoo import fields, models
from odoo.exceptions import UserError


class HelpdeskTicketStatusWizard(models.TransientModel):
    _name = "helpdesk.ticket.status.wizard"
    _description = "Wait or Cancel a Ticket"

    ticket_ids = fields.Many2many(
        comodel_name="helpdesk.ticket", string="Tickets", required=True
    )
    status_category = fields.Selection(
        selection=[("waiting", "Wait"), ("cancelled", "Cancel")], required=True
    )
    reason = fields.Text(help="The requester is told this.")
    wait_until = fields.Datetime(
        string="Wait until",
        help="Wakes the ticket if nobody has answered by then. Leave it empty to wait "
        "for an answer only.",
    )

    def action_confirm(self):
        """Do it, and tell the requesters why.

        :raise UserError: without a reason to cancel, or with a date in the past
        """
        self.ensure_one()
        # sudo: helpdesk.ticket - one hidden from the user is refused, not left out
        tickets = self.sudo().ticket_ids.sudo(False)
        tickets.check_access("write")
        reason = (self.reason or "").strip()
        if self.status_category == "waiting":
            if self.wait_until and self.wait_until <= fields.Datetime.now():
                raise UserError(self.env._("The wait must end in the future."))
            tickets._wait(reason, self.wait_until)
        else:
            if not reason:
                raise UserError(self.env._("Say why the ticket is cancelled."))
            tickets._cancel(reason)
