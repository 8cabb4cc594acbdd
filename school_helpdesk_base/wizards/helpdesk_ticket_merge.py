"""OCA's merge wizard, for every agent, without handing out another's words."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError


class HelpdeskTicketMerge(models.TransientModel):
    _inherit = "helpdesk.ticket.merge"

    share = fields.Boolean(
        string="The requesters may read each other's words",
        help="Else the other thread becomes internal notes, and each requester goes on "
        "reading only his own ticket.",
    )
    requesters_differ = fields.Boolean(compute="_compute_requesters_differ")

    @api.depends("ticket_ids", "dst_ticket_id", "create_new_ticket")
    def _compute_requesters_differ(self):
        for wizard in self:
            tickets = wizard.ticket_ids
            if not wizard.create_new_ticket:
                tickets |= wizard.dst_ticket_id
            wizard.requesters_differ = any(
                not ticket._shares_thread_with(tickets[0]) for ticket in tickets[1:]
            )

    @api.model
    def default_get(self, fields):
        result = super().default_get(fields)
        if len(self.env.context.get("active_ids") or ()) == 1:
            # opened from one ticket: it is the other one that is asked for
            result["dst_ticket_id"] = False
        return result

    def merge_tickets(self):
        """Merge the tickets into the chosen or a new one and show it.

        Takes OCA's place: it writes others' messages, which only a system
        administrator may, and makes each requester a follower of the other's ticket.

        :raise UserError: where there is nothing to merge, or it makes no sense
        """
        self.ensure_one()
        # sudo: helpdesk.ticket - one hidden from the user is refused, not left out
        tickets = self.sudo().ticket_ids.sudo(False)
        tickets.check_access("write")
        if self.create_new_ticket:
            self.dst_ticket_id = self.env["helpdesk.ticket"].create(
                self._prepare_new_ticket_values(tickets)
            )
        sources = tickets - self.dst_ticket_id
        if not sources or not self.dst_ticket_id:
            raise UserError(self.env._("Choose another ticket to merge into."))
        sources._merge_into(self.dst_ticket_id, share=self.share)
        if self.user_id and self.user_id != self.dst_ticket_id.user_id:
            self.dst_ticket_id.user_id = self.user_id
        return {
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket",
            "views": [[False, "form"]],
            "res_id": self.dst_ticket_id.id,
        }

    def _prepare_new_ticket_values(self, tickets):
        """Return a new ticket's values: of what the tickets have, what all agree on."""
        values = {}
        for name in ("partner_id", "submitter_id", "category_id", "type_id"):
            common = set(tickets.mapped(lambda ticket, name=name: ticket[name].id))
            values[name] = common.pop() if len(common) == 1 else False
        return {
            **values,
            "name": self.dst_ticket_name,
            # the descriptions follow into the thread, each for those who may read it
            "description": Markup("<p>%s</p>") % self.dst_ticket_name,
            "team_id": self.dst_helpdesk_team_id.id,
            "company_id": tickets[:1].company_id.id,
            "priority": max(tickets.mapped(lambda ticket: ticket.priority or "0")),
            "partner_name": tickets.partner_id.name if values["partner_id"] else False,
            "partner_email": tickets.partner_id.email
            if values["partner_id"]
            else False,
            "user_id": self.user_id.id,
        }
