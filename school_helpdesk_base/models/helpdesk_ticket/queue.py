"""The queue: the order of the agents' lists, and who must act next on a ticket.

The desk must act on a new or reopened ticket, and after a message of the requester.
After an answer of the desk, or while the ticket waits for the requester, the requester
must act. Nobody must act on an ended ticket, nor on one that waits for somebody or
something else, until the requester writes. Notes and automatic messages change nothing.
"""

from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.moment import get_today, parse_local
from ..helpdesk_ticket_stage import ENDED_CATEGORIES
from .ticket import DESK_ONLY

#: The ranks of the queue: tickets with a deadline, then by priority tickets without
#: one, then by priority waiting tickets, and ended tickets.
DEADLINE_RANK = 8
OPEN_RANK = 4
WAITING_RANK = 0
ENDED_RANK = -1


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    awaiting = fields.Selection(
        selection=[("desk", "Help desk"), ("requester", "Requester")],
        string="Must Act",
        readonly=True,
        groups=DESK_ONLY,
        copy=False,
        help="Who must act next: the desk after a message of the requester, the "
        "requester after an answer of the desk. Empty while the ticket waits for "
        "somebody or something else.",
    )
    unanswered_since = fields.Datetime(
        readonly=True,
        groups=DESK_ONLY,
        copy=False,
        help="When the desk's turn to act began; empty while it is not the desk's "
        "turn.",
    )
    next_due = fields.Datetime(
        string="Due",
        compute="_compute_next_due",
        store=True,
        index="btree_not_null",
        groups=DESK_ONLY,
        help="The nearest moment when the ticket must be answered or resolved; empty "
        "if there is no deadline.",
    )
    is_overdue = fields.Boolean(
        string="Overdue", compute="_compute_is_overdue", groups=DESK_ONLY
    )
    is_due_today = fields.Boolean(
        string="Due today",
        compute="_compute_is_due_today",
        search="_search_is_due_today",
        groups=DESK_ONLY,
        help="Whether the ticket is due later today, in the time zone of the reader or "
        "else of the school.",
    )
    queue_rank = fields.Integer(
        compute="_compute_queue_rank",
        store=True,
        aggregator=None,
        groups=DESK_ONLY,
        help="The first value by which the queue is sorted: tickets with a deadline, "
        "then the other tickets, then waiting tickets, then ended ones.",
    )

    # The order of the agents' lists, which are loaded very often: see the attribute
    # default_order in views/helpdesk_ticket_queue_views.xml.
    _queue_idx = models.Index(
        "(queue_rank DESC, next_due, priority DESC, unanswered_since, id DESC)"
    )
    # Open tickets are few. The condition is written as Odoo writes that of the filters.
    _queue_idx_open = models.Index(
        "(queue_rank DESC, next_due, priority DESC, unanswered_since, id DESC)"
        " WHERE status_category NOT IN ('resolved', 'closed', 'cancelled')"
        " OR status_category IS NULL"
    )

    @api.depends("status_category")
    def _compute_next_due(self):
        for ticket in self:
            deadlines = ticket.status_category not in ENDED_CATEGORIES and [
                deadline
                for target in ("first_response", "resolution")
                if (deadline := ticket._get_deadline(target))
            ]
            ticket.next_due = bool(deadlines) and min(deadlines)

    @api.depends("status_category", "next_due")
    def _compute_is_overdue(self):
        now = fields.Datetime.now()
        for ticket in self:
            ticket.is_overdue = (
                ticket.next_due
                and ticket.next_due < now
                and ticket.status_category not in ENDED_CATEGORIES
            )

    @api.depends("status_category", "next_due")
    @api.depends_context("uid", "company")
    def _compute_is_due_today(self):
        due_today = self.filtered_domain(self._get_due_today_domain())
        for ticket in self:
            ticket.is_due_today = ticket in due_today

    @api.model
    def _search_is_due_today(self, operator, value):
        return self._get_due_today_domain() if operator == "in" else NotImplemented

    @api.model
    def _get_due_today_domain(self):
        tomorrow = datetime.combine(get_today(self.env) + timedelta(days=1), time.min)
        return (
            Domain("next_due", ">=", fields.Datetime.now())
            & Domain("next_due", "<", parse_local(self.env, tomorrow.isoformat()))
            & Domain("status_category", "not in", ENDED_CATEGORIES)
        )

    @api.depends("status_category", "priority", "next_due", "awaiting")
    def _compute_queue_rank(self):
        for ticket in self:
            priority = int(ticket.priority or 0)
            if ticket.status_category in ENDED_CATEGORIES:
                ticket.queue_rank = ENDED_RANK
            elif ticket.status_category == "waiting" and ticket.awaiting != "desk":
                ticket.queue_rank = WAITING_RANK + priority
            elif ticket.next_due:
                ticket.queue_rank = DEADLINE_RANK
            else:
                ticket.queue_rank = OPEN_RANK + priority

    # ------------------------------------------------------------------
    # Who must act
    # ------------------------------------------------------------------

    @api.model
    def _on_status_changed(self, old_statuses, by_setup=False):
        result = super()._on_status_changed(old_statuses, by_setup=by_setup)
        now = fields.Datetime.now()
        facts = {}
        # sudo: helpdesk.ticket - the user may have lost access by this change
        for ticket_sudo in self.sudo().browse(ticket.id for ticket in old_statuses):
            status = ticket_sudo.status_category
            if status in ENDED_CATEGORIES:
                turn = (False, False)
            elif status == "waiting":
                turn = (ticket_sudo._get_awaiting_of_wait(), False)
            elif old_statuses[ticket_sudo] is None:
                turn = ("desk", ticket_sudo.create_date)
            else:
                turn = ("desk", ticket_sudo.unanswered_since or now)
            facts[ticket_sudo] = dict(
                zip(("awaiting", "unanswered_since"), turn, strict=True)
            )
        self._write_facts(facts)
        return result

    @api.model
    def _on_waiting_for_changed(self, old_values):
        result = super()._on_waiting_for_changed(old_values)
        facts = {}
        # sudo: helpdesk.ticket - the user may have lost access by this change
        for ticket_sudo in self.sudo().browse(ticket.id for ticket in old_values):
            awaiting = ticket_sudo._get_awaiting_of_wait()
            # a reply during the wait is still to be answered
            if awaiting or ticket_sudo.awaiting != "desk":
                facts[ticket_sudo] = {"awaiting": awaiting, "unanswered_since": False}
        self._write_facts(facts)
        return result

    def _get_awaiting_of_wait(self):
        """Return who must act when it is not the desk's turn: the requester or False.

        False means nobody: the ticket waits for somebody or something else.
        """
        self.ensure_one()
        return self.waiting_for in (False, "requester") and "requester"

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        if self._is_readable_by_requester(message):
            self._follow_message(message)
        return result

    def _follow_message(self, message):
        """Set who must act after a message that a person wrote.

        :param message: a message that the requester can read
        """
        self.ensure_one()
        # sudo: helpdesk.ticket - users who may post may lack write access
        ticket_sudo = self.sudo()
        if ticket_sudo.status_category in ENDED_CATEGORIES:
            return
        if self._is_written_by_desk(message):
            facts = {
                "awaiting": ticket_sudo._get_awaiting_of_wait(),
                "unanswered_since": False,
            }
            self._write_facts({ticket_sudo: facts})
        else:
            self._follow_reply(message)

    def _follow_reply(self, message, other_requesters=None):
        """Let the desk act after a reply.

        :param other_requesters: see ``_is_end_of_wait``
        """
        self.ensure_one()
        # sudo: helpdesk.ticket - users who may post may lack write access
        ticket_sudo = self.sudo()
        status = ticket_sudo.status_category
        if status in ENDED_CATEGORIES or (
            status == "waiting"
            and ticket_sudo._is_end_of_wait(message, other_requesters)
        ):
            # a reply that reopens the ticket changes the status, which sets the turn
            return
        # the date of a mail comes from the sender's computer and may be wrong
        now = fields.Datetime.now()
        since = ticket_sudo.unanswered_since or min(message.date, now)
        self._write_facts(
            {ticket_sudo: {"awaiting": "desk", "unanswered_since": since}}
        )

    def _relay_reply(self, message, target):
        result = super()._relay_reply(message, target)
        # the target got a note if the requesters do not share messages
        target._follow_reply(message, self._get_requesters())
        return result

    def _set_awaiting_from_messages(self):
        """Find out from the messages of tickets who must act on them.

        Usually each new message updates these fields. This method is for tickets that
        are older than the fields, and for the target of a merge.
        """
        # sudo: helpdesk.ticket, mail.message - the facts are the same for every reader
        tickets_sudo = self.sudo().filtered(
            lambda ticket: ticket.status_category not in ENDED_CATEGORIES
        )
        Message = self.env["mail.message"].sudo()
        messages = Message.search(
            Message._get_requester_readable_domain()
            & Domain("model", "=", self._name)
            & Domain("res_id", "in", tickets_sudo.ids),
            order="date, id",
        ).grouped("res_id")
        facts = {}
        for ticket in tickets_sudo:
            waiting_since = ticket.status_category == "waiting" and ticket.waiting_since
            since = ticket.create_date
            for message in messages.get(ticket.id, ()):
                if ticket._is_written_by_desk(message):
                    since = False
                elif not since or (waiting_since and since < waiting_since):
                    since = message.date
            if since and waiting_since and since < waiting_since:
                # the desk began to wait after this message
                since = False
            awaiting = "desk" if since else ticket._get_awaiting_of_wait()
            facts[ticket] = {"awaiting": awaiting, "unanswered_since": since}
        self._write_facts(facts)

    def _merge_concerns(self, target, shared):
        result = super()._merge_concerns(target, shared)
        target._set_awaiting_from_messages()
        return result

    # ------------------------------------------------------------------
    # The bar above the lists
    # ------------------------------------------------------------------

    @api.model
    @api.readonly
    def get_queue_counts(self, queues):
        """Return how many tickets each filter of the queue shows to the user.

        :param dict queues: name of a filter to its domain
        :return: dictionary of the name to the number of tickets
        """
        return {name: self.search_count(domain) for name, domain in queues.items()}
