"""Cancels a duplicate ticket and tells its requester."""

from odoo import models
from odoo.exceptions import UserError

from ..models.helpdesk_ticket_stage import ENDED_CATEGORIES


class HelpdeskTicketDuplicateWizard(models.TransientModel):
    _inherit = "helpdesk.ticket.duplicate.wizard"

    def action_confirm(self):
        ticket, original = self.ticket_id, self.duplicate_of_id
        if original and (problem := ticket._get_takeover_problem(original)):
            raise UserError(problem)
        original.check_access(
            "write" if original.status_category == "resolved" else "read"
        )
        ticket._reopen_for_open_work(original)
        result = super().action_confirm()
        # OCA has moved the ticket to a stage: keep this stage if it ends the ticket
        if ticket.status_category not in ENDED_CATEGORIES:
            ticket._cancel(
                ticket._in_requester_lang().env._(
                    "It is a duplicate of %(ticket)s.",
                    ticket=ticket.duplicate_id.number,
                ),
                # an automatic message is no answer of the desk
                message_type="notification",
            )
        return result
