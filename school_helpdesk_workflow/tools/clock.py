"""Computes an SLA clock from the facts of a ticket.

A clock is always computed from the whole status log, the first response, the policy and
the working hours. Nothing is added to a stored sum. So the same values give the same
clock, no matter how often and in which order they were changed.

Time counts while the desk can work on the ticket. It does not count while the ticket
waits for somebody for whom the policy pauses, nor while it is resolved or closed. The
deadline is the moment when the counted time reaches the policy's time.
"""

from datetime import datetime
from typing import NamedTuple

from odoo.addons.school_helpdesk_base.models.helpdesk_ticket_stage import (
    ENDED_CATEGORIES,
)

#: In hours, less than a second: a smaller difference is a rounding error.
TOLERANCE = 1e-6
SOLVED = ("resolved", "closed")


class Row(NamedTuple):
    """A row of the status log; ``end`` is ``None`` in the last row."""

    status: str
    waiting_for: str
    start: datetime
    end: datetime | None


class Plan(NamedTuple):
    """What a policy requires of a ticket.

    ``hours`` are working hours. ``pauses`` names for whom the clock pauses. The clock
    is at risk when less than the share ``warn_share`` of the time is left.
    """

    target: str
    hours: float
    pauses: frozenset
    warn_share: float


class Clock(NamedTuple):
    """The values of a clock. All moments are naive UTC."""

    state: str
    is_running: bool
    start: datetime
    deadline: datetime
    warn_date: datetime
    done_date: datetime | bool
    consumed_time: float
    paused_hours: float
    last_state_date: datetime


def compute_clock(working, rows, plan, answered, now):
    """Return the clock of a ticket.

    :param WorkingClock working: the working hours, from the first row on
    :param list rows: the ticket's status log, oldest first
    :param Plan plan: the target, hours and pauses of the policy
    :param answered: when the desk first answered (naive UTC), or False
    :param datetime now: the current time (naive UTC)
    :return: a ``Clock``, or ``None`` if the calendar has too few working hours for a
        deadline
    """
    start = rows[0].start
    status = rows[-1].status
    done = False
    if plan.target == "first_response" and answered:
        done = max(answered, start)
        rows = _cut(rows, done)
    elif plan.target == "resolution" and status in SOLVED:
        done = _get_begin_of_last(rows, SOLVED)
    runs = _get_runs(rows, plan.pauses)
    is_running = bool(runs) and runs[-1][1] is None
    finished = runs[:-1] if is_running else runs
    # if the clock continues, time counts from this moment on
    anchor = runs[-1][0] if is_running else _get_stop(rows, runs, done)
    used = sum(working.get_hours(begin, end) for begin, end in finished)
    missed = used > plan.hours + TOLERANCE
    deadline = _reach(working, finished, anchor, plan.hours)
    if not deadline:
        return None
    if status == "cancelled":
        state, is_running, done = "void", False, False
    elif missed or (is_running and deadline < now):
        state = "expired"
    elif is_running:
        state = "in_progress"
    elif done:
        state = "accomplished"
    else:
        # a ticket that ended without an answer needs no answer any more
        state = "void" if status in ENDED_CATEGORIES else "on_hold"
    return Clock(
        state=state,
        is_running=is_running,
        start=start,
        deadline=deadline,
        warn_date=_reach(working, finished, anchor, plan.hours * (1 - plan.warn_share)),
        done_date=done,
        consumed_time=round(used, 6),
        paused_hours=round(max(working.get_hours(start, anchor) - used, 0.0), 6),
        last_state_date=anchor,
    )


def _reach(working, finished, anchor, hours):
    """Return the moment when the counted time reaches a number of hours.

    :param finished: the past times in which the clock ran, as pairs of start and end
    :param anchor: from this moment on, the clock runs without a pause
    :return: naive UTC; ``False`` if the calendar has too few working hours
    """
    used = 0.0
    for begin, end in finished:
        spent = working.get_hours(begin, end)
        if used + spent > hours + TOLERANCE:
            return working.get_end(begin, hours - used)
        used += spent
    return working.get_end(anchor, hours - used)


def _get_stop(rows, runs, done):
    """Return when a clock that does not run was paused or ended."""
    if done:
        return done
    if rows[-1].status in ENDED_CATEGORIES:
        return _get_begin_of_last(rows, ENDED_CATEGORIES)
    waiting = _get_begin_of_last(rows, ("waiting",))
    return max(waiting, runs[-1][1]) if runs else waiting


def _cut(rows, moment):
    """Return the rows until a moment."""
    return [
        row._replace(end=min(row.end or moment, moment))
        for row in rows
        if row.start < moment
    ]


def _get_runs(rows, pauses):
    """Return the times in which the clock runs, as pairs of start and end.

    The end of the last one is ``None`` if the clock runs now.
    """
    runs = []
    follows = False
    for row in rows:
        counts = row.status == "open" or (
            row.status == "waiting" and row.waiting_for not in pauses
        )
        if counts and follows:
            runs[-1] = (runs[-1][0], row.end)
        elif counts:
            runs.append((row.start, row.end))
        follows = counts
    return runs


def _get_begin_of_last(rows, statuses):
    """Return when the last rows, which all have one of these statuses, began."""
    begin = rows[-1].start
    for row in reversed(rows):
        if row.status not in statuses:
            break
        begin = row.start
    return begin
