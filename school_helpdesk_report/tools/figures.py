"""Computes the figures of one ticket from its history; docs/figures.md defines them.

Figures are always computed from the whole history. Nothing is added to a stored sum, so
the order of the changes does not matter. ``None`` means that there is no such figure
yet: averages leave the ticket out.
"""

from datetime import datetime
from typing import NamedTuple

from odoo.addons.school_helpdesk_base.models.helpdesk_ticket_stage import (
    ENDED_CATEGORIES,
    WAITING_FOR,
)

SOLVED = ("resolved", "closed")
#: The upper limits of the classes of a time, in working hours.
CLASS_LIMITS = (1, 4, 8, 16, 40)
#: The desk is known to please from this rating on: the limit of Odoo's happy face.
HAPPY_RATING = 4
#: At most so many answers of the desk solve a ticket at the first contact.
FIRST_CONTACT_ANSWERS = 1


class Row(NamedTuple):
    """A row of the status log; ``end`` is ``None`` in the last row.

    ``agent`` is the contact of the agent who moved the ticket, or ``None``.
    """

    id: int
    status: str
    waiting_for: str
    start: datetime
    end: datetime | None
    agent: int | None


class Message(NamedTuple):
    """A message that a person wrote; notes are not readable by the requester."""

    date: datetime
    author: int | None
    by_desk: bool
    is_readable: bool


class History(NamedTuple):
    """What a ticket has gone through. All moments are naive UTC.

    ``clocks`` is a dictionary of the target to the state of the SLA clock, ``assignee``
    is the contact of the agent.
    """

    rows: list
    messages: list
    clocks: dict
    ratings: list
    first_response: datetime | None
    resolved: datetime | None
    reopen_count: int
    assignee: int | None


def compute_figures(working, history):
    """Return the figures of a ticket as a dictionary of field to value.

    :param WorkingClock working: the working hours, from the first row on
    :param History history: the facts of the ticket
    """
    return {
        **_compute_answers(working, history),
        **_compute_resolution(working, history),
        **_compute_waiting(working, history.rows),
        **_compute_clocks(history.clocks),
        "touched_agent_count": len(_get_agents(history)),
        "rating_sum": sum(history.ratings),
        "rated_count": len(history.ratings),
        "happy_count": sum(rating >= HAPPY_RATING for rating in history.ratings),
    }


def compute_row_hours(working, rows):
    """Return the working hours of the finished rows, by the id of the row."""
    return {
        row.id: round(working.get_hours(row.start, row.end), 6)
        for row in rows
        if row.end
    }


def get_class(hours):
    """Return the class of a time: ``"1"`` for the shortest times, and so on."""
    if hours is None:
        return None
    return str(1 + sum(hours > limit for limit in CLASS_LIMITS))


def _compute_answers(working, history):
    created = history.rows[0].start
    readable = [message for message in history.messages if message.is_readable]
    answers = [message for message in readable if message.by_desk]
    spans = _get_response_spans(history.rows, readable)
    answered = history.first_response
    hours = answered and round(working.get_hours(created, answered), 6)
    return {
        "answered": int(bool(answered)),
        "first_response_hours": hours,
        "first_response_elapsed_hours": answered and _get_elapsed(created, answered),
        "first_response_class": get_class(hours),
        "answer_count": len(answers),
        "requester_message_count": len(readable) - len(answers),
        "response_hours": round(sum(working.get_hours(*span) for span in spans), 6),
        "response_count": len(spans),
    }


def _get_response_spans(rows, messages):
    """Return the times in which people waited for an answer, as pairs of start and end.

    The ticket itself is the first words that need an answer. Words that were unanswered
    when work on the ticket ended do not wait any longer. An answer from before the
    ticket, which a merge has moved here, answers nothing.
    """
    created = rows[0].start
    ends = [row.start for row in rows if row.status in ENDED_CATEGORIES]
    spans = []
    since = created
    for message in messages:
        if since and any(since < end < message.date for end in ends):
            since = None
        if not message.by_desk:
            since = since or max(message.date, created)
        elif since and message.date >= created:
            spans.append((since, message.date))
            since = None
    return spans


def _compute_resolution(working, history):
    rows = history.rows
    created = rows[0].start
    is_solved = rows[-1].status in SOLVED and history.resolved
    ever_resolved = bool(history.reopen_count) or any(
        row.status in SOLVED for row in rows
    )
    hours = elapsed = None
    if is_solved:
        resolved = max(history.resolved, created)
        waited = sum(
            working.get_hours(row.start, min(row.end or resolved, resolved))
            for row in rows
            if row.waiting_for == "requester"
        )
        hours = round(max(working.get_hours(created, resolved) - waited, 0.0), 6)
        elapsed = _get_elapsed(created, resolved)
    answers = sum(m.by_desk and m.is_readable for m in history.messages)
    return {
        "ever_resolved": int(ever_resolved),
        "reopened": int(bool(history.reopen_count)),
        "solved_first_contact": int(
            bool(is_solved)
            and not history.reopen_count
            and answers <= FIRST_CONTACT_ANSWERS
        ),
        "resolution_hours": hours,
        "resolution_elapsed_hours": elapsed,
        "resolution_class": get_class(hours),
    }


def _compute_waiting(working, rows):
    hours = {kind: 0.0 for kind, _label in WAITING_FOR}
    for row in rows:
        if row.status == "waiting" and row.end:
            hours[row.waiting_for or "requester"] += working.get_hours(
                row.start, row.end
            )
    return {f"waiting_{kind}_hours": round(value, 6) for kind, value in hours.items()}


def _compute_clocks(clocks):
    figures = {}
    for target in ("first_response", "resolution"):
        state = clocks.get(target)
        figures[f"sla_{target}_met"] = int(state == "accomplished")
        figures[f"sla_{target}_judged"] = int(state in ("accomplished", "expired"))
    return figures


def _get_agents(history):
    """Return the contacts of the agents who wrote, moved or have the ticket."""
    agents = {message.author for message in history.messages if message.by_desk}
    agents |= {row.agent for row in history.rows}
    return (agents | {history.assignee}) - {None}


def _get_elapsed(start, end):
    return round(max((end - start).total_seconds() / 3600, 0.0), 6)
