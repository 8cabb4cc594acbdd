"""Working time, by the team's calendar, or else by the company's calendar.

The methods take many tickets and read each calendar only once. A desk without a
calendar works 24 hours a day.
"""

from bisect import bisect_left
from collections import defaultdict
from datetime import timedelta
from itertools import accumulate

from pytz import UTC

from odoo import api, models

#: How far ahead the calendar is read: first, and at most. There is a limit because a
#: calendar may have no working hours at all.
FIRST_LOOK = timedelta(days=60)
LONGEST_LOOK = timedelta(days=4 * 366)
#: People write 23:59 for the end of a day. A shorter pause is none, so that a desk that
#: works day and night does not lose a minute every night.
SHORTEST_PAUSE = timedelta(minutes=1)
#: Requests that are further apart are not read together.
LONGEST_GAP = timedelta(days=366)


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    def _get_working_calendar(self):
        """Return the working calendar for this ticket; may be empty."""
        self.ensure_one()
        # sudo: resource.calendar - working hours, for every user who moves a ticket
        ticket_sudo = self.sudo()
        return (
            ticket_sudo.team_id.resource_calendar_id
            or ticket_sudo.company_id.resource_calendar_id
        )

    @api.model
    def _get_working_hours(self, spans_by_ticket):
        """Return the working hours in some time spans.

        :param dict spans_by_ticket: ticket to a list of pairs of start and end (naive
            UTC); a span that ends before it starts has no hours
        :return: dictionary of ticket to the total hours of its spans
        """
        groups = defaultdict(list)
        for ticket, spans in spans_by_ticket.items():
            if spans:
                groups[ticket._get_working_calendar()].append(ticket)
        hours = dict.fromkeys(spans_by_ticket, 0.0)
        for calendar, tickets in groups.items():
            spans = [span for ticket in tickets for span in spans_by_ticket[ticket]]
            clock = WorkingClock(
                calendar, min(start for start, _ in spans), max(end for _, end in spans)
            )
            for ticket in tickets:
                hours[ticket] = sum(
                    clock.get_hours(start, end)
                    for start, end in spans_by_ticket[ticket]
                )
        return hours

    @api.model
    def _add_working_hours(self, requests):
        """Return the moments after a number of working hours.

        :param dict requests: ticket to a pair of start (naive UTC) and working hours
        :return: dictionary of ticket to the moment (naive UTC); ``False`` if the
            calendar does not have enough hours within four years
        """
        groups = defaultdict(dict)
        for ticket, request in requests.items():
            groups[ticket._get_working_calendar()][ticket] = request
        moments = {}
        for calendar, requested in groups.items():
            moments.update(get_ends(calendar, requested))
        return moments

    @api.model
    def _add_working_days(self, requests):
        """Return the moments after a number of working days.

        A working day is the calendar's average number of hours per day: one day after
        Friday 10:00 is Monday 10:00. Without a calendar, or without working hours in
        it, a day has 24 hours.

        :param dict requests: ticket to a pair of start (naive UTC) and working days
        :return: dictionary of ticket to the moment (naive UTC)
        """
        ends = self._add_working_hours(
            {
                ticket: (start, days * calendar.hours_per_day)
                for ticket, (start, days) in requests.items()
                if (calendar := ticket._get_working_calendar())
            }
        )
        return {
            ticket: ends.get(ticket) or start + timedelta(days=days)
            for ticket, (start, days) in requests.items()
        }


class WorkingClock:
    """Counts working hours of a calendar between two moments; reads it only once.

    :param calendar: the calendar; if empty, all 24 hours of a day count
    :param datetime first, last: naive UTC
    """

    def __init__(self, calendar, first, last):
        first, last = _to_utc(first), _to_utc(max(first, last))
        if calendar:
            intervals = []
            for start, end in calendar._get_worked_intervals(first, last):
                if intervals and start - intervals[-1][1] <= SHORTEST_PAUSE:
                    start = intervals[-1][1]
                intervals.append((start, end))
        else:
            intervals = [(first, last)]
        self.starts = [start for start, _end in intervals]
        self.ends = [end for _start, end in intervals]
        lengths = ((end - start).total_seconds() / 3600 for start, end in intervals)
        #: Working hours before each interval, and the total at the end.
        self.before = list(accumulate(lengths, initial=0.0))

    def _get_hours_until(self, moment):
        index = bisect_left(self.ends, moment)
        hours = self.before[index]
        if index < len(self.starts) and self.starts[index] < moment:
            hours += (moment - self.starts[index]).total_seconds() / 3600
        return hours

    def get_hours(self, start, end):
        """Return the working hours between two moments (naive UTC); never negative."""
        if end <= start:
            return 0.0
        return self._get_hours_until(_to_utc(end)) - self._get_hours_until(
            _to_utc(start)
        )

    def get_end(self, start, hours):
        """Return the moment (naive UTC) that is some working hours after a start.

        :return: ``False`` if there are not enough hours before ``last``
        """
        if hours <= 0:
            return start
        wanted = self._get_hours_until(_to_utc(start)) + hours
        # tolerance: a rounding error must not move the end to the next working day
        index = bisect_left(self.before, wanted - 1e-6)
        if index >= len(self.before):
            return False
        passed = timedelta(hours=wanted - self.before[index - 1])
        end = self.starts[index - 1] + passed + timedelta(milliseconds=500)
        return end.astimezone(UTC).replace(tzinfo=None, microsecond=0)


def get_ends(calendar, requests):
    """Return the moments after a number of working hours of one calendar.

    :param calendar: the calendar; if empty, all 24 hours of a day count
    :param dict requests: any key to a pair of start (naive UTC) and working hours
    :return: dictionary of the key to the moment (naive UTC); ``False`` if the calendar
        does not have enough hours within four years
    """
    return dict.fromkeys(requests, False) | look_ahead(
        calendar,
        {key: (start, start, hours) for key, (start, hours) in requests.items()},
        lambda clock, key: clock.get_end(*requests[key]),
    )


def look_ahead(calendar, requests, find):
    """Look for a moment of each request, and read no more of the calendar than needed.

    Most moments are near. So a short time is read for all requests, and more only for
    those that are left. Requests that are far apart are read one after the other, so
    that a single one does not make the calendar of many years be read for all.

    :param calendar: the calendar; if empty, all 24 hours of a day count
    :param dict requests: any key to the first and the last moment to begin with (naive
        UTC), and the working hours that must follow
    :param find: function of a ``WorkingClock`` and a key; it returns what was found,
        or nothing if the hours of the clock are not enough
    :return: dictionary of key to what was found; requests for which the calendar does
        not have enough hours within four years are missing
    """
    found = {}
    for keys in _get_neighbours(calendar, requests):
        look = FIRST_LOOK
        while keys:
            clock = WorkingClock(
                calendar,
                min(requests[key][0] for key in keys),
                max(requests[key][1] for key in keys) + look,
            )
            found.update((key, moment) for key in keys if (moment := find(clock, key)))
            if look >= LONGEST_LOOK:
                break
            keys = [key for key in keys if key not in found]
            look = min(look * 4, LONGEST_LOOK)
    return found


def _get_neighbours(calendar, requests):
    """Return lists of the keys of requests that are near each other.

    Requests for more hours than the calendar can ever have are left out.
    """
    week = calendar._origin._get_hours_of_week() if calendar._origin else 7 * 24
    lists = []
    end = None
    for key, (first, last, hours) in sorted(
        requests.items(), key=lambda item: item[1][0]
    ):
        # two weeks more, because the time may begin and end within a week
        weeks = (last - first + LONGEST_LOOK) / timedelta(weeks=1) + 2
        if hours > week * weeks:
            continue
        if not lists or first > end + LONGEST_GAP:
            lists.append([])
            end = last
        lists[-1].append(key)
        end = max(end, last)
    return lists


def _to_utc(moment):
    return moment.replace(tzinfo=UTC)
