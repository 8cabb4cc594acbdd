"""Follow-up tickets, and forwarding late replies to them."""

from markupsafe import Markup

from odoo import SUPERUSER_ID, Command, fields, models
from odoo.tools import is_html_empty

from .ticket import DESK_ONLY


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    follow_up_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        string="Continued in",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups=DESK_ONLY,
        help="The new ticket that was started by a late reply to this ticket.",
    )

    def _get_next_ticket(self):
        """Return the ticket that continues this ticket, if any."""
        self.ensure_one()
        return self.follow_up_id

    def _get_chain(self):
        """Return this ticket and, in order, the tickets that continue it."""
        self.ensure_one()
        chain = self
        while (ticket := chain[-1:]._get_next_ticket()) and ticket not in chain:
            chain += ticket
        return chain

    def _get_successor(self):
        """Return the last ticket that continues this ticket; empty if there is none."""
        return self._get_chain()[-1:] - self

    def _shares_thread_with(self, other):
        """Whether both tickets have the same requesters."""
        self.ensure_one()
        requesters = self._get_requesters()
        return bool(requesters) and requesters == other._get_requesters()

    def _shares_thread_with_successor(self):
        """Whether this ticket and all tickets that continue it share their thread."""
        chain = self._get_chain()
        return all(
            ticket._shares_thread_with(later)
            for ticket, later in zip(chain, chain[1:], strict=False)
        )

    def _get_follow_up_of(self, author):
        """Return the author's own follow-up ticket, if it still takes replies.

        An author who is not a requester of this ticket has such a ticket: the author's
        first late reply started it.
        """
        return self.related_ticket_ids.filtered(
            lambda ticket: author in ticket._get_requesters()
            and ticket._takes_replies()
        )[:1]

    def _relay_reply(self, message, target):
        """Post a reply on the ticket that continues this ticket.

        If the two tickets have different requesters, it is posted as a note.
        """
        subtype = "comment" if self._shares_thread_with_successor() else "note"
        # as superuser: Odoo drops attachments that a portal user does not own
        poster = target.with_user(SUPERUSER_ID).with_context(
            helpdesk_reply_relayed=True
        )
        attachments = message.attachment_ids.with_user(SUPERUSER_ID).copy(
            {"res_model": target._name, "res_id": target.id}
        )
        poster.message_post(
            body=message.body,
            subject=message.subject,
            author_id=message.author_id.id,
            email_from=message.email_from,
            message_type="comment",
            subtype_xmlid=f"mail.mt_{subtype}",
            attachment_ids=attachments.ids,
            partner_ids=target.user_id.partner_id.ids,
        )

    def _start_follow_up(self, message, successor):
        """Create a new ticket from a reply that came after the end of this ticket.

        :param successor: the ended ticket that continued this ticket, if any
        """
        self.ensure_one()
        follow_up = self.with_user(SUPERUSER_ID).create(
            self._prepare_follow_up_values(message)
        )
        follow_up.related_ticket_ids = [
            Command.link(ticket.id) for ticket in self | successor
        ]
        message.attachment_ids.with_user(SUPERUSER_ID).copy(
            {"res_model": self._name, "res_id": follow_up.id}
        )
        if follow_up._get_requesters() == self._get_requesters():
            # otherwise replies of the requester would go to another person's ticket
            self.follow_up_id = follow_up
        self._message_log(
            body=self.env._(
                "This reply came after the ticket had ended. The conversation "
                "continues in %(ticket)s.",
                ticket=follow_up._get_html_link(follow_up.display_name),
            )
        )
        return follow_up

    def _prepare_follow_up_values(self, message):
        author = message.author_id
        if author in self._get_requesters():
            people = {
                "partner_id": self.partner_id.id,
                "submitter_id": self.submitter_id.id,
                "partner_name": self.partner_name,
                "partner_email": self.partner_email,
            }
        else:
            people = {
                # other people must not read the title of this ticket
                "name": message.subject or self.env._("No Subject"),
                "partner_id": author.id,
                "partner_name": author.name,
                "partner_email": author.email or message.email_from,
            }
        channel = "email" if message.message_type == "email" else "web"
        return {
            "name": self.name,
            "description": message.body
            if not is_html_empty(message.body)
            else Markup("<p>%s</p>") % self.name,
            "team_id": self.team_id.id,
            "type_id": self.type_id.id,
            "category_id": self.category_id.id,
            "company_id": self.company_id.id,
            "user_id": False,
            # empty if the school has deleted the channel
            "channel_id": self.env["ir.model.data"]._xmlid_to_res_id(
                f"helpdesk_mgmt.helpdesk_ticket_channel_{channel}"
            ),
            **people,
        }
