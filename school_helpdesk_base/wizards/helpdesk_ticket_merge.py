"""Makes OCA's merge wizard usable for all agents and protects private messages."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError


class HelpdeskTicketMerge(models.TransientModel):
    _inherit = "helpdesk.ticket.merge"

    share = fields.Boolean(
        string="The requesters may read each other's messages",
        help="Otherwise the messages of the other tickets become internal notes, and "
        "each requester can still read only their own ticket.",
    )
    requesters_differ = fields.Boolean(compute="_compute_requesters_differ")
    warning = fields.Char(compute="_compute_warning")

    @api.depends("ticket_ids", "dst_ticket_id", "create_new_ticket")
    def _compute_requesters_differ(self):
        for wizard in self:
            tickets = wizard.ticket_ids
            if not wizard.create_new_ticket:
                tickets |= wizard.dst_ticket_id
            wizard.requesters_differ = any(
                not ticket._shares_thread_with(tickets[0]) for ticket in tickets[1:]
            )

    @api.depends("ticket_ids", "dst_ticket_id", "create_new_ticket")
    def _compute_warning(self):
        """Say before the merge why it is refused, or that it reopens a ticket."""
        for wizard in self:
            target = wizard.dst_ticket_id
            wizard.warning = False
            if wizard.create_new_ticket or not target:
                continue
            sources = wizard.ticket_ids._origin - target
            wizard.warning = sources._get_takeover_problem(target)
            if target.status_category == "resolved" and sources._filter_unended():
                wizard.warning = self.env._(
                    "%(ticket)s is resolved. The merge reopens it, because work on the "
                    "other tickets has not ended.",
                    ticket=target.display_name,
                )

    @api.model
    def default_get(self, fields):
        result = super().default_get(fields)
        if len(self.env.context.get("active_ids") or ()) == 1:
            # opened from one ticket: the user must choose the other ticket
            result["dst_ticket_id"] = False
        return result

    def merge_tickets(self):
        """Merge the tickets into the chosen or a new ticket and show it.

        Replaces OCA's method. That method writes messages of other users, which only a
        system administrator may do. It also makes the requesters follow each other's
        tickets.

        :raise UserError: there is no other ticket, or they cannot be merged
        """
        self.ensure_one()
        # sudo: helpdesk.ticket - so that hidden tickets are refused, not ignored
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
        """Return the values of a new ticket: those that all tickets have in common."""
        values = {}
        for name in ("partner_id", "submitter_id", "category_id", "type_id"):
            common = set(tickets.mapped(lambda ticket, name=name: ticket[name].id))
            values[name] = common.pop() if len(common) == 1 else False
        return {
            **values,
            "name": self.dst_ticket_name,
            # the merge adds the original descriptions to the thread
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
