"""Detects all changes of a ticket in one place and calls named events for them.

``create`` and ``write`` compare each ticket before and after the change. They first
write the status log and the facts computed from it (``status.py``). Then they call each
event below once, with all tickets that it concerns. Other parts of the suite extend an
event and call ``super()``. An extension must not rely on running before or after
another one.

An event gets the tickets in the environment of the current user. After a ticket is
handed over, that user may no longer read it: an extension that must read it uses
``sudo()`` and says why.
"""

from contextlib import contextmanager
from typing import Any, NamedTuple

from odoo import api, fields, models
from odoo.models import MAGIC_COLUMNS
from odoo.tools import SQL

#: Writing one of these fields can cause an event. A new assignee can change the team,
#: and a new team can change the stage.
WATCHED_FIELDS = {
    "active",
    "partner_id",
    "stage_id",
    "submitter_id",
    "team_id",
    "user_id",
    "waiting_for",
}
#: After writing one of these fields, the user may lose access to the ticket.
HAND_OVER_FIELDS = {"team_id", "user_id"}
#: Key of the transaction's data: ids of the tickets whose changes a ``write`` that is
#: still running will detect.
WATCHED_TICKETS = "helpdesk.ticket.watched"
#: Key of the transaction's data: ids of the tickets that it has created.
NEW_TICKETS = "helpdesk.ticket.new"
#: Key of the transaction's data: ids of the tickets that ``create`` is still creating.
TICKETS_IN_CREATION = "helpdesk.ticket.in_creation"


class Snapshot(NamedTuple):
    """Values of a ticket, to compare it before and after a change."""

    stage: Any
    status: str
    waiting_for: str
    assignee: Any
    team: Any
    requesters: Any
    active: bool
    assigned_date: Any
    closed_date: Any


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    # ------------------------------------------------------------------
    # The events
    # ------------------------------------------------------------------

    @api.model
    def _on_status_changed(self, old_statuses, by_setup=False):
        """The status of tickets has changed, or tickets are new.

        :param dict old_statuses: ticket to its status before; ``None`` for a new ticket
        :param bool by_setup: nobody moved the tickets; a manager gave their stage
            another status. The facts are updated, but nobody is notified.
        """

    @api.model
    def _on_waiting_for_changed(self, old_values):
        """Tickets wait for somebody or something else, with the same status.

        :param dict old_values: ticket to its value of ``waiting_for`` before
        """

    @api.model
    def _on_stage_changed(self, old_stages):
        """Tickets are in another stage, of the same or another status, or are new.

        :param dict old_stages: ticket to its stage before; empty for a new ticket
        """

    @api.model
    def _on_first_response(self, messages):
        """The desk has answered tickets for the first time.

        :param dict messages: ticket to the message with the answer
        """

    @api.model
    def _on_assignee_changed(self, old_assignees):
        """Tickets have another assignee, or new tickets have one.

        :param dict old_assignees: ticket to its assignee before, which may be empty
        """

    @api.model
    def _on_team_changed(self, old_teams):
        """Tickets belong to another team, or new tickets belong to one.

        :param dict old_teams: ticket to its team before, which may be empty
        """

    @api.model
    def _on_requesters_changed(self, old_requesters):
        """Tickets have other requesters, or new tickets have requesters.

        :param dict old_requesters: ticket to its requesters before (contacts, see
            ``_get_requesters``)
        """

    @api.model
    def _on_active_changed(self, tickets):
        """Tickets were archived or unarchived."""

    # ------------------------------------------------------------------
    # Detecting changes
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_facts_of_new(vals)
        if not self.env.su:
            # only an import gives the date; the status log would begin with it
            vals_list = [
                {name: vals[name] for name in vals if name not in MAGIC_COLUMNS}
                for vals in vals_list
            ]
        tickets = super().create(vals_list)
        self.env.cr.precommit.data.setdefault(NEW_TICKETS, set()).update(tickets.ids)
        self._get_ids_in_creation().update(tickets.ids)
        # sudo: helpdesk.ticket - facts of tickets that the user has just created
        tickets_sudo = tickets.sudo()
        with tickets_sudo._without_events():
            tickets_sudo._complete_new_tickets(vals_list)
        tickets_sudo._begin_status_log(vals_list)
        self._on_status_changed(dict.fromkeys(tickets))
        for name, event in (
            ("stage_id", self._on_stage_changed),
            ("user_id", self._on_assignee_changed),
            ("team_id", self._on_team_changed),
        ):
            empty = tickets.browse()[name]
            if concerned := {
                t.with_env(self.env): empty for t in tickets_sudo if t[name]
            }:
                event(concerned)
        empty = self.env["res.partner"]
        if concerned := {
            ticket.with_env(self.env): empty
            for ticket in tickets_sudo
            if ticket._get_requesters()
        }:
            self._on_requesters_changed(concerned)
        self._get_ids_in_creation().difference_update(tickets.ids)
        return tickets

    @api.model
    def _get_ids_in_creation(self):
        """Return the ids of new tickets whose first events are not over."""
        return self.env.cr.precommit.data.setdefault(TICKETS_IN_CREATION, set())

    def _complete_new_tickets(self, vals_list):
        """Write values that follow from the other values of new tickets.

        Other files extend this method. It is called with ``sudo()`` and before the
        events, so that each event is called once and sees the final values.

        :param vals_list: the values the tickets were created with
        """

    @contextmanager
    def _without_events(self):
        """Let writes to these tickets cause no events; the caller calls them."""
        watched = self.env.cr.precommit.data.setdefault(WATCHED_TICKETS, set())
        ids = set(self._ids) - watched
        watched |= ids
        try:
            yield
        finally:
            watched -= ids

    def write(self, vals):
        self._check_facts(vals)
        if WATCHED_FIELDS.isdisjoint(vals):
            return super().write(vals)
        # Another addon's extension may write inside this write. The outer write then
        # detects the changes of both and calls each event once.
        watched = self.env.cr.precommit.data.get(WATCHED_TICKETS, set())
        ids = set(self._ids) - watched
        self.browse(ids)._lock_for_change()
        # sudo: helpdesk.ticket - to compare the ticket after a write that may take the
        # user's access away
        tickets_sudo = self.sudo().browse(ids)
        before = {ticket: ticket._get_snapshot() for ticket in tickets_sudo}
        # a copy, because OCA adds its own dates to the dictionary
        vals = self._prepare_watched_values(dict(vals))
        given = set(vals)
        handed_over = {}
        if "stage_id" in vals and not self.env.su:
            # write these fields last: after the hand-over, the user may not write the
            # stage
            handed_over = {
                name: vals.pop(name) for name in HAND_OVER_FIELDS & vals.keys()
            }
        with self.browse(ids)._without_events():
            result = super().write(vals)
            if handed_over:
                super().write(handed_over)
        self._follow_changes(before, given)
        return result

    def _lock_for_change(self):
        """Let one transaction at a time change these tickets, before it reads them.

        If another transaction has just changed one of them, this one fails at once and
        is retried. Without the lock, it fails later, in the status log, after the work
        is done: a scheduled action that writes many tickets would then make so many
        requests fail that some would fail each time they are tried.

        No other transaction sees the tickets that this one has created.
        """
        new = self.env.cr.precommit.data.get(NEW_TICKETS, ())
        if ids := [id_ for id_ in self._ids if id_ and id_ not in new]:
            self.env.execute_query(
                SQL(
                    "SELECT id FROM helpdesk_ticket WHERE id IN %s ORDER BY id"
                    " FOR NO KEY UPDATE",
                    tuple(ids),
                )
            )

    @api.model
    def _prepare_watched_values(self, vals):
        """Return the values to write, completed with values that depend on them.

        Other files extend this method, for example to add the name and the address of
        a new requester.

        :param dict vals: a copy of what ``write`` was given
        """
        return vals

    def _get_snapshot(self):
        self.ensure_one()
        return Snapshot(
            self.stage_id,
            self.status_category,
            self.waiting_for,
            self.user_id,
            self.team_id,
            self._get_requesters(),
            self.active,
            self.assigned_date,
            self.closed_date,
        )

    @api.model
    def _follow_changes(self, before, given):
        """Write the facts of a change, then call the events.

        :param dict before: ticket (with sudo) to its snapshot before the change
        :param set given: names of the fields in the values passed to ``write``
        """
        after = {ticket: ticket._get_snapshot() for ticket in before}
        self._write_change_facts(before, after, given)

        def changed(name):
            return {
                ticket.with_env(self.env): getattr(old, name)
                for ticket, old in before.items()
                if getattr(old, name) != getattr(after[ticket], name)
            }

        for name, event in (
            ("status", self._on_status_changed),
            ("stage", self._on_stage_changed),
            ("assignee", self._on_assignee_changed),
            ("team", self._on_team_changed),
            ("requesters", self._on_requesters_changed),
        ):
            if concerned := changed(name):
                event(concerned)
        if concerned := {
            ticket: old
            for ticket, old in changed("waiting_for").items()
            if before[ticket].status == after[ticket].status
        }:
            self._on_waiting_for_changed(concerned)
        if concerned := changed("active"):
            self._on_active_changed(self.browse(t.id for t in concerned))
        dropped = self.browse(
            ticket.id
            for ticket, old in before.items()
            if old.assignee and not after[ticket].assignee and "user_id" not in given
        )
        if dropped:
            dropped._log_assignees_dropped(
                {ticket.id: before[ticket].assignee for ticket in dropped}
            )

    @api.model
    def _write_change_facts(self, before, after, given):
        """Write the status log and the dates that follow from a change.

        :param dict before, after: ticket (with sudo) to its snapshot
        :param set given: names of the fields in the values passed to ``write``; these
            fields are not overwritten
        """
        now = fields.Datetime.now()
        # sudo: helpdesk.ticket - as in ``write``
        moved_sudo = self.sudo().browse(
            ticket.id
            for ticket, old in before.items()
            if (old.stage, old.status, old.waiting_for)
            != (
                after[ticket].stage,
                after[ticket].status,
                after[ticket].waiting_for,
            )
        )
        moved_sudo._log_status(now)
        changed_sudo = moved_sudo.filtered(
            lambda ticket: before[ticket].status != after[ticket].status
        )
        facts_by_ticket = {}
        from_log = changed_sudo._prepare_facts_from_log(
            {ticket: before[ticket].closed_date for ticket in changed_sudo}
        )
        for ticket, old in before.items():
            facts = {"closed_date": old.closed_date, "assigned_date": old.assigned_date}
            facts.update(from_log.get(ticket, {}))
            if old.assignee != after[ticket].assignee:
                facts["assigned_date"] = now if after[ticket].assignee else False
            facts_by_ticket[ticket] = {
                name: value for name, value in facts.items() if name not in given
            }
        self._write_facts(facts_by_ticket)

    def _log_assignees_dropped(self, assignees):
        """Log that the assignee was removed because the new team has no such member.

        :param dict assignees: id of the ticket to the removed assignee
        """
        # sudo: helpdesk.ticket - the new team; the user may have handed the ticket over
        self._message_log_batch(
            bodies={
                ticket.id: self.env._(
                    "%(user)s is not a member of %(team)s: the ticket is unassigned.",
                    user=assignees[ticket.id].display_name,
                    team=ticket.sudo().team_id.display_name,
                )
                for ticket in self
            }
        )
