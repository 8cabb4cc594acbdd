"""The requesters of a ticket follow it.

People who are removed as requesters stop following, unless they work on the ticket.
"""

from collections import defaultdict

from odoo import api, models


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    @api.model
    def _on_requesters_changed(self, old_requesters):
        result = super()._on_requesters_changed(old_requesters)
        # sudo: helpdesk.ticket - requesters follow the ticket even if the change of the
        # requester took the user's access away
        tickets_sudo = self.sudo().browse(ticket.id for ticket in old_requesters)
        tickets_by_former = defaultdict(tickets_sudo.browse)
        for ticket_sudo in tickets_sudo:
            people = old_requesters[ticket_sudo].sudo()
            for former in people - ticket_sudo._get_requesters():
                tickets_by_former[former] += ticket_sudo
        for former, former_tickets_sudo in tickets_by_former.items():
            former_tickets_sudo._unsubscribe_without_write_access(former)
        tickets_sudo._subscribe_requesters()
        return result

    @api.model
    def _prepare_watched_values(self, vals):
        return self._add_contact_values(super()._prepare_watched_values(vals))

    @api.model
    def _add_contact_values(self, vals):
        """Return ``vals`` with the name and the address of the new requester.

        Otherwise the ticket would keep the former requester's name and address, and the
        composer would still suggest the former requester as a recipient.
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
            # what Odoo would search in the database is known here
            people = people.filtered("active")
            tickets._message_subscribe(
                people.ids, customer_ids=people.filtered("partner_share").ids
            )

    def _unsubscribe_without_write_access(self, person):
        """Unsubscribe a person from the tickets to which they have no write access."""
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

    def _get_answer_recipients(self):
        """Return the contacts outside the desk that get an answer, requesters first."""
        self.ensure_one()
        comment = self.env.ref("mail.mt_comment")
        requesters = self._get_requesters()
        followers = self.message_follower_ids.filtered(
            lambda follower: comment in follower.subtype_ids
        ).partner_id
        return requesters | (followers - requesters).filtered(
            lambda person: not any(
                user.has_group("helpdesk_mgmt.group_helpdesk_user_own")
                for user in person.user_ids
            )
        )
