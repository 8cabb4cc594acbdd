"""One notification: one event, for one person. A scheduled action delivers it.

The row is written by the transaction that causes the event. All rows for one person
about one ticket that wait at the same time become one mail. A row is delivered in the
transaction that also marks it as delivered, so that nothing is told twice and nothing
is lost when the server stops.
"""

import logging
from datetime import timedelta

from psycopg2 import OperationalError
from psycopg2.extras import Json

from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..helpdesk_ticket.notify import COLLECTED

_logger = logging.getLogger(__name__)

#: Tickets whose rows are delivered in one transaction.
BATCH = 50
#: How often a run begins again because of other transactions.
MOST_CONFLICTS = 10
#: How long rows are kept that need nothing more.
LIFETIME = timedelta(days=90)
#: Mails of this time count for the limit of receipts; the limit if mails have none.
RECEIPT_TIME = timedelta(hours=1)
RECEIPT_LIMIT = 20
#: Mails that are parked in this time are told together.
PARKED_WAIT = timedelta(minutes=10)


class HelpdeskNotification(models.Model):
    _name = "helpdesk.notification"
    _inherit = ["helpdesk.literal.search.mixin"]
    _description = "Notification about a Ticket"
    _order = "id desc"
    _rec_name = "event"

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket", readonly=True, ondelete="cascade", index=True
    )
    parked_id = fields.Many2one(
        comodel_name="helpdesk.mail.parked",
        string="Parked mail",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )
    event = fields.Selection(
        selection=lambda self: self._get_rule_selection("event"),
        required=True,
        readonly=True,
    )
    audience = fields.Selection(
        selection=lambda self: self._get_rule_selection("audience"), readonly=True
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Person",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )
    email = fields.Char(string="Address", readonly=True)
    details = fields.Json(readonly=True)
    state = fields.Selection(
        selection=[
            ("pending", "To deliver"),
            ("queued", "Delivered"),
            ("dropped", "No longer true"),
            ("failed", "Failed"),
        ],
        required=True,
        readonly=True,
        default="pending",
    )
    due = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    create_date = fields.Datetime(string="Noted on", readonly=True)

    # two requests that cause the same event at the same time tell it once
    _pending_unique = models.UniqueIndex(
        "(ticket_id, event, audience, COALESCE(partner_id, 0), COALESCE(email, ''))"
        " WHERE state = 'pending'",
        "This notification waits already.",
    )
    _pending_idx = models.Index("(due) WHERE state = 'pending'")

    @api.model
    def _get_rule_selection(self, name):
        """Return the values that a field of the rules has, with those of addons."""
        return (
            self.env["helpdesk.notification.rule"]
            ._fields[name]
            ._description_selection(self.env)
        )

    # ------------------------------------------------------------------
    # Noting
    # ------------------------------------------------------------------

    def _write_collected(self):
        """Write the rows of all events that this transaction has noted."""
        collected = self.env.cr.precommit.data.pop(COLLECTED, {})
        tickets = self.env["helpdesk.ticket"].browse(
            {ticket_id for ticket_id, _event in collected}
        )
        known = set(tickets.exists().ids)
        by_event = {}
        for (ticket_id, event), details in collected.items():
            if ticket_id in known:
                ticket = tickets.browse(ticket_id).with_prefetch(tickets._prefetch_ids)
                if ticket._may_tell(event):
                    by_event.setdefault(event, {})[ticket] = details
        table = self.env["helpdesk.notification.rule"]._get_table()
        rows = []
        for event, details_by_ticket in by_event.items():
            concerned = tickets.browse(ticket.id for ticket in details_by_ticket)
            concerned._on_noted(event, details_by_ticket)
            for _rule_id, audience in table.get(event, ()):
                for ticket, details in details_by_ticket.items():
                    rows += self._prepare_rows(ticket, event, audience, details)
        # in the order of the events, because the last one counts
        order = {key: index for index, key in enumerate(collected)}
        rows.sort(key=lambda row: order[row[0], row[1]])
        self._insert(rows)

    def _prepare_rows(self, ticket, event, audience, details):
        people = ticket._get_notified(event, audience, details).filtered("active")
        if event != "receipt":
            people = people.filtered(lambda person: person.id != details["actor"])
        rows = [
            (ticket.id, event, audience, person.id, None, details) for person in people
        ]
        if audience == "requesters" and not ticket.partner_id and ticket.partner_email:
            # a requester who is no contact, for example from OCA's public form
            address = ticket.partner_email
            rows.append((ticket.id, event, audience, None, address, details))
        if event == "receipt":
            rows = [row for row in rows if self._may_get_receipt(ticket, *row[3:5])]
        return rows

    def _may_get_receipt(self, ticket, partner_id, address):
        """Whether somebody who writes many mails still gets receipts for them.

        Otherwise two robots could write to each other without an end.
        """
        channel_id = ticket._get_email_channel_id()
        if not channel_id or ticket.channel_id.id != channel_id:
            return True
        limit = ticket.company_id.helpdesk_mail_limit or RECEIPT_LIMIT
        domain = (
            Domain("event", "=", "receipt")
            & Domain("create_date", ">=", fields.Datetime.now() - RECEIPT_TIME)
            & Domain("partner_id", "=", partner_id or False)
            & Domain("email", "=", address or False)
        )
        return self.search_count(domain, limit=limit) < limit

    def _insert(self, rows):
        """Write rows; complete those that wait already."""
        if not rows:
            return
        now = fields.Datetime.now()
        self.flush_model()
        self.env.execute_query(
            SQL(
                "INSERT INTO helpdesk_notification (ticket_id, event, audience,"
                " partner_id, email, details, state, due, create_date, write_date,"
                " create_uid, write_uid) VALUES %s"
                " ON CONFLICT (ticket_id, event, audience, COALESCE(partner_id, 0),"
                " COALESCE(email, '')) WHERE state = 'pending'"
                # the words of an earlier answer are told, too
                " DO UPDATE SET details = EXCLUDED.details || jsonb_build_object("
                "'earlier_ids', COALESCE(helpdesk_notification.details->'earlier_ids',"
                " '[]') || COALESCE(helpdesk_notification.details->'message_id', '[]')"
                " || COALESCE(EXCLUDED.details->'earlier_ids', '[]')) RETURNING id",
                SQL(", ").join(
                    SQL(
                        "(%s, %s, %s, %s, %s, %s, 'pending', %s, %s, %s, %s, %s)",
                        *row[:5],
                        Json(row[5]),
                        *(now, now, now, self.env.uid, self.env.uid),
                    )
                    for row in rows
                ),
            )
        )
        self.invalidate_model()
        self._start_delivery()

    @api.model
    def _note_parked(self, mails):
        """Note that mails wait for a decision.

        :param mails: parked mails
        """
        Rule = self.env["helpdesk.notification.rule"]
        if not mails or "parked_mail" not in Rule._get_table():
            return
        due = fields.Datetime.now() + PARKED_WAIT
        managers = self.env.ref("helpdesk_mgmt.group_helpdesk_manager").all_user_ids
        for mail in mails:
            leader = mail.team_id.user_id.filtered("active")
            people = leader or managers.filtered(
                lambda user: not user.share and user.active and user.id != SUPERUSER_ID
            )
            self.create(
                [
                    {
                        "parked_id": mail.id,
                        "event": "parked_mail",
                        "audience": "leader",
                        "partner_id": partner.id,
                        "due": due,
                    }
                    for partner in people.partner_id
                ]
            )
        self._start_delivery(due)

    @api.model
    def _start_delivery(self, at=None):
        """Let the scheduled action run as soon as this transaction has ended."""
        self.env["ir.cron"]._start_soon("school_helpdesk_base.ir_cron_notify", at)

    # ------------------------------------------------------------------
    # Delivering
    # ------------------------------------------------------------------

    @api.model
    def _cron_deliver(self):
        """Deliver what waits; called by a scheduled action."""
        self._retry_failed()
        due = Domain("state", "=", "pending") & Domain(
            "due", "<=", fields.Datetime.now()
        )
        Cron = self.env["ir.cron"]
        Cron._commit_progress(remaining=self.search_count(due))
        conflicts = 0
        while jobs := self._get_next_jobs(due):
            try:
                jobs._deliver()
                goes_on = Cron._commit_progress(len(jobs))
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                # somebody has just changed one of the tickets: begin again, and see it
                conflicts += 1
                if conflicts > MOST_CONFLICTS:
                    raise
                self.env.cr.rollback()
                continue
            if not goes_on:
                break

    @api.model
    def _get_next_jobs(self, due):
        """Return the waiting rows of some tickets, locked."""
        first = self.search(due, order="id", limit=BATCH)
        if not first:
            return first
        alone = first.filtered(lambda job: not job.ticket_id)
        jobs = self.search(
            due
            & (
                Domain("id", "in", first.ids)
                | Domain("ticket_id", "in", first.ticket_id.ids)
                # rows without a ticket that are told to one person together
                | (
                    Domain("ticket_id", "=", False)
                    & Domain("event", "in", first.mapped("event"))
                    & Domain("partner_id", "in", alone.partner_id.ids)
                )
            ),
            order="id",
        )
        return jobs.try_lock_for_update().filtered_domain(due)

    def _deliver(self):
        """Deliver rows; those that cannot be delivered hold up no others."""
        if not self._try_to_deliver():
            return
        for jobs in self.grouped(lambda job: job._get_letter_key()).values():
            if error := jobs._try_to_deliver():
                _logger.error("Notifications %s failed", jobs.ids, exc_info=error)
                # trying again does not help: a manager decides
                jobs._set_failed(str(error))

    def _try_to_deliver(self):
        """Deliver rows, or none of them; return the exception if there is one."""
        try:
            with self.env.cr.savepoint():
                self._deliver_together()
        except OperationalError:
            # not the fault of a row: the scheduled action begins again
            raise
        except Exception as error:
            return error
        return None

    def _deliver_together(self):
        """Write one letter for each person and ticket, and send it."""
        letters = self._make_letters()
        for channel in self.env["helpdesk.notification.rule"]._get_channels():
            concerned = [letter for letter in letters if channel in letter.channels]
            if concerned:
                getattr(self, f"_deliver_{channel}")(concerned)
        self.filtered(lambda job: job.state == "pending").state = "queued"

    @api.autovacuum
    def _gc_notifications(self):
        """Delete rows that need nothing more."""
        old = fields.Datetime.now() - LIFETIME
        self.search(
            [("state", "in", ("queued", "dropped")), ("create_date", "<", old)]
        ).unlink()
