"""The people a ticket is for follow it, whoever names them and whichever way it came.

Who is named no more follows no more, unless he works on the ticket.
"""

from collections import defaultdict

from odoo import api, models


class HelpdeskTicket(models.Model):
    _inherit = ["helpdesk.ticket"]

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        # sudo: helpdesk.ticket - following goes with being named
        tickets.sudo()._subscribe_requesters()
        return tickets

    def write(self, vals):
        if not vals.keys() & {"partner_id", "submitter_id"}:
            return super().write(vals)
        # sudo: helpdesk.ticket - following goes with being named, whoever may name
        # somebody, and hands the ticket over at once
        tickets_sudo = self.sudo()
        before = {ticket: ticket._get_requesters() for ticket in tickets_sudo}
        result = super().write(self._with_contact(vals))
        tickets_by_former = defaultdict(tickets_sudo.browse)
        for ticket_sudo, people in before.items():
            for former in people - ticket_sudo._get_requesters():
                tickets_by_former[former] += ticket_sudo
        for former, former_tickets_sudo in tickets_by_former.items():
            former_tickets_sudo._unsubscribe_unless_at_work(former)
        tickets_sudo._subscribe_requesters()
        return result

    @api.model
    def _with_contact(self, vals):
        """Return ``vals`` with the name and address of the requester in them.

        Or the former one's stay, and the composer goes on proposing to write to him.
        """
        if not vals.get("partner_id"):
            return vals
        partner = self.env["res.partner"].browse(vals["partner_id"])
        return {"partner_name": partner.name, "partner_email": partner.email, **vals}

    def _subscribe_requesters(self):
        tickets_by_people = defaultdict(self.browse)
        for ticket in self:
            tickets_by_people[ticket._get_requesters()] += ticket
        for people, tickets in tickets_by_people.items():
            tickets.message_subscribe(people.ids)

    def _unsubscribe_unless_at_work(self, person):
        """Let a person follow no more, but for the tickets he may work on."""
        tickets = self
        for user in person.user_ids:
            tickets -= tickets.with_user(user)._filtered_access("write")
        tickets.message_unsubscribe(person.ids)

    def _message_add_suggested_recipients(self, force_primary_email=False):
        suggested = super()._message_add_suggested_recipients(
            force_primary_email=force_primary_email
        )
        for ticket in self:
            suggested[ticket.id]["partners"] |= ticket.submitter_id
        return suggested
