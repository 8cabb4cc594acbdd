"""The facts of a ticket's life, stored once, when they happen.

Every figure and every clock is computed from them. They follow the status of the
stage (never its name or order), whichever way the stage came: by hand, by button, by
a change of team, at creation.
"""

from collections import defaultdict

from pytz import UTC

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..helpdesk_ticket_stage import ENDED_CATEGORIES

#: Writing one of these may change the stage: a new assignee may bring the first team,
#: a new team its own stages.
STAGE_DRIVERS = {"stage_id", "team_id", "user_id"}
#: Writing one of these may take the ticket out of the reach of who writes it.
HAND_OVER = {"team_id", "user_id"}


class HelpdeskTicket(models.Model):
    _inherit = ["helpdesk.ticket"]

    first_response_date = fields.Datetime(
        string="First Response",
        readonly=True,
        copy=False,
        help="When the requester could first read an answer written by a person of the "
        "desk. Automatic mails, notes and stage changes do not count.",
    )
    resolved_date = fields.Datetime(
        string="Resolved on",
        readonly=True,
        copy=False,
        help="When the ticket was last resolved; empty again once it is reopened.",
    )
    closed_date = fields.Datetime(
        string="Closed on",
        readonly=True,
        help="When the ticket was closed or cancelled; empty once it is reopened.",
    )
    reopen_count = fields.Integer(
        string="Times Reopened",
        readonly=True,
        copy=False,
        help="How often the ticket came back from Resolved or Closed.",
    )
    waiting_since = fields.Datetime(
        readonly=True,
        copy=False,
        help="When the present wait began; empty while the ticket does not wait.",
    )
    waiting_hours = fields.Float(
        string="Hours Waited",
        readonly=True,
        copy=False,
        help="Working hours of all finished waits, by the team's calendar (else the "
        "company's) as it was when each wait ended.",
    )
    last_stage_update = fields.Datetime(copy=False)

    # ------------------------------------------------------------------
    # Working time
    # ------------------------------------------------------------------

    def _get_working_calendar(self):
        """Return the calendar the desk works by for this ticket; may be empty."""
        self.ensure_one()
        # sudo: resource.calendar - whoever moves a ticket, its hours are the team's
        ticket = self.sudo()
        return (
            ticket.team_id.resource_calendar_id
            or ticket.company_id.resource_calendar_id
        )

    def _get_sla(self):
        # OCA's clocks count by the team's hours alone, and fail without
        if not self.team_id.resource_calendar_id:
            return self.env["helpdesk.sla"]
        return super()._get_sla()

    def _get_waited_hours(self, end):
        """Return the working hours of each ticket's present wait.

        One look into each calendar, however many tickets; without a calendar every
        hour counts.

        :param datetime end: when the waits end (naive UTC)
        :return: dictionary of ticket to float; empty for tickets that do not wait
        """
        groups = defaultdict(self.browse)
        for ticket in self.filtered("waiting_since"):
            groups[ticket._get_working_calendar()] += ticket
        hours = {}
        for calendar, tickets in groups.items():
            since = min(tickets.mapped("waiting_since"))
            worked = (
                calendar._work_intervals_batch(
                    since.replace(tzinfo=UTC), end.replace(tzinfo=UTC)
                )[False]
                if calendar and since < end
                else [(since.replace(tzinfo=UTC), end.replace(tzinfo=UTC), None)]
            )
            for ticket in tickets:
                since = ticket.waiting_since.replace(tzinfo=UTC)
                hours[ticket] = sum(
                    max((stop - max(start, since)).total_seconds(), 0) / 3600
                    for start, stop, _attendances in worked
                )
        return hours

    # ------------------------------------------------------------------
    # Create, write
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        now = fields.Datetime.now()
        facts_by_ticket = {}
        for ticket, vals in zip(tickets, vals_list, strict=True):
            facts = ticket._prepare_status_facts("open", ticket.status_category, now)
            if ticket.user_id and not ticket.assigned_date:
                facts["assigned_date"] = now
            facts_by_ticket[ticket] = {
                name: value for name, value in facts.items() if not vals.get(name)
            }
        self._write_facts(facts_by_ticket)
        return tickets

    def write(self, vals):
        if STAGE_DRIVERS.isdisjoint(vals):
            return super().write(vals)
        given = set(vals)
        # sudo: helpdesk.ticket - the facts of a write that was allowed; after it the
        # ticket may be somebody else's
        tickets_sudo = self.sudo()
        before = {
            ticket: (
                ticket.status_category,
                ticket.closed_date,
                ticket.user_id,
                ticket.assigned_date,
            )
            for ticket in tickets_sudo
        }
        # OCA writes its dates into the values it is given
        vals, handed_over = dict(vals), {}
        if "stage_id" in vals and not self.env.su:
            # what follows from the stage needs the right to write: to hand over is last
            handed_over = {name: vals.pop(name) for name in HAND_OVER & vals.keys()}
        result = super().write(vals)
        if handed_over:
            result = super().write(handed_over)
        now = fields.Datetime.now()
        waited = tickets_sudo.filtered(
            lambda ticket: before[ticket][0] == "waiting" != ticket.status_category
        )._get_waited_hours(now)
        facts_by_ticket = {}
        dropped = defaultdict(tickets_sudo.browse)
        for ticket, (status, closed_date, user, assigned_date) in before.items():
            facts = {
                "closed_date": closed_date,
                "assigned_date": assigned_date,
            }
            if ticket.status_category != status:
                facts.update(
                    ticket._prepare_status_facts(status, ticket.status_category, now)
                )
                if status in ENDED_CATEGORIES and closed_date and facts["closed_date"]:
                    # resolved and closed in one before this addon was there
                    facts["closed_date"] = closed_date
            if ticket in waited:
                facts["waiting_hours"] = ticket.waiting_hours + waited[ticket]
            if ticket.user_id != user:
                facts["assigned_date"] = now if ticket.user_id else False
                if user and not ticket.user_id and "user_id" not in given:
                    dropped[user] += ticket
            facts_by_ticket[ticket] = {
                name: value
                for name, value in facts.items()
                if name not in given and ticket[name] != value
            }
        self._write_facts(facts_by_ticket)
        self._on_status_changed(
            {
                ticket.with_env(self.env): status
                for ticket, (status, *_facts) in before.items()
                if ticket.status_category != status
            }
        )
        for user, tickets in dropped.items():
            tickets._log_assignee_dropped(user)
        return result

    def _prepare_status_facts(self, old, new, now):
        """Return the facts a change of status brings about.

        :param str old: status before; a new ticket starts as ``open``
        :param str new: status now
        :param datetime now: when it happened
        :return: values to write
        """
        self.ensure_one()
        if old == new:
            return {}
        facts = {}
        if new == "waiting":
            facts["waiting_since"] = now
        elif old == "waiting":
            facts["waiting_since"] = False
        if new in ("resolved", "closed") and old not in ("resolved", "closed"):
            facts["resolved_date"] = now
        if new not in ("closed", "cancelled"):
            facts["closed_date"] = False
        elif old not in ("closed", "cancelled"):
            facts["closed_date"] = now
        if old in ENDED_CATEGORIES and new not in ENDED_CATEGORIES:
            facts["resolved_date"] = False
            if old != "cancelled":
                facts["reopen_count"] = self.reopen_count + 1
        return facts

    def _follow_stage_status(self, old, new):
        """Bring the facts in line with what the tickets' stage means from now on.

        As if it had meant that when they entered it. Nobody has come back by that:
        it counts as no reopening, and nobody is told.
        """
        facts_by_ticket = {}
        for ticket in self:
            entered = ticket.last_stage_update or ticket.create_date
            facts = ticket._prepare_status_facts(old, new, entered)
            facts.pop("reopen_count", None)
            facts_by_ticket[ticket] = facts
        self._write_facts(facts_by_ticket)

    @api.model
    def _on_status_changed(self, old_statuses):
        """Do what follows from a change of status; made to be extended.

        :param dict old_statuses: the changed tickets and their status before
        """

    @api.model
    def _write_facts(self, facts_by_ticket):
        """Write facts in as few writes as there are different ones."""
        # sudo: helpdesk.ticket - they follow from what was allowed, and from that alone
        groups = defaultdict(self.sudo().browse)
        for ticket, facts in facts_by_ticket.items():
            if facts:
                groups[tuple(sorted(facts.items()))] += ticket
        for facts, tickets in groups.items():
            tickets.write(dict(facts))

    def _log_assignee_dropped(self, user):
        """Say in the thread that the new team does not have the old assignee."""
        self._message_log_batch(
            bodies={
                ticket.id: self.env._(
                    "%(user)s is not a member of %(team)s: the ticket is unassigned.",
                    user=user.display_name,
                    team=ticket.team_id.display_name,
                )
                for ticket in self
            }
        )

    def _get_stage_of_category(self, category):
        """Return the stage this ticket enters for a status.

        :raise UserError: where the ticket's team has no such stage
        """
        self.ensure_one()
        # sudo: helpdesk.ticket.stage - the desk's set-up, whoever moves the ticket
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

    def _set_status(self, category, **values):
        """Move the tickets to their stage of a status; those in it stay."""
        desks = defaultdict(self.browse)
        for ticket in self:
            if ticket.status_category != category:
                desks[ticket.team_id, ticket.company_id] += ticket
        groups = defaultdict(self.browse)
        for tickets in desks.values():
            groups[tickets[0]._get_stage_of_category(category)] += tickets
        for stage, tickets in groups.items():
            tickets.write({"stage_id": stage.id, **values})

    # ------------------------------------------------------------------
    # First response
    # ------------------------------------------------------------------

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        if not self.first_response_date and self._is_response(message):
            # a mail's date is what its sender's clock says
            date = max(message.date, self.create_date)
            # sudo: helpdesk.ticket - who may post may not always write the ticket
            self.sudo().first_response_date = min(date, fields.Datetime.now())
        return result

    def _get_requesters(self):
        """Return the people the ticket is for: requester and who reported it."""
        return self.partner_id | self.submitter_id

    def _is_readable_by_requester(self, message):
        """Whether a message in this ticket's thread is written for the requester."""
        # sudo: mail.message.subtype - a fact of the message, not of its reader
        message_sudo = message.sudo()
        return (
            message_sudo.message_type in ("comment", "email")
            and message_sudo.subtype_id
            and not message_sudo.subtype_id.internal
            and not message_sudo.is_internal
        )

    def _is_written_by_desk(self, message):
        """Whether a person of the desk wrote a message, not a requester of it."""
        # sudo: res.users, res.groups - what the author is, not what the reader may see
        author = message.sudo().author_id
        if author in self._get_requesters():
            return False
        users = author.user_ids.filtered(lambda user: user._is_internal())
        return any(
            user in self.sudo().team_id.user_ids
            or user.has_group("helpdesk_mgmt.group_helpdesk_user_own")
            for user in users
        )

    def _is_response(self, message):
        """Whether a message is an answer of the desk the requester can read."""
        return self._is_readable_by_requester(message) and self._is_written_by_desk(
            message
        )
