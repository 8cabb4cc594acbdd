"""Cancels a duplicate ticket and tells its requester."""

from odoo import models

from ..models.helpdesk_ticket_stage import ENDED_CATEGORIES


class HelpdeskTicketDuplicateWizard(models.TransientModel):
    _inherit = "helpdesk.ticket.duplicate.wizard"

    def action_confirm(self):
        result = super().action_confirm()
        ticket = self.ticket_id
        # OCA has moved it to the configured stage; keep it if it ends the ticket
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
