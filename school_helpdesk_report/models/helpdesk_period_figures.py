"""The figures of a period: the one place that computes them.

The weekly mail, the printed reports and screens all ask here, so that they show the
same numbers. docs/figures.md defines each of them.

A period says *when something happened*: tickets count for it that were created,
answered or resolved in it, clocks that were met or missed in it, and ratings that were
given in it. So the figures of a finished week do not wait for tickets that are open.
"""

from collections import Counter
from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.rating.models.rating_data import RATING_LIMIT_MIN
from odoo.addons.school_helpdesk_workflow.models.helpdesk_sla import TARGETS
from odoo.addons.school_helpdesk_workflow.tools.clock import SOLVED

from ..tools.figures import HAPPY_RATING

#: What ``get_top`` counts by.
TOP_FIELDS = ("asset_id", "category_id", "reported_room_id")


class HelpdeskPeriodFigures(models.AbstractModel):
    _name = "helpdesk.period.figures"
    _description = "Figures of a Period"

    @api.model
    def get_figures(self, start, end, team_ids=None):
        """Return the figures of a period as a dictionary of numbers.

        Only tickets count that the current user may read, in the companies in which
        they work now. The number of queries does not depend on the number of tickets.

        ======================================  ========================================
        key                                     value
        ======================================  ========================================
        ``created``                             tickets created in the period
        ``answered``                            tickets first answered in the period
        ``resolved``                            tickets resolved in the period, if they
                                                are still resolved or closed
        ``open``, ``waiting``                   tickets that were open, or waiting, at
                                                the end of the last day; on the current
                                                day: now
        ``backlog``                             both together
        ``first_response_median``               working hours, of the answered ones
        ``resolution_median``                   working hours, of the resolved ones
        ``reopened_rate``                       0 to 1, of the resolved ones: reopened
                                                before
        ``first_contact_rate``                  0 to 1, of the resolved ones: solved at
                                                the first contact
        ``sla_first_response_rate``,            0 to 1: met, of the clocks that were met
        ``sla_resolution_rate``                 or missed in the period
        ``sla_first_response_judged``,          the number of these clocks
        ``sla_resolution_judged``
        ``rating_average``                      1 to 5, of the ratings given in the
                                                period
        ``happy_rate``                          0 to 1: ratings of 4 or more
        ``rated_count``                         ratings given in the period
        ======================================  ========================================

        Counts are integers. The others are floats, or ``None`` if there is nothing of
        which they could be computed.

        :param datetime start: the first moment, naive UTC (see ``get_bounds``)
        :param datetime end: the moment after the last one, naive UTC
        :param team_ids: only the tickets of these teams
        :raise AccessError: the user does not work at the desk
        """
        teams = self._get_team_domain(team_ids)
        return {
            **self._get_volume(start, end, teams),
            **self._get_backlog_at(self._get_last_day(end), teams),
            **self._get_service_levels(start, end, teams),
            **self._get_satisfaction(start, end, teams),
        }

    @api.model
    def get_bounds(self, first_day, last_day):
        """Return start and end of a period of whole days in the school's time zone.

        :return: pair of naive UTC datetimes, as ``get_figures`` takes them
        """
        zone = self._get_zone()
        return tuple(
            zone.localize(datetime.combine(day, time.min))
            .astimezone(pytz.utc)
            .replace(tzinfo=None)
            for day in (first_day, last_day + timedelta(days=1))
        )

    @api.model
    def get_last_week(self):
        """Return the first and the last day of the last week that is over.

        Weeks are from Monday to Sunday, in the school's time zone.
        """
        today = self.get_today()
        monday = today - timedelta(days=today.weekday() + 7)
        return monday, monday + timedelta(days=6)

    @api.model
    def get_today(self):
        """Return the current day in the school's time zone."""
        return self._get_day(fields.Datetime.now())

    # ------------------------------------------------------------------
    # Parts
    # ------------------------------------------------------------------

    @api.model
    def _get_volume(self, start, end, teams):
        Ticket = self.env["helpdesk.ticket"]
        ((created,),) = Ticket._read_group(
            teams & self._within("create_date", start, end), [], ["__count"]
        )
        ((answered, timed, response),) = Ticket._read_group(
            teams & self._within("first_response_date", start, end),
            [],
            ["__count", "answered:sum", "first_response_median:avg"],
        )
        ((resolved, judged, resolution, reopened, first_contact),) = Ticket._read_group(
            teams & self._get_resolved_domain(start, end),
            [],
            [
                "__count",
                "ever_resolved:sum",
                "resolution_median:avg",
                "reopened_rate:avg",
                "first_contact_rate:avg",
            ],
        )
        # a ticket can be without figures until the scheduled action computes them
        return {
            "created": created,
            "answered": answered,
            "resolved": resolved,
            "first_response_median": response if timed else None,
            "resolution_median": resolution if judged else None,
            "reopened_rate": reopened if judged else None,
            "first_contact_rate": first_contact if judged else None,
        }

    @api.model
    def _get_backlog_at(self, day, teams):
        counts = dict(
            self.env["helpdesk.backlog.report"]._read_group(
                teams & Domain("date", "=", day), ["status_category"], ["__count"]
            )
        )
        figures = {status: counts.get(status, 0) for status in ("open", "waiting")}
        return {**figures, "backlog": sum(figures.values())}

    @api.model
    def _get_service_levels(self, start, end, teams):
        rows = self.env["helpdesk.clock.report"]._read_group(
            teams
            & (
                Domain("state", "=", "accomplished")
                & self._within("done_date", start, end)
                | Domain("state", "=", "expired") & self._within("deadline", start, end)
            ),
            ["target"],
            ["judged:sum", "met_rate:avg"],
        )
        by_target = {target: (judged, rate) for target, judged, rate in rows}
        figures = {}
        for target, _label in TARGETS:
            judged, rate = by_target.get(target, (0, None))
            figures[f"sla_{target}_judged"] = judged
            figures[f"sla_{target}_rate"] = rate
        return figures

    @api.model
    def _get_satisfaction(self, start, end, teams):
        rows = self.env["rating.rating"]._read_group(
            self._get_rating_domain(start, end, teams), ["rating"], ["__count"]
        )
        count = sum(number for _rating, number in rows)
        happy = sum(number for rating, number in rows if rating >= HAPPY_RATING)
        total = sum(rating * number for rating, number in rows)
        return {
            "rating_average": total / count if count else None,
            "happy_rate": happy / count if count else None,
            "rated_count": count,
        }

    # ------------------------------------------------------------------
    # Lists: for charts and tables
    # ------------------------------------------------------------------

    @api.model
    def get_volume(self, first_day, last_day, by="day", team_ids=None):
        """Return how many tickets were created and resolved, by day or week.

        :param by: "day" or "week"; weeks begin on Monday
        :return: list of tuples (first day of the bar, created, resolved), also for days
            on which nothing happened
        """
        teams = self._get_team_domain(team_ids)
        start, end = self.get_bounds(first_day, last_day)
        Ticket = self.env["helpdesk.ticket"].with_context(tz=self._get_zone().zone)
        counts = []
        for name, domain in (
            ("create_date", self._within("create_date", start, end)),
            ("resolved_date", self._get_resolved_domain(start, end)),
        ):
            rows = Ticket._read_group(teams & domain, [f"{name}:day"], ["__count"])
            found = Counter()
            for day, count in rows:
                found[self._get_bar(day.date(), by)] += count
            counts.append(found)
        days = (last_day - first_day).days + 1
        bars = {
            self._get_bar(first_day + timedelta(days=day), by): None
            for day in range(days)
        }
        return [(bar, *(found[bar] for found in counts)) for bar in bars]

    @api.model
    def get_backlog(self, days, team_ids=None):
        """Return how many tickets were open or waiting at the end of days.

        :param days: list of dates; today counts until now
        :return: list of pairs (day, count); the count of a day to come is ``None``
        """
        today = self.get_today()
        domain = self._get_team_domain(team_ids) & Domain("date", "in", list(days))
        counts = dict(
            self.env["helpdesk.backlog.report"]._read_group(
                domain, ["date:day"], ["__count"]
            )
        )
        return [(day, counts.get(day, 0) if day <= today else None) for day in days]

    @api.model
    def get_top(self, name, start, end, limit=5, team_ids=None):
        """Return where most of the tickets of a period belong.

        :param name: "asset_id" (a ticket counts for each of its devices),
            "reported_room_id" or "category_id"
        :param start: the tickets were created from this moment on (naive UTC)
        :param end: the tickets were created before this moment
        :return: ``(rows, others)``: pairs of name and number of tickets, most of them
            first, and the number of tickets that belong to none of the rows or
            nowhere
        """
        if name not in TOP_FIELDS:
            # other names, such as the titles of linked tickets, can be secret
            raise ValueError(f"Tickets are not counted by {name!r}.")
        model = "device.report" if name == "asset_id" else "ticket"
        rows = self.env[f"helpdesk.{model}"]._read_group(
            self._get_team_domain(team_ids) & self._within("create_date", start, end),
            [name],
            ["__count"],
            order="__count DESC",
        )
        named = [(record, count) for record, count in rows if record]
        # sudo: the readers of a ticket see the names of its device and its room
        top = [(self._get_top_name(record.sudo()), n) for record, n in named[:limit]]
        return top, sum(count for _record, count in rows) - sum(n for _name, n in top)

    @api.model
    def _get_top_name(self, record_sudo):
        """Return a short text that identifies a device, a room or a category."""
        match record_sudo._name:
            case "asset.asset":
                parts = [
                    record_sudo.asset_code,
                    record_sudo._get_desk_model() or record_sudo.name,
                    record_sudo.location_id.name,
                ]
            case "asset.location":
                parts = [record_sudo.name, record_sudo.building_id.name]
            case _:
                parts = [record_sudo.name]
        return " · ".join(filter(None, parts))

    @api.model
    def get_oldest(self, day, limit=5, team_ids=None):
        """Return the oldest of the tickets that were open or waiting at a day's end.

        :return: list of dictionaries with ``number``, ``name``, ``team``, ``user``,
            ``status`` ("open" or "waiting") and ``age_days``
        """
        rows = self.env["helpdesk.backlog.report"].search(
            self._get_team_domain(team_ids) & Domain("date", "=", day),
            order="create_date, ticket_id",
            limit=limit,
        )
        return [
            {
                "number": row.ticket_id.number,
                "name": row.ticket_id.name,
                "team": row.team_id.name or "",
                "user": row.user_id.name or "",
                "status": row.status_category,
                "age_days": row.age_days,
            }
            for row in rows
        ]

    @api.model
    def get_words(self, start, end, limit=3, team_ids=None):
        """Return the last words that people wrote with their ratings.

        :return: list of dictionaries with ``rating`` (1 to 5), ``words`` and
            ``number`` (of the ticket), the newest first
        """
        ratings = self.env["rating.rating"].search(
            self._get_rating_domain(start, end, self._get_team_domain(team_ids))
            & Domain("feedback", "not in", [False, ""]),
            order="rated_on DESC, id DESC",
            limit=limit,
        )
        tickets = self.env["helpdesk.ticket"].browse(ratings.mapped("res_id"))
        numbers = {ticket.id: ticket.number for ticket in tickets}
        return [
            {
                "rating": rating.rating,
                "words": rating.feedback,
                "number": numbers[rating.res_id],
            }
            for rating in ratings
        ]

    # ------------------------------------------------------------------
    # Domains and days
    # ------------------------------------------------------------------

    @api.model
    def _get_team_domain(self, team_ids):
        if team_ids is None:
            return Domain.TRUE
        return Domain("team_id", "in", list(team_ids))

    @api.model
    def _within(self, name, start, end):
        return Domain(name, ">=", start) & Domain(name, "<", end)

    @api.model
    def _get_resolved_domain(self, start, end):
        # a ticket that is cancelled after its resolution keeps the date
        return self._within("resolved_date", start, end) & Domain(
            "status_category", "in", SOLVED
        )

    @api.model
    def _get_rating_domain(self, start, end, teams):
        tickets = self.env["helpdesk.ticket"]._search(teams)
        return (
            Domain("res_model", "=", "helpdesk.ticket")
            & Domain("res_id", "in", tickets)
            & Domain("consumed", "=", True)
            & Domain("rating", ">=", RATING_LIMIT_MIN)
            & self._within("rated_on", start, end)
        )

    @api.model
    def _get_zone(self):
        zone = self.env.company.helpdesk_time_zone
        return pytz.timezone(zone if zone in pytz.all_timezones_set else "UTC")

    @api.model
    def _get_day(self, moment):
        """Return the day of a moment (naive UTC) in the school's time zone."""
        return pytz.utc.localize(moment).astimezone(self._get_zone()).date()

    @api.model
    def _get_bar(self, day, by):
        """Return the first day of the bar to which a day belongs."""
        return day - timedelta(days=day.weekday()) if by == "week" else day

    @api.model
    def _get_last_day(self, end):
        """Return the last day of a period, but no day after today."""
        return min(self._get_day(end - timedelta(microseconds=1)), self.get_today())
