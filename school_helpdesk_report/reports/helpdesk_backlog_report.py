"""The backlog: one row for each ticket and day at whose end the ticket was not ended.

Today counts until now. A day ends at midnight in the time zone of the school.

Tickets that stay open for years have very many rows. Only the rows of the days that a
search asks for are generated: see ``_get_bounds``.
"""

from datetime import date

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.orm.domains import DomainAnd, DomainCondition, DomainOr
from odoo.tools import SQL

from odoo.addons.school_helpdesk_base.models.helpdesk_ticket_stage import WAITING_FOR

#: The id of a row is that of the row of the log, times this, plus the day.
DAYS = 100_000


class HelpdeskBacklogReport(models.Model):
    _name = "helpdesk.backlog.report"
    _inherit = ["helpdesk.ticket.report.mixin"]
    _description = "Backlog by Day"
    _auto = False
    _order = "date desc, id desc"
    _depends = {
        "helpdesk.ticket.status.log": [
            "end",
            "start",
            "status_category",
            "ticket_id",
            "waiting_for",
        ],
        "helpdesk.ticket.team": ["resource_calendar_id"],
        "resource.calendar": ["tz"],
    }

    date = fields.Date(string="Day", readonly=True)
    status_category = fields.Selection(
        selection=[("open", "Open"), ("waiting", "Waiting")],
        string="Status at the End of the Day",
        readonly=True,
    )
    waiting_for = fields.Selection(selection=WAITING_FOR, readonly=True)
    age_days = fields.Integer(
        string="Age (Days)",
        readonly=True,
        aggregator="avg",
        help="Days since the ticket was created, with weekends and holidays.",
    )
    weight = fields.Float(
        readonly=True,
        help="How much the ticket counts for the workload, by its priority.",
    )

    @api.model
    def _get_columns(self):
        return {
            # at most one row of the log of a ticket covers the end of a day
            "id": SQL(
                "log.id::bigint * %s + (day.day::date - DATE '2000-01-01')", DAYS
            ),
            "date": SQL("day.day::date"),
            "status_category": SQL("log.status_category"),
            "waiting_for": SQL("log.waiting_for"),
            "age_days": SQL("day.day::date - created.day"),
            "weight": SQL("ticket.weight"),
        }

    @api.model
    def _get_source(self):
        first = self.env.context.get("backlog_first")
        last = self.env.context.get("backlog_last")
        return SQL(
            """
            helpdesk_ticket_status_log AS log
      JOIN helpdesk_ticket AS ticket ON ticket.id = log.ticket_id
 LEFT JOIN helpdesk_ticket_team AS team ON team.id = ticket.team_id
 LEFT JOIN resource_calendar AS calendar ON calendar.id = team.resource_calendar_id
CROSS JOIN LATERAL (
               SELECT COALESCE(NULLIF(calendar.tz, 'UTC'), %(zone)s) AS name
           ) AS zone
CROSS JOIN LATERAL (
               SELECT (ticket.create_date AT TIME ZONE 'UTC' AT TIME ZONE zone.name
                      )::date AS day
           ) AS created
CROSS JOIN LATERAL (
               SELECT day
                 FROM generate_series(
                          GREATEST(
                              (log.start AT TIME ZONE 'UTC' AT TIME ZONE zone.name
                              )::date,
                              %(first)s::date
                          ),
                          LEAST(
                              COALESCE(
                                  (log."end" AT TIME ZONE 'UTC' AT TIME ZONE zone.name
                                  )::date - 1,
                                  -- now also counts for the day that has begun for
                                  -- the company, but not yet for the team
                                  GREATEST(
                                      (%(now)s::timestamp AT TIME ZONE 'UTC'
                                          AT TIME ZONE zone.name)::date,
                                      (%(now)s::timestamp AT TIME ZONE 'UTC'
                                          AT TIME ZONE %(zone)s)::date
                                  )
                              ),
                              %(last)s::date
                          ),
                          interval '1 day'
                      ) AS day
                -- changes no row, but PostgreSQL would expect 1,000 rows instead, and
                -- then compile the query, which takes longer than the query
                LIMIT %(days)s
           ) AS day
            """,
            first=first,
            last=last,
            days=max((last - first).days + 1, 0) if first and last else None,
            now=fields.Datetime.now(),
            zone=self.env["helpdesk.ticket"]._get_company_zone_sql(),
        )

    @api.model
    def _get_condition(self):
        condition = SQL("log.status_category IN ('open', 'waiting')")
        if self.ids:
            # these records are read: only their rows of the log are needed
            log_ids = tuple({row_id // DAYS for row_id in self.ids})
            return SQL("%s AND log.id IN %s", condition, log_ids)
        if first := self.env.context.get("backlog_first"):
            # a day earlier: the time zones differ by less than a day
            return SQL(
                """%s AND (log."end" IS NULL OR log."end" >= %s::date - 1)""",
                condition,
                first,
            )
        return condition

    @api.model
    def _search(self, domain, *args, **kwargs):
        first, last = _get_bounds(Domain(domain))
        bounded = self.with_context(backlog_first=first, backlog_last=last)
        return super(HelpdeskBacklogReport, bounded)._search(domain, *args, **kwargs)


def _get_bounds(domain):
    """Return the first and the last day that a domain can contain, or ``None``."""
    if isinstance(domain, DomainCondition) and domain.field_expr == "date":
        days = domain.value
        if domain.operator != "in":
            days = [days]
        days = [_to_date(day) for day in days]
        if not all(days):
            return None, None
        match domain.operator:
            case "=" | "in":
                return min(days, default=None), max(days, default=None)
            case ">" | ">=":
                return days[0], None
            case "<" | "<=":
                return None, days[0]
    if isinstance(domain, DomainAnd | DomainOr):
        firsts, lasts = zip(*map(_get_bounds, domain.children), strict=True)
        if isinstance(domain, DomainAnd):
            return (
                max(filter(None, firsts), default=None),
                min(filter(None, lasts), default=None),
            )
        return (
            min(firsts) if all(firsts) else None,
            max(lasts) if all(lasts) else None,
        )
    return None, None


def _to_date(value):
    """Return a date or a text such as 2026-03-02 as a date, anything else as None."""
    if isinstance(value, date):
        return fields.Date.to_date(value)
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None
