"""A duplicate ends Cancelled, and its requester is told so."""

from odoo import models

from ..models.helpdesk_ticket_stage import ENDED_CATEGORIES


class HelpdeskTicketDuplicateWizard(models.TransientModel):
    _inherit = "helpdesk.ticket.duplicate.wizard"

    def action_confirm(self):
        result = super().action_confirm()
        ticket = self.ticket_id
        # a stage of the administrator's choice stands, if the ticket ends in it
        if ticket.status_category not in ENDED_CATEGORIES:
            ticket._cancel(
                ticket._in_requester_lang().env._(
                    "It is a duplicate of %(ticket)s.",
                    ticket=ticket.duplicate_id.number,
                ),
                # nobody has answered the requester by that
                message_type="notification",
            )
        return result
