"""A ticket's status: how to change it, and the facts computed from the status log.

The log (``helpdesk.ticket.status.log``) is the source of truth. The facts (dates,
waiting hours, number of reopenings) are also stored on the ticket, for lists, searches
and reports. ``_prepare_facts_from_log`` computes them at every change, and can compute
them again at any time. Code uses the status of a stage, never its name or sequence.
"""

from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.models import MAGIC_COLUMNS
from odoo.tools import format_list

from .ticket import DESK_ONLY

#: The facts; an import may set them for a ticket that was created elsewhere.
FACTS = (
    "closed_date",
    "reopen_count",
    "resolved_date",
    "waiting_hours",
    "waiting_since",
)
#: OCA's default, until the ticket gets its number.
NO_NUMBER = "/"


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    status_log_ids = fields.One2many(
        comodel_name="helpdesk.ticket.status.log",
        inverse_name="ticket_id",
        string="Status History",
        groups=DESK_ONLY,
    )
    resolved_date = fields.Datetime(
        string="Resolved on",
        readonly=True,
        copy=False,
        help="When the ticket was last resolved; empty after it is reopened.",
    )
    closed_date = fields.Datetime(
        string="Closed on",
        readonly=True,
        help="When the ticket was closed or cancelled; empty after it is reopened.",
    )
    reopen_count = fields.Integer(
        string="Times Reopened",
        readonly=True,
        copy=False,
        # lists would add it up for each assignee
        aggregator=None,
        help="How often the ticket was reopened after it was resolved or closed.",
    )
    waiting_since = fields.Datetime(
        readonly=True,
        copy=False,
        help="When the current wait began; empty while the ticket does not wait.",
    )
    waiting_hours = fields.Float(
        string="Hours Waited",
        readonly=True,
        copy=False,
        help="Working hours of all finished waiting times, by the calendar of the team "
        "or, without one, of the company.",
    )
    last_stage_update = fields.Datetime(readonly=True, copy=False)
    assigned_date = fields.Datetime(readonly=True)

    # ------------------------------------------------------------------
    # Changing the status
    # ------------------------------------------------------------------

    def _set_status(self, category, **values):
        """Move the tickets to a stage with this status, unless they already have it.

        :param str category: a value of ``status_category``
        :param values: values of other fields, written together with the stage
        :raise UserError: a ticket's team has no stage with that status
        """
        tickets_by_team = defaultdict(self.browse)
        for ticket in self:
            if ticket.status_category != category:
                tickets_by_team[ticket.team_id, ticket.company_id] += ticket
        tickets_by_stage = defaultdict(self.browse)
        for tickets in tickets_by_team.values():
            stage = tickets[0]._get_stage_of_category(category)
            tickets_by_stage[stage] += tickets
        for stage, tickets in tickets_by_stage.items():
            tickets.write({"stage_id": stage.id, **values})

    def _get_stage_of_category(self, category):
        """Return the stage of this ticket's team for a status.

        :raise UserError: the ticket's team has no such stage
        """
        self.ensure_one()
        # sudo: helpdesk.ticket.stage - setup, for every user who moves a ticket
        team = self.sudo().team_id.with_company(self.sudo().company_id)
        stage = team._get_stage_of_category(category)
        if not stage:
            field = stage.fields_get(["status_category"], ["selection"])
            statuses = dict(field["status_category"]["selection"])
            raise UserError(
                self.env._(
                    "There is no stage with the status %(status)s for the ticket "
                    "%(ticket)s.",
                    status=statuses[category],
                    ticket=self.display_name,
                )
            )
        return stage.with_env(self.env)

    def _apply_stage_status(self, old_status):
        """Update these tickets after a manager gave their stage another status.

        The new status counts from the moment when each ticket entered the stage.
        Nobody moved the tickets, so nobody is notified, and they do not count as
        reopened.

        :param str old_status: the status of the stage before the change
        """
        self.status_log_ids.filtered(lambda row: not row.end).write(
            {
                "status_category": self.stage_id.status_category,
                # all tickets of the stage have got the same value
                "waiting_for": self[:1].waiting_for,
                "by_setup": True,
            }
        )
        self._write_facts(self._prepare_facts_from_log())
        self._on_status_changed(dict.fromkeys(self, old_status), by_setup=True)

    # ------------------------------------------------------------------
    # The log
    # ------------------------------------------------------------------

    def _log_status(self, now):
        """End the open log rows and start new ones for the current stages.

        :param datetime now: when the stages changed (naive UTC)
        """
        Log = self.env["helpdesk.ticket.status.log"]
        if not self:
            return
        self.stage_id._lock_status()
        open_rows = Log.search([("ticket_id", "in", self.ids), ("end", "=", False)])
        open_rows.write({"end": now})
        # the database allows only one open row for each ticket
        open_rows.flush_recordset(["end"])
        Log.create(
            [
                {
                    "ticket_id": ticket.id,
                    "stage_id": ticket.stage_id.id,
                    # without a stage, a ticket counts as open
                    "status_category": ticket.status_category or "open",
                    "waiting_for": ticket.waiting_for,
                    "start": now,
                    "user_id": self.env.uid,
                }
                for ticket in self
            ]
        )

    def _begin_status_log(self, vals_list):
        """Start the log of new tickets and write their facts.

        An import may set dates in the past: the log then starts with them. It may also
        set the complete log as ``status_log_ids``.

        :param vals_list: the values the tickets were created with
        """
        self.stage_id._lock_status()
        now = fields.Datetime.now()
        rows = []
        for ticket, vals in zip(self, vals_list, strict=True):
            if not vals.get("status_log_ids"):
                rows += ticket._prepare_first_rows(vals, now)
        self.env["helpdesk.ticket.status.log"].create(rows)
        from_log = self._prepare_facts_from_log()
        facts_by_ticket = {}
        for ticket, vals in zip(self, vals_list, strict=True):
            facts = from_log[ticket]
            if ticket.user_id and not ticket.assigned_date:
                facts["assigned_date"] = now
            facts_by_ticket[ticket] = {
                name: value for name, value in facts.items() if not vals.get(name)
            }
        self._write_facts(facts_by_ticket)

    def _prepare_first_rows(self, vals, now):
        """Return the values of the log's first rows for a new ticket.

        :param dict vals: the values the ticket was created with
        :param datetime now: the current time (naive UTC)
        """
        self.ensure_one()
        given = {
            name: fields.Datetime.to_datetime(vals.get(name))
            for name in ("create_date", "resolved_date", "closed_date", "waiting_since")
        }
        created = given["create_date"] or now
        status = self.status_category or "open"
        steps = {"open": created}
        match status:
            case "waiting":
                steps["waiting"] = given["waiting_since"] or created
            case "resolved":
                steps["resolved"] = given["resolved_date"] or created
            case "closed":
                closed = given["closed_date"] or given["resolved_date"] or created
                if (resolved := given["resolved_date"]) and resolved < closed:
                    steps["resolved"] = resolved
                steps["closed"] = closed
            case "cancelled":
                steps["cancelled"] = given["closed_date"] or created
        if status != "open" and not any(given.values()):
            # no dates are given: the ticket is created now, in this status
            steps = {status: now}
        starts = list(steps.values())
        return [
            {
                "ticket_id": self.id,
                "status_category": category,
                "waiting_for": category == "waiting" and self.waiting_for,
                "stage_id": self.stage_id.id if category == status else False,
                "start": start,
                "end": end,
                "user_id": self.env.uid,
            }
            for (category, start), end in zip(
                steps.items(), [*starts[1:], False], strict=True
            )
        ]

    # ------------------------------------------------------------------
    # Facts
    # ------------------------------------------------------------------

    def _prepare_facts_from_log(self, closed_dates=None):
        """Return the facts of tickets, computed from their log.

        :param dict closed_dates: ticket to its stored closing date. A date that equals
            the resolved date is kept: tickets from before the installation of this
            addon were resolved and closed in one step.
        :return: dictionary of ticket to values of the fields in ``FACTS``
        """
        rows_by_ticket = self.status_log_ids.sorted("id").grouped("ticket_id")
        empty = self.status_log_ids.browse()
        facts_by_ticket, waits_by_ticket = {}, {}
        for ticket in self:
            facts, waits = rows_by_ticket.get(ticket, empty)._get_facts()
            known = (closed_dates or {}).get(ticket)
            if known and facts["closed_date"] and known == facts["resolved_date"]:
                facts["closed_date"] = known
            facts_by_ticket[ticket] = facts
            waits_by_ticket[ticket] = waits
        hours = self._get_working_hours(waits_by_ticket)
        for ticket in self:
            facts_by_ticket[ticket]["waiting_hours"] = hours[ticket]
        return facts_by_ticket

    def action_recompute_facts(self):
        """Compute the facts again, with the current calendars and holidays."""
        self.check_access("write")
        # sudo: helpdesk.ticket - facts are readonly and computed from the log only
        tickets_sudo = self.sudo()
        self._write_facts(
            tickets_sudo._prepare_facts_from_log(
                {ticket: ticket.closed_date for ticket in tickets_sudo}
            )
        )

    def _get_status_hours(self):
        """Return the working hours the tickets have spent in each status until now.

        :return: dictionary of ticket to a dictionary of status to hours
        """
        now = fields.Datetime.now()
        spans = defaultdict(list)
        # sudo: helpdesk.ticket.status.log - the caller gets only the sums
        for row in self.sudo().status_log_ids:
            spans[row.ticket_id.id, row.status_category].append(
                (row.start, row.end or now)
            )
        hours = {ticket: {} for ticket in self}
        for status in {status for _id, status in spans}:
            concerned = self.filtered(lambda t, s=status: (t.id, s) in spans)
            counted = concerned._get_working_hours(
                {ticket: spans[ticket.id, status] for ticket in concerned}
            )
            for ticket in concerned:
                hours[ticket][status] = counted[ticket]
        return hours

    @api.model
    def _is_fact(self, name):
        """Whether the field is read-only, so that only our code writes it, with sudo.

        Such fields follow from the log, from messages, from merges or from other
        fields.
        """
        field = self._fields.get(name)
        return bool(
            field and field.store and field.readonly and name not in MAGIC_COLUMNS
        )

    @api.model
    def _check_facts(self, vals):
        """Refuse that a user writes a fact.

        An import of old tickets sets the facts when it creates the tickets; it runs as
        superuser.

        :param dict vals: the values passed to ``write`` or ``create``
        :raise AccessError: the current user, without sudo, writes a fact
        """
        if self.env.su:
            return
        if not vals.keys().isdisjoint(FACTS):
            raise AccessError(
                self.env._(
                    "These values are computed from the status history of the ticket."
                )
            )
        if facts := [self._fields[name] for name in vals if self._is_fact(name)]:
            raise AccessError(
                self.env._(
                    "%(fields)s cannot be changed by hand.",
                    fields=format_list(
                        self.env,
                        [field.get_description(self.env)["string"] for field in facts],
                    ),
                )
            )

    @api.model
    def _check_facts_of_new(self, vals):
        """Keep users from giving facts to a new ticket, as ``_check_facts`` does.

        A number that is not set yet is no fact: a copy and a mail begin with it.
        """
        self._check_facts(
            {
                name: value
                for name, value in vals.items()
                if name != "number" or value not in (False, NO_NUMBER)
            }
        )

    def copy_data(self, default=None):
        """Leave out facts that are copied: they belong to the first ticket."""
        copies = super().copy_data(default)
        if self.env.su:
            return copies
        given = default or {}
        return [
            {
                name: value
                for name, value in values.items()
                if name in given or not self._is_fact(name)
            }
            for values in copies
        ]

    @api.model
    def default_get(self, fields_list):
        defaults = super().default_get(fields_list)
        if not self.env.su:
            # the context of a request may contain any default
            for name in filter(self._is_fact, list(defaults)):
                default = self._fields[name].default
                if default:
                    defaults[name] = default(self)
                else:
                    del defaults[name]
        return defaults

    @api.model
    def _write_facts(self, facts_by_ticket):
        """Write the facts that have changed, in as few writes as possible."""
        # sudo: helpdesk.ticket - facts follow from a change that was allowed
        groups = defaultdict(self.sudo().browse)
        for ticket, facts in facts_by_ticket.items():
            if new := {k: v for k, v in facts.items() if ticket.sudo()[k] != v}:
                groups[tuple(sorted(new.items()))] += ticket.sudo()
        for facts, tickets in groups.items():
            tickets.write(dict(facts))
