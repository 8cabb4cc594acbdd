"""Asks for the message to the requester of a waiting or cancelled ticket."""

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
    reason = fields.Text(help="The requester gets this message.")
    wait_until = fields.Datetime(
        string="Wait until",
        help="The ticket is reopened automatically if nobody has replied by then. "
        "Leave this empty to wait for a reply only.",
    )

    def action_confirm(self):
        """Change the status of the tickets and tell the requesters the reason.

        :raise UserError: the reason to cancel is missing, or the date is in the past
        """
        self.ensure_one()
        # sudo: helpdesk.ticket - refuse tickets that are hidden, do not skip them
        tickets = self.sudo().ticket_ids.sudo(False)
        tickets.check_access("write")
        reason = (self.reason or "").strip()
        if self.status_category == "waiting":
            if self.wait_until and self.wait_until <= fields.Datetime.now():
                raise UserError(self.env._("The wait must end in the future."))
            tickets._wait(reason, self.wait_until)
        else:
            if not reason:
                raise UserError(self.env._("Please give a reason to cancel."))
            tickets._cancel(reason)
