"""Which tickets of the last days an escalation rule would have escalated.

``_get_moments`` says when a rule fires for a ticket as it is now. Here, the facts of
the whole life of the tickets are asked: the time that their clocks used, who was
assigned when, and when something happened.
"""

from collections import defaultdict
from datetime import datetime
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.rating.models.rating_data import RATING_LIMIT_MIN, RATING_LIMIT_OK
from odoo.addons.school_helpdesk_base.models.helpdesk_ticket.working_time import (
    WorkingClock,
)
from odoo.addons.school_helpdesk_base.models.helpdesk_ticket_stage import (
    ENDED_CATEGORIES,
)

from ..wizards.helpdesk_rule_simulation import Finding

#: In hours, less than a second.
TOLERANCE = 1e-4


class Stay(NamedTuple):
    """A time in which a ticket did not change: its status, assignee and messages."""

    ticket_id: int
    start: datetime
    end: datetime
    status: str
    waiting_for: str


class HelpdeskEscalationRule(models.Model):
    _name = "helpdesk.escalation.rule"
    _inherit = ["helpdesk.escalation.rule"]

    def action_simulate(self):
        return self.env["helpdesk.rule.simulation"]._open_for(self)

    def _inverse_server_action(self):
        # sudo: ir.actions.server - managers may read the name only
        before = {rule: rule.sudo().server_action_id.name for rule in self}
        result = super()._inverse_server_action()
        for rule, old in before.items():
            # sudo: ir.actions.server - only the name, which the rule shows anyway
            new = rule.sudo().server_action_id.name
            if old != new:
                # managers may not read the field, so Odoo does not show them its log
                rule._message_log(
                    body=self.env._(
                        "Run Action: %(old)s → %(new)s", old=old or "–", new=new or "–"
                    )
                )
        return result

    @api.model
    def _get_fields_to_keep(self):
        # the field that managers may read, with only the name of the action
        return {*super()._get_fields_to_keep(), "server_action"}

    def _get_effect_text(self):
        self.ensure_one()
        return " → ".join(filter(None, (self.trigger_text, self.action_text)))

    def _simulate(self, window):
        """Return the tickets that fit, and those that would have been escalated.

        :param Domain window: the tickets to look at
        :return: the ids of the tickets that fit, and a list of ``Finding``
        """
        self.ensure_one()
        Ticket = self.env["helpdesk.ticket"]
        # archived tickets are not escalated
        matched = Ticket.search(window & self._get_criteria_domain()).ids
        get = getattr(self, f"_simulate_{self.trigger}", self._simulate_clock)
        fired = sorted(get(matched)) if matched else []
        return matched, [
            Finding("effect", self.env._("Would have been escalated"), fired),
            *self._get_findings_by_team(fired),
        ]

    def _get_findings_by_team(self, ids):
        teams = self.env["helpdesk.ticket"]._read_group(
            Domain("id", "in", ids), ["team_id"], ["id:array_agg"]
        )
        if len(teams) < 2:
            return []
        return [
            Finding(
                "part",
                self.env._("In the team %(team)s", team=team.display_name)
                if team
                else self.env._("Without a team"),
                sorted(ticket_ids),
            )
            for team, ticket_ids in teams
        ]

    # ------------------------------------------------------------------
    # Clocks, reopenings and ratings
    # ------------------------------------------------------------------

    def _simulate_clock(self, ids):
        """Return the tickets whose clock used the share of its time, then or now."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT clock.ticket_id, clock.hours * %(share)s - clock.consumed_time,
                       clock.is_running, clock.last_state_date
                  FROM helpdesk_ticket_sla AS clock
                 WHERE clock.ticket_id = ANY(%(ids)s) AND clock.target = %(target)s
                   AND clock.hours > 0
                """,
                share=self.percent / 100,
                ids=ids,
                target=self.trigger,
            )
        )
        now = fields.Datetime.now()
        found = {ticket_id for ticket_id, left, *_rest in rows if left < -TOLERANCE}
        running = {
            ticket_id: (since, left)
            for ticket_id, left, is_running, since in rows
            if is_running and since and ticket_id not in found
        }
        clocks = self._get_working_clocks(
            running, min((since for since, _left in running.values()), default=now)
        )
        return found | {
            ticket_id
            for ticket_id, (since, left) in running.items()
            if clocks[ticket_id].get_hours(since, now) >= left - TOLERANCE
        }

    def _simulate_reopened(self, ids):
        Ticket = self.env["helpdesk.ticket"]
        return Ticket.search(
            Domain("id", "in", ids) & Domain("reopen_count", ">=", self.count)
        ).ids

    def _simulate_rated_bad(self, ids):
        # sudo: rating.rating - only which tickets were rated badly
        ratings = self.env["rating.rating"].sudo()
        rated = ratings._read_group(
            Domain("res_model", "=", "helpdesk.ticket")
            & Domain("res_id", "in", ids)
            & Domain("consumed", "=", True)
            & Domain("rating", ">=", RATING_LIMIT_MIN)
            & Domain("rating", "<", RATING_LIMIT_OK),
            ["res_id"],
        )
        Ticket = self.env["helpdesk.ticket"]
        return Ticket.search(
            Domain("id", "in", [ticket_id for (ticket_id,) in rated])
            & Domain("status_category", "!=", "cancelled")
        ).ids

    # ------------------------------------------------------------------
    # Nobody assigned, nothing happens
    # ------------------------------------------------------------------

    def _simulate_unassigned(self, ids):
        """Return the tickets that were without assignee for some working hours."""
        now = fields.Datetime.now()
        spans = defaultdict(list)
        for ticket_id, start, end in self._get_spans_without_assignee(ids):
            spans[ticket_id].append((start, end or now))
        clocks = self._get_working_clocks(spans)
        late = defaultdict(list)
        for ticket_id, own in spans.items():
            for start, end in own:
                if clocks[ticket_id].get_hours(start, end) >= self.hours - TOLERANCE:
                    due = clocks[ticket_id].get_end(start, self.hours)
                    late[ticket_id].append((due, end))
        # only while the ticket had not ended
        rows = self.env.execute_query(
            SQL(
                """
                SELECT ticket_id, start, coalesce("end", %s)
                  FROM helpdesk_ticket_status_log
                 WHERE ticket_id = ANY(%s) AND status_category NOT IN %s
                """,
                now,
                list(late),
                tuple(ENDED_CATEGORIES),
            )
        )
        return {
            ticket_id
            for ticket_id, start, end in rows
            if any(
                due and max(due, start) <= min(until, end)
                for due, until in late[ticket_id]
            )
        }

    def _get_spans_without_assignee(self, ids):
        """Return when tickets had no assignee: rows of id, start and end.

        The log of changes says who was assigned before and after each change.
        """
        assignee = self.env["ir.model.fields"]._get("helpdesk.ticket", "user_id")
        return self.env.execute_query(
            SQL(
                """
                WITH change AS (
                    SELECT message.res_id AS ticket_id, message.date AS moment,
                           value.old_value_integer AS old,
                           value.new_value_integer AS new,
                           row_number() OVER own AS number,
                           lead(message.date) OVER own AS next
                      FROM mail_tracking_value AS value
                      JOIN mail_message AS message
                        ON message.id = value.mail_message_id
                     WHERE value.field_id = %(field)s
                       AND message.model = 'helpdesk.ticket'
                       AND message.res_id = ANY(%(ids)s)
                    WINDOW own AS (PARTITION BY message.res_id
                                   ORDER BY message.date, value.id)
                )
                -- from the beginning until the first change, or until now
                SELECT ticket.id, ticket.create_date, change.moment
                  FROM helpdesk_ticket AS ticket
             LEFT JOIN change ON change.ticket_id = ticket.id AND change.number = 1
                 WHERE ticket.id = ANY(%(ids)s)
                   AND coalesce(change.old, CASE WHEN change.ticket_id IS NULL
                                                 THEN ticket.user_id END, 0) = 0
             UNION ALL
                SELECT ticket_id, moment, next FROM change WHERE coalesce(new, 0) = 0
                """,
                field=assignee.id,
                ids=ids,
            )
        )

    def _simulate_no_movement(self, ids):
        """Return the tickets to which nothing happened for some working hours."""
        stays = [
            stay
            for stay in self._get_stays(ids)
            if stay.status not in ENDED_CATEGORIES
            and stay.waiting_for != "requester"
            # cheaper than to count working hours, and never less than them
            and (stay.end - stay.start).total_seconds() >= self.hours * 3600
        ]
        clocks = self._get_working_clocks(
            {stay.ticket_id for stay in stays},
            min((stay.start for stay in stays), default=None),
        )
        return {
            stay.ticket_id
            for stay in stays
            if clocks[stay.ticket_id].get_hours(stay.start, stay.end)
            >= self.hours - TOLERANCE
        }

    def _get_stays(self, ids):
        """Yield the times between two things that people did to a ticket."""
        assignee = self.env["ir.model.fields"]._get("helpdesk.ticket", "user_id")
        now = fields.Datetime.now()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT ticket_id, start, status_category, waiting_for
                  FROM helpdesk_ticket_status_log WHERE ticket_id = ANY(%(ids)s)
             UNION ALL
                SELECT message.res_id, message.date, NULL, NULL
                  FROM mail_message AS message
                 WHERE message.model = 'helpdesk.ticket'
                   AND message.res_id = ANY(%(ids)s)
                   AND (message.message_type IN %(types)s OR EXISTS (
                           SELECT 1 FROM mail_tracking_value AS value
                            WHERE value.mail_message_id = message.id
                              AND value.field_id = %(field)s))
              ORDER BY 1, 2
                """,
                ids=ids,
                types=tuple(self.env["helpdesk.ticket"]._get_movement_types()),
                field=assignee.id,
            )
        )
        last_id = start = status = waiting_for = None
        for ticket_id, moment, new_status, new_waiting_for in rows:
            if last_id == ticket_id:
                if status:
                    yield Stay(ticket_id, start, moment, status, waiting_for)
            else:
                if status:
                    yield Stay(last_id, start, now, status, waiting_for)
                status = waiting_for = None
            last_id, start = ticket_id, moment
            if new_status:
                status, waiting_for = new_status, new_waiting_for
        if status:
            yield Stay(last_id, start, now, status, waiting_for)

    # ------------------------------------------------------------------
    # Working hours
    # ------------------------------------------------------------------

    def _get_working_clocks(self, ids, first=None):
        """Return the working clock of each ticket; each calendar is read once.

        :param ids: ids of tickets
        :param datetime first: the earliest moment to ask for; the creation of the
            oldest ticket if empty
        :return: dictionary of id to ``WorkingClock``
        """
        ids = list(ids)
        if not ids:
            return {}
        groups = self.env["helpdesk.ticket"]._read_group(
            Domain("id", "in", ids),
            ["team_id", "company_id"],
            ["id:array_agg", "create_date:min", "id:min"],
        )
        now = fields.Datetime.now()
        Ticket = self.env["helpdesk.ticket"]
        by_calendar = {}
        result = {}
        oldest = min(created for *_rest, created, _id in groups)
        for _team, _company, ticket_ids, _created, sample_id in groups:
            calendar = Ticket.browse(sample_id)._get_working_calendar()
            if calendar not in by_calendar:
                start = min(first, oldest) if first else oldest
                by_calendar[calendar] = WorkingClock(calendar, start, now)
            result.update(dict.fromkeys(ticket_ids, by_calendar[calendar]))
        return result
