"""Keeps the figures of tickets up to date: ``_sync_figures`` is the only writer.

The events and hooks of the suite mark tickets. At the end of the transaction, the
figures of all marked tickets are computed from scratch, together. A scheduled action
computes the figures of the other tickets that need it: those from before the
installation, and all tickets after a change of the setup.
"""

import json
from collections import defaultdict
from datetime import datetime

import pytz

from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.rating.models.rating_data import RATING_LIMIT_MIN
from odoo.addons.school_helpdesk_base.models.helpdesk_ticket.working_time import (
    WorkingClock,
)
from odoo.addons.school_helpdesk_base.models.mail_message import PERSON_MESSAGE_TYPES

from ...tools.figures import (
    History,
    Message,
    Row,
    compute_figures,
    compute_row_hours,
)

#: Key of the transaction's data: ids of the tickets to compute at its end.
MARKED_TICKETS = "helpdesk.ticket.figures"
#: System parameter: figures that were computed before this moment are computed again.
EXPIRED_BEFORE = "school_helpdesk_report.expired_before"
#: Tickets that are computed in one transaction of the scheduled action. They are locked
#: for less than a second: people who change one of them wait as long.
BATCH_SIZE = 100
#: Figures that keep their first value: what was reported, and not what is true now.
FIRST_FIGURES = (
    "reported_building_id",
    "reported_device_category_id",
    "reported_device_model",
    "reported_room_id",
)


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    # ------------------------------------------------------------------
    # When figures change
    # ------------------------------------------------------------------

    @api.model
    def _on_status_changed(self, old_statuses, by_setup=False):
        result = super()._on_status_changed(old_statuses, by_setup=by_setup)
        self.browse(ticket.id for ticket in old_statuses)._mark_figures()
        return result

    @api.model
    def _on_waiting_for_changed(self, old_values):
        result = super()._on_waiting_for_changed(old_values)
        self.browse(ticket.id for ticket in old_values)._mark_figures()
        return result

    @api.model
    def _on_first_response(self, messages):
        result = super()._on_first_response(messages)
        self.browse(ticket.id for ticket in messages)._mark_figures()
        return result

    @api.model
    def _on_assignee_changed(self, old_assignees):
        result = super()._on_assignee_changed(old_assignees)
        self.browse(ticket.id for ticket in old_assignees)._mark_figures()
        return result

    @api.model
    def _on_team_changed(self, old_teams):
        result = super()._on_team_changed(old_teams)
        self.browse(ticket.id for ticket in old_teams)._mark_figures()
        return result

    @api.model
    def _on_requesters_changed(self, old_requesters):
        result = super()._on_requesters_changed(old_requesters)
        self.browse(ticket.id for ticket in old_requesters)._mark_figures()
        return result

    @api.model
    def _on_criteria_changed(self, tickets):
        result = super()._on_criteria_changed(tickets)
        tickets._mark_figures()
        return result

    def write(self, vals):
        result = super().write(vals)
        if "company_id" in vals:
            # the days, the terms and the weights are those of the company
            self._mark_figures()
        return result

    def _sync_clocks(self):
        result = super()._sync_clocks()
        self._mark_figures()
        return result

    def action_recompute_facts(self):
        result = super().action_recompute_facts()
        self._expire_figures()
        return result

    def _mark_figures(self):
        """Compute the figures of these tickets at the end of the transaction."""
        if not self.ids:
            return
        precommit = self.env.cr.precommit
        if MARKED_TICKETS not in precommit.data:
            precommit.data[MARKED_TICKETS] = set()
            # sudo: helpdesk.ticket - figures follow from facts; the user may have
            # handed the ticket over
            precommit.add(self.browse().sudo()._sync_marked_figures)
        precommit.data[MARKED_TICKETS].update(self.ids)

    @api.model
    def _sync_marked_figures(self):
        marked = self.env.cr.precommit.data.pop(MARKED_TICKETS, ())
        self.browse(sorted(marked))._sync_figures()

    # ------------------------------------------------------------------
    # Scheduled
    # ------------------------------------------------------------------

    def _expire_figures(self):
        """Let the scheduled action compute the figures of these tickets again."""
        if not self.ids:
            return
        self.env.execute_query(
            SQL(
                "UPDATE helpdesk_ticket SET figures_date = NULL WHERE id IN %s"
                " RETURNING id",
                tuple(self.ids),
            )
        )
        self.invalidate_model(["figures_date"], flush=False)
        self._trigger_figures()

    @api.model
    def action_recompute_all_figures(self):
        """Compute the figures of all tickets again, in the background.

        This is needed after a change of working hours or holidays in the past.
        """
        # only managers may do this: the same people change the setup of figures
        self.env["helpdesk.school.term"].check_access("write")
        # sudo: ir.config_parameter - access is checked above
        self.env["ir.config_parameter"].sudo().set_param(
            EXPIRED_BEFORE, fields.Datetime.to_string(fields.Datetime.now())
        )
        self._trigger_figures()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": self.env._(
                    "The figures of all tickets are computed again in the background."
                ),
                "type": "success",
            },
        }

    @api.model
    def _trigger_figures(self):
        self.env["ir.cron"]._start_soon("school_helpdesk_report.ir_cron_sync_figures")

    @api.model
    def _cron_sync_figures(self):
        """Compute the missing figures and those that are too old, batch by batch."""
        due = Domain("figures_date", "=", False)
        # sudo: ir.config_parameter - the scheduled action may run as any user
        if moment := self.env["ir.config_parameter"].sudo().get_param(EXPIRED_BEFORE):
            due |= Domain("figures_date", "<", moment)
        self.with_context(active_test=False)._sweep(
            due,
            lambda tickets: tickets._sync_figures(),
            order="id desc",
            batch_size=BATCH_SIZE,
        )

    # ------------------------------------------------------------------
    # Computing figures
    # ------------------------------------------------------------------

    def _sync_figures(self):
        """Compute the figures of tickets and store them."""
        if not self.ids:
            return
        self.env.flush_all()
        self._store_figures(*self._compute_figures())

    def _compute_figures(self):
        """Return the figures of tickets, computed from scratch; writes nothing.

        :return: ``(figures, row_hours)``: dictionary of ticket id to a dictionary of
            field to value, and dictionary of the id of a row of the status log to its
            working hours
        """
        figures, row_hours = {}, {}
        records = self._read_histories()
        # sudo: helpdesk.school.term - the dates, for every user who changes a ticket
        terms = self.env["helpdesk.school.term"].sudo()._get_periods()
        for calendar, group in self._group_by_calendar(records).items():
            histories = {record["id"]: _get_history(record) for record in group}
            moments = [
                moment
                for history in histories.values()
                for moment in _get_moments(history)
            ]
            working = WorkingClock(calendar, min(moments), max(moments))
            for record in group:
                history = histories[record["id"]]
                figures[record["id"]] = {
                    **compute_figures(working, history),
                    **_get_created(history, record, terms),
                    **{name: record[name] for name in FIRST_FIGURES},
                    "weight": record["weight"],
                }
                row_hours.update(compute_row_hours(working, history.rows))
        return figures, row_hours

    @api.model
    def _group_by_calendar(self, records):
        """Return the tickets of each working calendar; see ``_read_histories``.

        The tickets get what depends on the setup of their team and company: the time
        zone and the weight.
        """
        # sudo: helpdesk.team.member - weights, for every user who changes a ticket
        Member = self.env["helpdesk.team.member"].sudo()
        by_place = defaultdict(list)
        for record in records:
            by_place[record["team_id"], record["company_id"]].append(record)
        by_calendar = defaultdict(list)
        for same in by_place.values():
            # sudo: helpdesk.ticket - the working hours, for every user
            ticket_sudo = self.sudo().browse(same[0]["id"])
            zone = ticket_sudo._get_school_zone()
            for record in same:
                record["time_zone"] = zone
                record["weight"] = Member._get_weight(
                    record["priority"], ticket_sudo.company_id
                )
            by_calendar[ticket_sudo._get_working_calendar()] += same
        return by_calendar

    def _get_school_zone(self):
        """Return the name of the time zone in which the days of the ticket are counted.

        UTC is Odoo's default for working hours, so it counts as not chosen.
        """
        self.ensure_one()
        zone = self.team_id.resource_calendar_id.tz
        if zone in (False, "UTC"):
            zone = self.company_id.helpdesk_time_zone
        return zone if zone in pytz.all_timezones_set else "UTC"

    @api.model
    def _get_company_zone_sql(self):
        """Return the time zone of the company of a ticket, as an SQL expression."""
        # sudo: res.company - only the time zones of all companies
        companies = self.env["res.company"].sudo().search(Domain.TRUE)
        return SQL(
            "CASE ticket.company_id %s ELSE 'UTC' END",
            SQL(" ").join(
                SQL("WHEN %s THEN %s", company.id, company.helpdesk_time_zone)
                for company in companies
            ),
        )

    def _read_histories(self):
        """Read all facts of tickets in one query; a list of dictionaries.

        The parts of the query are computed once each (``MATERIALIZED``), and not again
        for each ticket.

        Tickets that do not exist any more, or have no status log, are left out.
        """
        Message = self.env["mail.message"].sudo()
        on_tickets = Domain("model", "=", self._name) & Domain("res_id", "in", self.ids)
        readable = Message._search(
            on_tickets & Message._get_requester_readable_domain()
        )
        # archived users have worked at the desk as well; OdooBot has not
        desk = (
            self.env["res.users"]
            .sudo()
            .with_context(active_test=False)
            ._search(
                Domain(
                    "all_group_ids",
                    "in",
                    self.env["ir.model.data"]._xmlid_to_res_id(
                        "helpdesk_mgmt.group_helpdesk_user_own"
                    ),
                )
                & Domain("share", "=", False)
                & Domain("id", "!=", SUPERUSER_ID)
            )
        )
        self.env.cr.execute(
            SQL(
                """
    WITH desk AS (%(desk)s),
    person AS (
        SELECT ticket.id AS ticket_id, users.partner_id
          FROM helpdesk_ticket AS ticket, res_users AS users
         WHERE ticket.id IN %(ids)s
           AND users.id IN (SELECT id FROM desk)
     UNION
        SELECT ticket.id, users.partner_id
          FROM helpdesk_ticket AS ticket
          JOIN helpdesk_ticket_team_res_users_rel AS member
            ON member.helpdesk_ticket_team_id = ticket.team_id
          JOIN res_users AS users
            ON users.id = member.res_users_id AND NOT users.share
         WHERE ticket.id IN %(ids)s
    ), agent AS (
        SELECT person.ticket_id, person.partner_id
          FROM person
          JOIN helpdesk_ticket AS ticket ON ticket.id = person.ticket_id
         WHERE ticket.id IN %(ids)s
           AND person.partner_id IS DISTINCT FROM ticket.partner_id
           AND person.partner_id IS DISTINCT FROM ticket.submitter_id
    ), readable AS (%(readable)s),
    log AS MATERIALIZED (
        SELECT log.ticket_id,
               json_agg(json_build_array(
                   log.id, log.status_category, log.waiting_for, log.start, log."end",
                   agent.partner_id
               ) ORDER BY log.id) AS rows
          FROM helpdesk_ticket_status_log AS log
     LEFT JOIN res_users AS users ON users.id = log.user_id
     LEFT JOIN agent
            ON agent.ticket_id = log.ticket_id
           AND agent.partner_id = users.partner_id
         WHERE log.ticket_id IN %(ids)s
      GROUP BY log.ticket_id
    ), thread AS MATERIALIZED (
        SELECT message.res_id AS ticket_id,
               json_agg(json_build_array(
                   message.date, message.author_id, agent.partner_id IS NOT NULL,
                   readable.id IS NOT NULL
               ) ORDER BY message.date, message.id) AS messages
          FROM mail_message AS message
     LEFT JOIN readable ON readable.id = message.id
     LEFT JOIN agent
            ON agent.ticket_id = message.res_id
           AND agent.partner_id = message.author_id
         WHERE message.model = 'helpdesk.ticket'
           AND message.res_id IN %(ids)s
           AND message.message_type IN %(person_types)s
      GROUP BY message.res_id
    ), clock AS MATERIALIZED (
        SELECT ticket_id, json_object_agg(target, state) AS clocks
          FROM helpdesk_ticket_sla
         WHERE ticket_id IN %(ids)s
      GROUP BY ticket_id
    ), rating AS MATERIALIZED (
        SELECT res_id AS ticket_id, json_agg(rating ORDER BY id) AS ratings
          FROM rating_rating
         WHERE res_model = 'helpdesk.ticket'
           AND res_id IN %(ids)s
           AND consumed
           AND rating >= %(lowest_rating)s
      GROUP BY res_id
    )
    SELECT ticket.id, ticket.team_id, ticket.company_id, ticket.priority,
           ticket.first_response_date, ticket.resolved_date,
           COALESCE(ticket.reopen_count, 0) AS reopen_count,
           log.rows, thread.messages, clock.clocks, rating.ratings,
           assignee.partner_id AS assignee,
           COALESCE(ticket.reported_room_id, room.id) AS reported_room_id,
           COALESCE(ticket.reported_building_id, room.building_id)
               AS reported_building_id,
           COALESCE(ticket.reported_device_category_id, ticket.asset_category)
               AS reported_device_category_id,
           COALESCE(ticket.reported_device_model, ticket.asset_model)
               AS reported_device_model
      FROM helpdesk_ticket AS ticket
      JOIN log ON log.ticket_id = ticket.id
 LEFT JOIN thread ON thread.ticket_id = ticket.id
 LEFT JOIN clock ON clock.ticket_id = ticket.id
 LEFT JOIN rating ON rating.ticket_id = ticket.id
 LEFT JOIN res_users AS assigned ON assigned.id = ticket.user_id
 LEFT JOIN agent AS assignee
        ON assignee.ticket_id = ticket.id
       AND assignee.partner_id = assigned.partner_id
 LEFT JOIN asset_location AS room
        ON room.id = COALESCE(ticket.asset_location_reported, ticket.whole_room_id)
     WHERE ticket.id IN %(ids)s
                """,
                desk=desk.select(),
                ids=tuple(self.ids),
                lowest_rating=RATING_LIMIT_MIN,
                person_types=PERSON_MESSAGE_TYPES,
                readable=readable.select(),
            )
        )
        return self.env.cr.dictfetchall()

    def _store_figures(self, figures, row_hours):
        """Store the figures of tickets and the working hours of rows of the log.

        Both are stored with one statement. ``None`` is stored as NULL. Tickets without
        a status log only get the date.
        """
        now = fields.Datetime.now().isoformat()
        values = [
            {"id": ticket_id, "figures_date": now, **figures.get(ticket_id, {})}
            for ticket_id in self.ids
        ]
        rows = [
            {"id": row_id, "working_hours": hours}
            for row_id, hours in row_hours.items()
        ]
        names = sorted(set().union(*values) - {"id"})
        self.env.execute_query(
            SQL(
                """
    WITH row AS (
        UPDATE helpdesk_ticket_status_log AS log
           SET working_hours = new.working_hours
          FROM jsonb_populate_recordset(
                   NULL::helpdesk_ticket_status_log, %(rows)s
               ) AS new
         WHERE log.id = new.id
           AND log.working_hours IS DISTINCT FROM new.working_hours
    )
    UPDATE helpdesk_ticket AS ticket
       SET %(assignments)s
      FROM jsonb_populate_recordset(NULL::helpdesk_ticket, %(values)s) AS new
     WHERE ticket.id = new.id
 RETURNING ticket.id
                """,
                assignments=SQL(", ").join(
                    SQL("%s = new.%s", SQL.identifier(name), SQL.identifier(name))
                    for name in names
                ),
                rows=json.dumps(rows),
                values=json.dumps(values),
            )
        )
        self.invalidate_recordset(names, flush=False)
        self.env["helpdesk.ticket.status.log"].browse(row_hours).invalidate_recordset(
            ["working_hours"], flush=False
        )


def _get_history(record):
    return History(
        rows=[
            Row(id_, status, waiting_for, _parse(start), _parse(end), agent)
            for id_, status, waiting_for, start, end, agent in record["rows"]
        ],
        messages=[
            Message(_parse(date), author, by_desk, is_readable)
            for date, author, by_desk, is_readable in record["messages"] or ()
        ],
        clocks=record["clocks"] or {},
        ratings=record["ratings"] or [],
        first_response=record["first_response_date"],
        resolved=record["resolved_date"],
        reopen_count=record["reopen_count"],
        assignee=record["assignee"],
    )


def _get_moments(history):
    """Return all moments of a history between which working hours are counted.

    Those of messages from before the ticket are not among them: a merge can bring old
    ones, and all working hours since then would be read.
    """
    created = history.rows[0].start
    moments = [row.start for row in history.rows]
    moments += [row.end for row in history.rows]
    moments += [message.date for message in history.messages if message.date > created]
    moments += [history.first_response, history.resolved]
    return filter(None, moments)


def _get_created(history, record, terms):
    """Return the figures about the moment of the creation, in the school's time zone.

    :param dict record: the ticket, see ``_read_histories``
    :param list terms: see ``helpdesk.school.term._get_periods``
    """
    zone = pytz.timezone(record["time_zone"])
    created = pytz.utc.localize(history.rows[0].start).astimezone(zone)
    day = created.date()
    term_id = week = None
    for term in terms:
        if term.contains(day, record["company_id"]):
            term_id, week = term.id, term.get_week(day)
            break
    return {
        "created_hour": created.hour,
        "created_weekday": str(created.isoweekday()),
        "term_id": term_id,
        "term_week": week,
    }


def _parse(text):
    return datetime.fromisoformat(text) if text else None
