"""Answers a ticket, and resolves it or sets it to waiting with the same click."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from ..models.helpdesk_ticket_stage import STATUS_CATEGORIES, WAITING_FOR
from ..tools.plain_name import clean_line, is_html_blank


class HelpdeskTicketAnswer(models.TransientModel):
    _name = "helpdesk.ticket.answer"
    _description = "Answer a Ticket"

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket", required=True, readonly=True, ondelete="cascade"
    )
    sent = fields.Boolean(readonly=True)
    known_status = fields.Selection(
        selection=STATUS_CATEGORIES,
        compute="_compute_known_status",
        store=True,
        readonly=False,
        compute_sudo=False,
        help="The status of the ticket when the dialog was opened.",
    )
    recipients = fields.Char(
        string="To",
        compute="_compute_recipients",
        help="The requesters and the other followers of the ticket.",
    )
    email_cc = fields.Char(string="In copy", compute="_compute_recipients")
    to_people_in_copy = fields.Boolean(string="Also to those in copy")
    answer_lang = fields.Char(
        string="Language of the requester", compute="_compute_recipients"
    )
    canned_response_id = fields.Many2one(
        comodel_name="mail.canned.response",
        string="Ready-made answer",
        store=False,
        help="The text of the ready-made answer is added to your answer, where you can "
        "change it.",
    )
    body = fields.Html(string="Answer", sanitize_style=True)
    attachment_ids = fields.Many2many(
        comodel_name="ir.attachment", string="Files", bypass_search_access=True
    )
    solution = fields.Char(
        help="One line for reports and articles, which the requester gets too. It may "
        "stay empty.",
    )
    waiting_for = fields.Selection(
        selection=WAITING_FOR, default="requester", required=True
    )
    wait_until = fields.Datetime(
        string="Wait until",
        help="The ticket is reopened automatically if nobody has replied by then. "
        "Leave this empty to wait for a reply only.",
    )

    @api.depends("ticket_id")
    def _compute_known_status(self):
        # does not depend on the status: the later status is compared with this value
        for answer in self:
            answer.known_status = answer.ticket_id.status_category

    @api.depends("ticket_id")
    @api.depends_context("uid")
    def _compute_recipients(self):
        for answer in self:
            # sudo: helpdesk.ticket - the form shows the names of the people who get
            # the answer, also of those whose contact the agent may not read; a ticket
            # that the user may not write is refused
            ticket_sudo = answer.ticket_id.sudo()
            if not ticket_sudo or not ticket_sudo.sudo(False).has_access("write"):
                answer.recipients = answer.email_cc = answer.answer_lang = False
                continue
            people_sudo = ticket_sudo._get_answer_recipients()
            names = [
                person_sudo.name
                if person_sudo.email or person_sudo.user_ids
                else self.env._(
                    "%(name)s (no mail address)", name=person_sudo.display_name
                )
                for person_sudo in people_sudo
            ]
            requesters_sudo = ticket_sudo._get_requesters()
            lang = requesters_sudo[:1].lang
            name, address = ticket_sudo._get_typed_requester()
            if address:
                # sending the answer makes a contact, in the language of the school
                names.insert(0, f"{name} <{address}>" if name else address)
                lang = lang or ticket_sudo.company_id.partner_id.lang
            answer.recipients = ", ".join(names)
            answer.email_cc = ticket_sudo.email_cc
            answer.answer_lang = lang

    @api.constrains("ticket_id")
    def _check_ticket(self):
        """Refuse tickets the user may not write: the form shows the ticket's name."""
        # constraints run as superuser
        self.sudo(False).ticket_id.check_access("write")

    @api.onchange("canned_response_id")
    def _onchange_canned_response_id(self):
        if self.canned_response_id:
            text = plaintext2html(self.canned_response_id.substitution)
            self.body = text if is_html_blank(self.body) else self.body + text
            # empty the field, so that another ready-made answer can be chosen
            self.canned_response_id = False

    def action_send(self):
        """Send the answer to the requester.

        :raise UserError: there is no answer to send
        """
        if not self._begin_sending():
            return {"type": "ir.actions.act_window_close"}
        ticket = self._get_ticket()
        if not self._has_answer():
            raise UserError(self.env._("Write an answer first."))
        self._post(ticket)
        return {"type": "ir.actions.act_window_close"}

    def action_send_and_resolve(self):
        """Send the answer and resolve the ticket.

        :return: an action that follows
        :raise UserError: there is neither an answer nor a solution, or the ticket
            cannot be resolved, or somebody else has changed its status
        """
        if not self._begin_sending():
            return {"type": "ir.actions.act_window_close"}
        ticket = self._get_ticket()
        self._check_known_status(ticket)
        if ticket.status_category != "resolved":
            # raises an error if the ticket has ended, before anything is sent
            ticket._get_resolvable()
        solution = clean_line(self.solution)
        if not self._has_answer():
            if not solution:
                raise UserError(self.env._("Write an answer or the solution first."))
            result = ticket._resolve(solution)
        else:
            unended = ticket._filter_unended()
            # one mail tells the answer and that the ticket is resolved
            self._post(ticket, solution, event="resolved" if unended else None)
            if solution:
                ticket._write_for_requester({"solution": solution})
            result = unended.action_resolve()
        return result or {"type": "ir.actions.act_window_close"}

    def action_send_and_wait(self):
        """Send the answer and wait.

        :raise UserError: there is no answer to send, or the date is in the past, or
            somebody else has changed the status of the ticket
        """
        if not self._begin_sending():
            return {"type": "ir.actions.act_window_close"}
        ticket = self._get_ticket()
        self._check_known_status(ticket)
        if not self._has_answer():
            raise UserError(self.env._("Write an answer first."))
        ticket._check_wait_until(self.wait_until)
        ticket._wait(until=self.wait_until, waiting_for=self.waiting_for)
        # one mail tells the answer and that the ticket waits
        self._post(ticket, event=ticket._get_waiting_event())
        return {"type": "ir.actions.act_window_close"}

    def _begin_sending(self):
        """Return False if the answer was sent already: it is sent only once."""
        self.ensure_one()
        if self.sent:
            return False
        self.sent = True
        # this locks the row: a second click waits here, and Odoo repeats its request
        # after the answer is sent
        self.flush_recordset(["sent"])
        return True

    def _get_ticket(self):
        """Return the ticket, which the current user must be allowed to write."""
        self.ensure_one()
        # sudo: helpdesk.ticket - so that a hidden ticket is refused, not ignored
        ticket = self.sudo().ticket_id.sudo(False)
        ticket.check_access("write")
        return ticket

    def _check_known_status(self, ticket):
        """Check that nobody has changed the status while the dialog was open.

        :raise UserError: the ticket has got another status
        """
        if self.known_status and ticket.status_category != self.known_status:
            field = ticket.fields_get(["status_category"], ["selection"])
            statuses = dict(field["status_category"]["selection"])
            raise UserError(
                self.env._(
                    "Somebody has just changed %(ticket)s to %(status)s. Nothing was "
                    "sent. You can still send your answer without changing the status.",
                    ticket=ticket.display_name,
                    status=statuses[ticket.status_category],
                )
            )

    def _has_answer(self):
        return bool(self.attachment_ids) or not is_html_blank(self.body)

    def _post(self, ticket, solution="", event=None):
        """Post the answer, with the solution as its last line if one is given.

        :param str event: what happens to the ticket by the same click
        :raise UserError: no mail can be sent to the address of the requester
        """
        ticket._link_typed_requester()
        body = Markup(self.body or "")
        if solution:
            body += Markup("<p>%s</p>") % solution
        values = {}
        if self.to_people_in_copy and ticket.email_cc:
            values["outgoing_email_to"] = ticket.email_cc
        # this is a message of the desk, not a reply, even if the agent is the requester
        ticket.with_context(helpdesk_reply_relayed=True)._post_with_event(
            event,
            body=body,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=ticket._get_requesters().ids,
            attachment_ids=self.attachment_ids.ids,
            **values,
        )
