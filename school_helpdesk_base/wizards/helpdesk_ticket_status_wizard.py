"""Asks for the message to the requester of a waiting, resolved or cancelled ticket."""

from odoo import fields, models
from odoo.exceptions import UserError

from ..models.helpdesk_ticket_stage import WAITING_FOR
from ..tools.plain_name import clean_line, strip_text


class HelpdeskTicketStatusWizard(models.TransientModel):
    _name = "helpdesk.ticket.status.wizard"
    _description = "Wait for, Resolve or Cancel a Ticket"

    ticket_ids = fields.Many2many(
        comodel_name="helpdesk.ticket", string="Tickets", required=True
    )
    status_category = fields.Selection(
        selection=[
            ("waiting", "Wait"),
            ("resolved", "Resolve"),
            ("cancelled", "Cancel"),
        ],
        required=True,
    )
    waiting_for = fields.Selection(selection=WAITING_FOR, default="requester")
    solution = fields.Char(help="The requester gets this line. It may stay empty.")
    reason = fields.Text(help="The requester gets this message.")
    wait_until = fields.Datetime(
        string="Wait until",
        help="The ticket is reopened automatically if nobody has replied by then. "
        "Leave this empty to wait for a reply only.",
    )

    def action_confirm(self):
        """Change the status of the tickets and tell the requesters the reason.

        :return: an action that follows, if any
        :raise UserError: the reason to cancel is missing, or the date is in the past
        """
        self.ensure_one()
        # sudo: helpdesk.ticket - so that hidden tickets are refused, not ignored
        tickets = self.sudo().ticket_ids.sudo(False)
        tickets.check_access("write")
        reason = strip_text(self.reason or "")
        match self.status_category:
            case "waiting":
                tickets._check_wait_until(self.wait_until)
                tickets._wait(reason, self.wait_until, self.waiting_for or "requester")
            case "resolved":
                return tickets._resolve(clean_line(self.solution))
            case "cancelled":
                if not reason:
                    raise UserError(self.env._("Please give a reason to cancel."))
                tickets._cancel(reason)
