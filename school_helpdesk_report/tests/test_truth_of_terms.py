"""Two full terms of a help desk: 44 tickets, and each figure worked out by hand.

The tickets of ``test_truth.py`` and 30 more: all channels, two teams, devices, hours,
reopened, merged, cancelled and running tickets. The rules are the same; Wednesday 3
June 2026 is a holiday, too. The sums below name the parts from the first 14 tickets
(``TOTALS`` there) and those from the 30.

The boards and reports ask for their figures in groups: these calls are made here as the
web client makes them, with the access rights of a manager.
"""

import json
from datetime import date
from pathlib import Path

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from . import test_truth
from .truth_common import END, TruthCommon


def first(hours, elapsed, time_class, met):
    """The first response; its clock is judged."""
    return {
        "answered": 1,
        "first_response_hours": hours,
        "first_response_elapsed_hours": elapsed,
        "first_response_class": time_class,
        "sla_first_response_met": met,
        "sla_first_response_judged": 1,
    }


def replies(answers, hours, count, outside=0):
    """All answers; ``count`` of them had somebody waiting, ``hours`` in total."""
    return {
        "answer_count": answers,
        "response_hours": hours,
        "response_count": count,
        "requester_message_count": outside,
        "touched_agent_count": 1,
    }


def solved(hours, elapsed, time_class, met, at_once):
    """The resolution; ``at_once`` if it needed at most one answer."""
    return {
        "ever_resolved": 1,
        "resolution_hours": hours,
        "resolution_elapsed_hours": elapsed,
        "resolution_class": time_class,
        "sla_resolution_met": met,
        "sla_resolution_judged": 1,
        "solved_first_contact": at_once,
    }


def rated(*ratings):
    return {
        "rating_sum": sum(ratings),
        "rated_count": len(ratings),
        "happy_count": sum(rating >= 4 for rating in ratings),
    }


def when(hour, weekday, term, week):
    return {
        "created_hour": hour,
        "created_weekday": weekday,
        "term": term,
        "term_week": week,
    }


MORE_TICKETS = {
    # Tuesday 8:15, answered after 0.5 h, resolved after 1 h.
    "scanned": (
        {"channel": "qr", "devices": ["projector"]},
        [
            ("03-03 08:15", "create"),
            ("03-03 08:45", "answer"),
            ("03-03 09:15", "resolved"),
            ("03-03 09:20", "work", 0.25),
            ("03-03 10:00", "rate", 5),
        ],
        {
            **first(0.5, 0.5, "1", 1),
            **replies(1, 0.5, 1),
            **solved(1, 1, "1", 1, 1),
            **rated(5),
            **when(8, "2", 1, 1),
        },
    ),
    # The same device. Answered after 2.5 h, too late. Resolved at 14:00: 3.5 + 1 =
    # 4.5 h; 5.5 h elapsed.
    "scanned again": (
        {"channel": "qr", "devices": ["projector"]},
        [
            ("03-10 08:30", "create"),
            ("03-10 11:00", "answer"),
            ("03-10 14:00", "resolved"),
            ("03-10 15:00", "rate", 4),
        ],
        {
            **first(2.5, 2.5, "2", 0),
            **replies(1, 2.5, 1),
            **solved(4.5, 5.5, "3", 1, 1),
            **rated(4),
            **when(8, "2", 1, 2),
        },
    ),
    # Once more. Answered after 0.25 h. Waits for a part from Thursday 10:30 to Tuesday
    # 10:30: 5.5 + 8 + 8 + 2.5 = 24 h. The second answer, at 11:00, nobody waited for.
    # Resolved then: 6 + 8 + 8 + 3 = 25 h, too late; 5 days and 1 h elapsed.
    "scanned a third time": (
        {"channel": "qr", "devices": ["projector"]},
        [
            ("03-19 10:00", "create"),
            ("03-19 10:15", "answer"),
            ("03-19 10:30", "wait", "part"),
            ("03-24 10:30", "open"),
            ("03-24 11:00", "answer"),
            ("03-24 11:00", "resolved"),
            ("03-24 11:30", "work", 1.5),
        ],
        {
            **first(0.25, 0.25, "1", 1),
            **replies(2, 0.25, 1),
            **solved(25, 121, "5", 0, 0),
            "waiting_part_hours": 24,
            **when(10, "4", 1, 3),
        },
    ),
    # Friday 13:00, about two tablets. Answered after 0.5 h, resolved after 2 h.
    "two devices": (
        {"channel": "walk-in", "devices": ["tablet", "other tablet"]},
        [
            ("03-20 13:00", "create"),
            ("03-20 13:30", "answer"),
            ("03-20 15:00", "resolved"),
        ],
        {
            **first(0.5, 0.5, "1", 1),
            **replies(1, 0.5, 1),
            **solved(2, 2, "2", 1, 1),
            **when(13, "5", 1, 3),
        },
    ),
    # Monday 9:00, answered at 9:30: 0.5 h. Waits for the requester until Tuesday 10:00:
    # 6.5 + 2 = 8.5 h; answered at 11:00: 1 h. Waits again until Wednesday 9:00: 5 + 1 =
    # 6 h; answered and resolved at 9:30: 0.5 h. 7 + 8 + 1.5 = 16.5 h, minus 14.5 h = 2
    # h; 48.5 h elapsed.
    "waits twice": (
        {"channel": "mail"},
        [
            ("03-23 09:00", "create"),
            ("03-23 09:30", "answer"),
            ("03-23 09:30", "wait", "requester"),
            ("03-24 10:00", "say"),
            ("03-24 11:00", "answer"),
            ("03-24 11:00", "wait", "requester"),
            ("03-25 09:00", "say"),
            ("03-25 09:30", "answer"),
            ("03-25 09:30", "resolved"),
        ],
        {
            **first(0.5, 0.5, "1", 1),
            **replies(3, 2, 3, outside=2),
            **solved(2, 48.5, "2", 1, 0),
            "waiting_requester_hours": 14.5,
            **when(9, "1", 1, 4),
        },
    ),
    # Tuesday 14:00, closed at 16:00 without an answer: this resolves it, after 2 h. The
    # time for the answer was just not over, so its clock is void.
    "closed at once": (
        {"channel": "phone"},
        [("03-24 14:00", "create"), ("03-24 16:00", "closed")],
        {
            "touched_agent_count": 1,
            **solved(2, 2, "2", 1, 1),
            **when(14, "2", 1, 4),
        },
    ),
    # Wednesday 8:00. The requester is an agent, whose words at 8:30 are no answer.
    # Another agent answers at 9:00: 1 h, and resolves it at 10:00: 2 h.
    "of an agent": (
        {"channel": "portal", "requester": "agent"},
        [
            ("03-25 08:00", "create"),
            ("03-25 08:30", "say", "agent"),
            ("03-25 09:00", "answer", "agent_2"),
            ("03-25 10:00", "resolved", "agent_2"),
        ],
        {
            **first(1, 1, "1", 1),
            **replies(1, 1, 1, outside=1),
            **solved(2, 2, "2", 1, 1),
            **when(8, "3", 1, 4),
        },
    ),
    # Friday 16:30. Answered Monday 8:30: 0.5 + 0.5 = 1 h; 64 h elapsed. Resolved at
    # 9:00: 1.5 h; 64.5 h elapsed.
    "over a weekend": (
        {"channel": "mail"},
        [
            ("03-27 16:30", "create"),
            ("03-30 08:30", "answer"),
            ("03-30 09:00", "resolved"),
        ],
        {
            **first(1, 64, "1", 1),
            **replies(1, 1, 1),
            **solved(1.5, 64.5, "2", 1, 1),
            **when(16, "5", 1, 4),
        },
    ),
    # Wednesday 1 April 9:00, answered after 0.75 h. Resolved on Wednesday 15 April
    # 10:00: 7 + 8 + 8, a week of 40, nothing on the holiday, 8 + 2 = 73 h, too late; 14
    # days and 1 h elapsed.
    "a long one": (
        {"channel": "portal", "priority": "0"},
        [
            ("04-01 09:00", "create"),
            ("04-01 09:45", "answer"),
            ("04-15 10:00", "resolved"),
        ],
        {
            **first(0.75, 0.75, "1", 1),
            **replies(1, 0.75, 1),
            **solved(73, 337, "6", 0, 1),
            **when(9, "3", 1, 5),
        },
    ),
    # Urgent: Thursday 8:00, answered after 5 minutes, resolved after 0.5 h.
    "urgent": (
        {"channel": "phone", "priority": "3"},
        [
            ("04-02 08:00", "create"),
            ("04-02 08:05", "answer"),
            ("04-02 08:30", "resolved"),
            ("04-02 08:45", "work", 0.5),
            ("04-02 09:00", "rate", 5),
        ],
        {
            **first(0.083333, 0.083333, "1", 1),
            **replies(1, 0.083333, 1),
            **solved(0.5, 0.5, "1", 1, 1),
            **rated(5),
            **when(8, "4", 1, 5),
            "weight": 2,
        },
    ),
    # Tuesday 10:00, answered after 0.5 h, resolved at 11:00. Reopened on Wednesday
    # 9:00, answered after 0.5 h, resolved at 10:00. Reopened on Thursday 10:00,
    # answered after 1.5 h, resolved at 12:00. 6 + 8 + 4 = 18 h; 50 h elapsed. The clock
    # counts 1 + 1 + 2 = 4 h.
    "reopened twice": (
        {"channel": "mail"},
        [
            ("04-07 10:00", "create"),
            ("04-07 10:30", "answer"),
            ("04-07 11:00", "resolved"),
            ("04-08 09:00", "say"),
            ("04-08 09:30", "answer"),
            ("04-08 10:00", "resolved"),
            ("04-09 10:00", "say"),
            ("04-09 11:30", "answer"),
            ("04-09 12:00", "resolved"),
            ("04-09 13:00", "rate", 1),
        ],
        {
            **first(0.5, 0.5, "1", 1),
            **replies(3, 2.5, 3, outside=2),
            **solved(18, 50, "5", 1, 0),
            "reopened": 1,
            **rated(1),
            **when(10, "2", 1, 6),
        },
    ),
    # Friday 9:00, answered after 20 minutes, cancelled at 10:00: both clocks are void.
    "answered and cancelled": (
        {"channel": "portal"},
        [
            ("04-10 09:00", "create"),
            ("04-10 09:20", "answer"),
            ("04-10 10:00", "cancelled"),
        ],
        {
            **first(0.333333, 0.333333, "1", 0),
            "sla_first_response_judged": 0,
            **replies(1, 0.333333, 1),
            **when(9, "5", 1, 6),
        },
    ),
    # Wednesday 8:00. Two more people report it at 8:10 and 8:20; both are merged at
    # 8:30. Answered at 9:00: 1 h, resolved at 10:00: 2 h.
    "lab is down": (
        {"channel": "phone"},
        [
            ("04-22 08:00", "create"),
            ("04-22 09:00", "answer"),
            ("04-22 10:00", "resolved"),
        ],
        {
            **first(1, 1, "1", 1),
            **replies(1, 1, 1, outside=2),
            **solved(2, 2, "2", 1, 1),
            **when(8, "3", 1, 8),
        },
    ),
    "lab is down, again": (
        {"channel": "mail"},
        [("04-22 08:10", "create"), ("04-22 08:30", "merge", "lab is down")],
        {"touched_agent_count": 1, **when(8, "3", 1, 8)},
    ),
    "lab is still down": (
        {"channel": "portal"},
        [("04-22 08:20", "create"), ("04-22 08:30", "merge", "lab is down")],
        {"touched_agent_count": 1, **when(8, "3", 1, 8)},
    ),
    # Thursday 9:00, answered after 0.25 h. Waits for the vendor from 9:30 to Friday
    # 9:30: 6.5 + 1.5 = 8 h, then for a part until 11:00: 1.5 h. Resolved at 11:30: 7 +
    # 3.5 = 10.5 h, too late; 26.5 h elapsed.
    "vendor, then part": (
        {"channel": "portal"},
        [
            ("04-23 09:00", "create"),
            ("04-23 09:15", "answer"),
            ("04-23 09:30", "wait", "vendor"),
            ("04-24 09:30", "wait", "part"),
            ("04-24 11:00", "open"),
            ("04-24 11:30", "resolved"),
        ],
        {
            **first(0.25, 0.25, "1", 1),
            **replies(1, 0.25, 1),
            **solved(10.5, 26.5, "4", 0, 1),
            "waiting_vendor_hours": 8,
            "waiting_part_hours": 1.5,
            **when(9, "4", 1, 8),
        },
    ),
    # Monday between the terms, 10:00. Resolved after 1 h without a word: nobody needs
    # an answer any more, so its clock is void.
    "without a word": (
        {"channel": "mail", "team": "team_2"},
        [("05-04 10:00", "create"), ("05-04 11:00", "resolved")],
        {
            "touched_agent_count": 1,
            **solved(1, 1, "1", 1, 1),
            **when(10, "1", None, None),
        },
    ),
    # The first day of the second term.
    "first day": (
        {"channel": "portal"},
        [
            ("06-01 08:00", "create"),
            ("06-01 08:30", "answer"),
            ("06-01 09:00", "resolved"),
            ("06-01 12:30", "rate", 5),
        ],
        {
            **first(0.5, 0.5, "1", 1),
            **replies(1, 0.5, 1),
            **solved(1, 1, "1", 1, 1),
            **rated(5),
            **when(8, "1", 2, 1),
        },
    ),
    # Tuesday 15:00. Wednesday is a holiday. Answered on Thursday 8:30: 2 + 0.5 = 2.5 h,
    # too late; 41.5 h elapsed. Resolved at 10:00: 4 h; 43 h elapsed.
    "over another holiday": (
        {"channel": "portal"},
        [
            ("06-02 15:00", "create"),
            ("06-04 08:30", "answer"),
            ("06-04 10:00", "resolved"),
        ],
        {
            **first(2.5, 41.5, "2", 0),
            **replies(1, 2.5, 1),
            **solved(4, 43, "2", 1, 1),
            **when(15, "2", 2, 1),
        },
    ),
    # In the lunch break, 12:15, answered in it: 0 h; 0.5 h elapsed. Resolved at 13:30:
    # 0.5 h; 1.25 h elapsed.
    "at lunch": (
        {"channel": "walk-in"},
        [
            ("06-04 12:15", "create"),
            ("06-04 12:45", "answer"),
            ("06-04 13:30", "resolved"),
        ],
        {
            **first(0, 0.5, "1", 1),
            **replies(1, 0, 1),
            **solved(0.5, 1.25, "1", 1, 1),
            **when(12, "4", 2, 1),
        },
    ),
    # Friday 9:00. One agent writes a note, the other one answers after 1 h and resolves
    # it after 2 h.
    "handed over": (
        {"channel": "mail", "assignee": "agent"},
        [
            ("06-05 09:00", "create"),
            ("06-05 09:10", "note"),
            ("06-05 09:15", "assign", "agent_2"),
            ("06-05 10:00", "answer", "agent_2"),
            ("06-05 11:00", "resolved", "agent_2"),
            ("06-05 11:30", "work", 1),
        ],
        {
            **first(1, 1, "1", 1),
            **replies(1, 1, 1),
            "touched_agent_count": 2,
            **solved(2, 2, "2", 1, 1),
            **when(9, "5", 2, 1),
        },
    ),
    # Monday 23:30. Answered on Tuesday 8:15: 0.25 h; 8.75 h elapsed. Resolved at 9:00:
    # 1 h; 9.5 h elapsed.
    "at night": (
        {"channel": "qr", "devices": ["tablet"]},
        [
            ("06-15 23:30", "create"),
            ("06-16 08:15", "answer"),
            ("06-16 09:00", "resolved"),
            ("06-16 10:00", "rate", 2),
        ],
        {
            **first(0.25, 8.75, "1", 1),
            **replies(1, 0.25, 1),
            **solved(1, 9.5, "1", 1, 1),
            **rated(2),
            **when(23, "1", 2, 3),
        },
    ),
    # Saturday 10:00. Answered on Monday 9:00: 1 h; 47 h elapsed. Resolved at 10:00: 2
    # h; 48 h elapsed.
    "on a saturday": (
        {"channel": "mail"},
        [
            ("06-20 10:00", "create"),
            ("06-22 09:00", "answer"),
            ("06-22 10:00", "resolved"),
        ],
        {
            **first(1, 47, "1", 1),
            **replies(1, 1, 1),
            **solved(2, 48, "2", 1, 1),
            **when(10, "6", 2, 3),
        },
    ),
    # Wednesday 24 June 8:00, answered after 0.5 h. Waits for approval from 9:00 to
    # Wednesday 8 July 9:00: 7 + 16 + 40 + 16 + 1 = 80 h. Resolved at 10:00: 82 h, too
    # late; 14 days and 2 h elapsed.
    "waits for approval": (
        {"channel": "portal"},
        [
            ("06-24 08:00", "create"),
            ("06-24 08:30", "answer"),
            ("06-24 09:00", "wait", "approval"),
            ("07-08 09:00", "open"),
            ("07-08 10:00", "resolved"),
        ],
        {
            **first(0.5, 0.5, "1", 1),
            **replies(1, 0.5, 1),
            **solved(82, 338, "6", 0, 1),
            "waiting_approval_hours": 80,
            **when(8, "3", 2, 4),
        },
    ),
    # Thursday 9:00. Waits for something else from 9:30 to Friday 9:30: 6.5 + 1.5 = 8 h,
    # and is then cancelled.
    "waits and is cancelled": (
        {"channel": "phone"},
        [
            ("07-02 09:00", "create"),
            ("07-02 09:30", "wait", "other"),
            ("07-03 09:30", "cancelled"),
        ],
        {
            "touched_agent_count": 1,
            "waiting_other_hours": 8,
            **when(9, "4", 2, 5),
        },
    ),
    # Monday 8:00, answered after 0.5 h. The words of 9:00 wait until 16:00: 3 + 3 = 6
    # h; those of 10:00 do not count again. Resolved at 16:30: 7.5 h; 8.5 h elapsed. Two
    # people rate it.
    "a late second answer": (
        {"channel": "mail"},
        [
            ("07-06 08:00", "create"),
            ("07-06 08:30", "answer"),
            ("07-06 09:00", "say"),
            ("07-06 10:00", "say"),
            ("07-06 16:00", "answer"),
            ("07-06 16:30", "resolved"),
            ("07-07 08:00", "rate", 5),
            ("07-07 09:00", "rate", 3),
        ],
        {
            **first(0.5, 0.5, "1", 1),
            **replies(2, 6.5, 2, outside=2),
            **solved(7.5, 8.5, "3", 1, 0),
            **rated(5, 3),
            **when(8, "1", 2, 6),
        },
    ),
    # Tuesday 9:00, answered after 1 h, resolved after 2 h, closed a week later.
    "closed later": (
        {"channel": "portal", "team": "team_2"},
        [
            ("07-14 09:00", "create"),
            ("07-14 10:00", "answer"),
            ("07-14 11:00", "resolved"),
            ("07-21 11:00", "closed"),
        ],
        {
            **first(1, 1, "1", 1),
            **replies(1, 1, 1),
            **solved(2, 2, "2", 1, 1),
            **when(9, "2", 2, 7),
        },
    ),
    # Thursday 13:00, answered after 0.5 h, waits for the vendor since 14:00. The clock
    # runs: 4 h on Thursday, and on Friday the 8 h are over.
    "at the vendor now": (
        {"channel": "portal"},
        [
            ("07-30 13:00", "create"),
            ("07-30 13:30", "answer"),
            ("07-30 14:00", "wait", "vendor"),
        ],
        {
            **first(0.5, 0.5, "1", 1),
            **replies(1, 0.5, 1),
            "sla_resolution_judged": 1,
            **when(13, "4", 2, 9),
        },
    ),
    # Friday 16:30. On Monday at 9:00, 1.5 h are used: both clocks run.
    "still in time": (
        {"channel": "phone"},
        [("07-31 16:30", "create")],
        when(16, "5", 2, 9),
    ),
    # Monday after the term, an hour before the end, answered after 0.5 h.
    "of today": (
        {"channel": "qr"},
        [("08-03 08:00", "create"), ("08-03 08:30", "answer")],
        {
            **first(0.5, 0.5, "1", 1),
            **replies(1, 0.5, 1),
            **when(8, "1", None, None),
        },
    ),
}

TOTALS = {
    # 14 and 30
    "__count": 44,
    # 10, and 30 without: closed at once, two merged, without a word, waits and is
    # cancelled, still in time
    "answered:sum": 34,
    # 14.5 and: 5 minutes, 20 minutes, 0, 3 * 0.25, 9 * 0.5, 0.75, 6 * 1, 2 * 2.5 =
    # 17.416666
    "first_response_hours:avg": 31.916666 / 34,
    # up to 0.333 there are 7, then 11 of 0.5: the 17th and the 18th are 0.5
    "first_response_median:avg": 0.5,
    # 0.9 * 33 = 29.7; 28 are up to 1, then 3 of 2, 2 of 2.5, 4.5
    "first_response_p90:avg": 2,
    # 130.5, and 0.5 2.5 0.25 0.5 0.5 1 64 0.75 0.083333 0.5 0.333333 1 0.25 0.5 41.5
    # 0.5 1 8.75 47 0.5 0.5 1 0.5 0.5 = 174.416666
    "first_response_elapsed_hours:avg": 304.916666 / 34,
    # 17.5, and 0.5 2.5 0.25 0.5 2 1 1 0.75 0.083333 2.5 0.333333 1 0.25 0.5 2.5 0 1
    # 0.25 1 0.5 6.5 1 0.5 0.5 = 26.916666
    "response_hours:sum": 44.416666,
    # 12, and 24 first answers, 2 (waits twice), 2 (reopened twice), 1 (late second)
    "response_count:sum": 41,
    "average_response_hours:avg": 44.416666 / 41,
    # 13, and the same with 1 (scanned a third time)
    "answer_count:sum": 43,
    # 3, and 2 (waits twice), 1 (of an agent), 2 (reopened twice), 2 (lab), 2 (late)
    "requester_message_count:sum": 12,
    # 10, and 30 without: answered and cancelled, two merged, waits and is cancelled,
    # three that run
    "ever_resolved:sum": 33,
    "reopened:sum": 3,
    "reopened_rate:avg": 3 / 33,
    # 7, and 23 without: scanned a third time, waits twice, reopened twice, late second
    "solved_first_contact:sum": 26,
    "first_contact_rate:avg": 26 / 33,
    # 87 of 9, and 1 4.5 25 2 2 2 2 1.5 73 0.5 18 2 10.5 1 1 4 0.5 2 1 2 82 7.5 2 = 247
    # of 23
    "resolution_hours:avg": 334 / 32,
    # 0.5 * 2, 1 * 4, 1.5, 2 * 9: the 16th is 2; 3: the 17th
    "resolution_median:avg": 2.5,
    # 0.9 * 31 = 27.9: nine tenths of the way from the 28th (18) to the 29th (25)
    "resolution_p90:avg": 24.3,
    # 389, and 1 5.5 121 2 48.5 2 2 64.5 337 0.5 50 2 26.5 1 1 43 1.25 2 9.5 48 338 8.5
    # 2 = 1116.75
    "resolution_elapsed_hours:avg": 1505.75 / 32,
    # 8 + 14.5
    "waiting_requester_hours:sum": 22.5,
    # 21 + 8
    "waiting_vendor_hours:sum": 29,
    # 2.5 + 24 + 1.5
    "waiting_part_hours:sum": 28,
    # 3 + 80
    "waiting_approval_hours:sum": 83,
    # 12 + 8
    "waiting_other_hours:sum": 20,
    # 12, and 24 answers without the cancelled one
    "sla_first_response_judged:sum": 35,
    # 9, and 23 without: scanned again, over another holiday
    "sla_first_response_met:sum": 30,
    "sla_first_response_rate:avg": 30 / 35,
    # 11, and 23 resolved, and: at the vendor now
    "sla_resolution_judged:sum": 35,
    # 6, and 23 without: scanned a third time, a long one, vendor then part, approval
    "sla_resolution_met:sum": 25,
    "sla_resolution_rate:avg": 25 / 35,
    # 19, and 5 + 4 + 5 + 1 + 5 + 2 + 5 + 3 = 30
    "rating_sum:sum": 49,
    # 5 and 8
    "rated_count:sum": 13,
    "rating_average:avg": 49 / 13,
    # 3, and 5 4 5 5 5
    "happy_count:sum": 8,
    "happy_rate:avg": 8 / 13,
    # 42 tickets and two urgent ones
    "weight:sum": 46,
}

#: Term to its tickets in each week; then the tickets between the terms.
WEEKS = {
    # waits, simple, vendor, part and scanned; scanned again; reopened, cancelled, third
    # time, two devices; twice, closed at once, of an agent, weekend; long, urgent;
    # holiday, twice, answered and cancelled; -; two and three of a merge, vendor
    "1": {1: 5, 2: 1, 3: 4, 4: 4, 5: 2, 6: 3, 8: 6},
    # sunday, first day, holiday, lunch, handed over; reopened and open; night,
    # saturday; approval; waits and is cancelled; late; closed later; -; forgotten,
    # waiting now, at the vendor now, still in time
    "2": {1: 5, 2: 1, 3: 2, 4: 1, 5: 1, 6: 1, 7: 1, 9: 4},
    # between the terms, without a word, of today
    None: {None: 3},
}

#: Weekday to the tickets of each hour.
PEAKS = {
    # reopened, reopened and open, forgotten, first day, late, of today; simple, target,
    # merged, twice; without a word; waits; night
    "1": {8: 6, 9: 4, 10: 1, 16: 1, 23: 1},
    # vendor, scanned, again; closed later; reopened twice; closed at once; holiday
    "2": {8: 3, 9: 1, 10: 1, 14: 1, 15: 1},
    # of an agent, lab and its two, approval; long; cancelled
    "3": {8: 5, 9: 1, 10: 1},
    # between; urgent; waiting now, vendor, cancelled; third time; lunch; vendor now
    "4": {7: 1, 8: 1, 9: 3, 10: 1, 12: 1, 13: 1},
    # answered and cancelled, handed over; devices; part, holiday, weekend, in time
    "5": {9: 2, 13: 1, 16: 4},
    "6": {10: 1},
    "7": {20: 1},
}

#: Tickets that were open or waiting at the end of a day.
BACKLOG = {
    "2026-03-23": ["scanned a third time", "waits twice"],
    "2026-03-24": ["waits twice"],
    "2026-03-25": [],
    # Sunday
    "2026-03-29": ["over a weekend"],
    "2026-04-07": ["a long one"],
    # reopened and resolved on one day
    "2026-04-08": ["a long one"],
    "2026-04-13": ["a long one", "over a holiday"],
    "2026-04-22": [],
    "2026-04-23": ["vendor, then part"],
    "2026-06-03": ["over another holiday"],
    "2026-06-15": ["at night", "reopened and open"],
    "2026-06-30": ["reopened and open", "waits for approval"],
    "2026-07-02": [
        "reopened and open",
        "waits and is cancelled",
        "waits for approval",
    ],
    "2026-07-14": ["reopened and open"],
    "2026-07-31": [
        "at the vendor now",
        "forgotten",
        "reopened and open",
        "still in time",
        "waiting now",
    ],
    # today, until now
    "2026-08-03": [
        "at the vendor now",
        "forgotten",
        "of today",
        "reopened and open",
        "still in time",
        "waiting now",
    ],
}

#: Working hours and number of the finished stays in each status.
STATUS_HOURS = {
    # 46.5 of 5, and: twice 8.5 + 6, part 24, vendor 8 and part 1.5, approval 80,
    # other 8
    "waiting": (182.5, 12),
    # 45 of 18, and: 1, 4.5, 0.5 + 0.5, 2, twice 0.5 + 1 + 0.5, 2, 2, 1.5, 73, 0.5,
    # reopened 1 + 1 + 2, 1, lab 2 + 1/3 + 1/6, vendor 0.5 + 0.5, 1, 1, 4, 0.5, 2, 1, 2,
    # approval 1 + 1, 0.5, 7.5, 2, vendor now 1 = 122.5 of 35
    "open": (167.5, 53),
    # 87 of 4, and: reopened twice 6 + 8, closed later 40
    "resolved": (141.0, 7),
    "closed": (13.0, 1),
}

#: The figures of the first term, as the weekly mail and the printed report show them:
#: what happened in it.
FIRST_TERM = {
    "created": 25,
    # simple, requester, vendor, reopened, holiday, target, and 13 of the 16 others: not
    # closed at once and the two merged
    "answered": 19,
    # simple, requester, vendor, part, reopened, holiday, target, and 13: not answered
    # and cancelled and the two merged
    "resolved": 20,
    "open": 0,
    "waiting": 0,
    "backlog": 0,
    # 0.083 0.25 0.25 0.333 0.5 0.5 0.5 0.5 0.5 |0.75| 1 1 1 1 2 2 2 2.5 4.5
    "first_response_median": 0.75,
    # 0.5 1 1.5 2 2 2 2 2 2 3 | 4 4 4.5 7 10.5 12 18 25 27 73
    "resolution_median": 3.5,
    "reopened_rate": 2 / 20,
    # without: requester, reopened; third time, waits twice, reopened twice
    "first_contact_rate": 15 / 20,
    # 7 and 12; missed: vendor, part; scanned again
    "sla_first_response_judged": 19,
    "sla_first_response_rate": 16 / 19,
    # missed: vendor; third time, a long one, vendor then part
    "sla_resolution_judged": 20,
    "sla_resolution_rate": 16 / 20,
    # 5 3 1 5 and 5 4 5 1
    "rated_count": 8,
    "rating_average": 29 / 8,
    "happy_rate": 5 / 8,
}

#: The files of the boards.
BOARDS = Path(__file__).parents[1] / "data/files"
#: A sum, or a count: the parts of such a figure add up to the whole.
ADDITIVE = ("__count", ":sum", ":count")


@tagged("post_install", "-at_install")
class TestTruthOfTerms(TruthCommon):
    TICKETS = {**test_truth.TICKETS, **MORE_TICKETS}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = [("id", "in", cls.all.ids)]

    @classmethod
    def _tell_story(cls):
        cls._create_holiday("2026-06-03 00:00:00", "2026-06-03 23:59:59")
        Location, Category = cls.env["asset.location"], cls.env["asset.category"]
        building = Location.create({"name": "Main", "location_type": "building"})
        cls.rooms = Location.create(
            [
                {"name": name, "location_type": "room", "parent_id": building.id}
                for name in ("Physics", "Library")
            ]
        )
        kinds = Category.create([{"name": "Projectors"}, {"name": "Tablets"}])
        cls.devices = {
            name: cls.env["asset.asset"].create(
                {
                    "asset_code": f"TRUTH-{name}",
                    "brand": "Acme",
                    "category_id": kinds[place].id,
                    "location_id": cls.rooms[place].id,
                    "model": ("Beam", "Pad")[place],
                }
            )
            for name, place in (("projector", 0), ("tablet", 1), ("other tablet", 1))
        }
        cls.project = cls.env["project.project"].create(
            {"name": "Desk", "allow_timesheets": True}
        )
        cls.employees = {
            user: cls.env["hr.employee"].create({"name": user.name, "user_id": user.id})
            for user in (cls.agent, cls.agent_2)
        }
        return super()._tell_story()

    @classmethod
    def _get_more_values(cls, values):
        links = [
            Command.create(
                {
                    "asset_id": cls.devices[name].id,
                    "role": "affected" if place else "primary",
                }
            )
            for place, name in enumerate(values.get("devices", ()))
        ]
        more = {"asset_link_ids": links} if links else {}
        if requester := values.get("requester"):
            more["partner_id"] = getattr(cls, requester).partner_id.id
        return more

    @classmethod
    def _work(cls, ticket, moment, hours):
        ticket.project_id = cls.project
        agent = ticket.user_id or cls.agent
        cls.env["account.analytic.line"].create(
            {
                "name": "Work",
                "project_id": cls.project.id,
                "ticket_id": ticket.id,
                "employee_id": cls.employees[agent].id,
                "user_id": agent.id,
                "date": moment.date(),
                "unit_amount": hours,
            }
        )

    def _group(self, model, domain, groupby, aggregates):
        """Return the rows of a pivot, as the web client asks for them.

        :return: dictionary of the values of the groups to those of the aggregates; a
            record is its name, one value is no tuple
        """
        rows = (
            self.env[model]
            .with_user(self.manager)
            .formatted_read_group(domain, groupby, aggregates)
        )

        def name(value):
            return value[1] if isinstance(value, tuple | list) else value or None

        def alone(values):
            return values[0] if len(values) == 1 else tuple(values)

        return {
            alone([name(row[key]) for key in groupby]): alone(
                [row[key] for key in aggregates]
            )
            for row in rows
        }

    # ------------------------------------------------------------------
    # The facts
    # ------------------------------------------------------------------

    def test_each_ticket(self):
        self._check_each_ticket()

    def test_recomputed_in_the_background(self):
        """The figures do not depend on how they came to be."""
        with freeze_time(END):
            self.all._expire_figures()
            self.all._sync_figures()
        self._check_each_ticket()

    # ------------------------------------------------------------------
    # Figures of many tickets
    # ------------------------------------------------------------------

    def test_all_together(self):
        found = self._group("helpdesk.ticket", self.own, [], list(TOTALS))
        for (name, expected), value in zip(TOTALS.items(), found[()], strict=True):
            with self.subTest(figure=name):
                self.assertAlmostEqual(value, expected, places=4)

    def test_parts_are_the_whole(self):
        """Any grouping of the sums adds up to the totals above."""
        sums = [name for name in TOTALS if name.endswith(ADDITIVE)]
        for group in (
            "team_id",
            "channel_id",
            "term_id",
            "term_week",
            "created_hour",
            "created_weekday",
            "priority",
            "status_category",
            "user_id",
            "partner_id",
            "reported_room_id",
            "reported_device_model",
            "first_response_class",
            "resolution_class",
            "create_date:month",
            "create_date:week",
        ):
            rows = (
                self.env["helpdesk.ticket"]
                .with_user(self.manager)
                .formatted_read_group(self.own, [group], sums)
            )
            for name in sums:
                with self.subTest(group=group, figure=name):
                    whole = sum(row[name] or 0 for row in rows)
                    self.assertAlmostEqual(whole, TOTALS[name], places=4)

    def test_teams(self):
        found = self._group(
            "helpdesk.ticket",
            self.own,
            ["team_id"],
            ["__count", "resolution_hours:avg", "happy_rate:avg", "reopened_rate:avg"],
        )
        # Labs: between 15, sunday 13, without a word 1, closed later 2; one rating;
        # reopened and open is one of five
        self.assertEqual(
            found,
            {
                "Desk": (39, 303 / 28, 7 / 12, 2 / 28),
                "Labs": (5, 31 / 4, 1, 1 / 5),
            },
        )

    def test_channels(self):
        self.assertEqual(
            self._group("helpdesk.ticket", self.own, ["channel_id"], ["__count"]),
            # 7 + 10, 4 + 8, 3 + 5
            {"portal": 17, "mail": 12, "phone": 8, "qr": 5, "walk-in": 2},
        )

    def test_months(self):
        rows = self._group(
            "helpdesk.ticket", self.own, ["create_date:month"], ["__count"]
        )
        # 6 + 8, 3 + 8, 1 + 1, 2 + 7, 2 + 5, 1
        self.assertEqual(list(rows.values()), [14, 11, 2, 9, 7, 1])

    def test_the_same_weeks_of_two_terms(self):
        found = self._group(
            "helpdesk.ticket", self.own, ["term_id", "term_week"], ["__count"]
        )
        expected = {
            (term, week): count
            for term, weeks in WEEKS.items()
            for week, count in weeks.items()
        }
        self.assertEqual(found, expected)

    def test_peak_times(self):
        found = self._group(
            "helpdesk.ticket",
            self.own,
            ["created_weekday", "created_hour"],
            ["__count"],
        )
        expected = {
            (day, hour): count
            for day, hours in PEAKS.items()
            for hour, count in hours.items()
        }
        self.assertEqual(found, expected)

    def test_rooms_and_devices_when_reported(self):
        found = self._group(
            "helpdesk.ticket",
            [*self.own, ("reported_room_id", "!=", False)],
            ["reported_room_id", "reported_device_model"],
            ["__count"],
        )
        # the second tablet of a ticket is not the one that was reported
        self.assertEqual(
            {model: count for (_room, model), count in found.items()},
            {"Acme Beam": 3, "Acme Pad": 2},
        )

    # ------------------------------------------------------------------
    # The views in the database
    # ------------------------------------------------------------------

    def _own_rows(self):
        return [("ticket_id", "in", self.all.ids)]

    def test_backlog(self):
        Backlog = self.env["helpdesk.backlog.report"].with_user(self.manager)
        with freeze_time(END):
            rows = Backlog._read_group(
                [*self._own_rows(), ("date", "in", list(BACKLOG))],
                ["date:day"],
                ["ticket_id:recordset", "__count"],
            )
        found = {
            day.isoformat(): sorted(tickets.mapped("name"))
            for day, tickets, _count in rows
        }
        self.assertEqual({day: found.get(day, []) for day in BACKLOG}, BACKLOG)

    def test_time_in_each_status(self):
        found = self._group(
            "helpdesk.status.report",
            [*self._own_rows(), ("end", "!=", False)],
            ["status_category"],
            ["working_hours:sum", "__count"],
        )
        self.assertEqual(found.keys(), STATUS_HOURS.keys())
        for status, (hours, count) in STATUS_HOURS.items():
            # stays of 10 and 20 minutes are rounded
            self.assertAlmostEqual(found[status][0], hours, 4, status)
            self.assertEqual(found[status][1], count, status)

    def test_waits(self):
        """The waits of the report are those of the tickets."""
        found = self._group(
            "helpdesk.status.report",
            [*self._own_rows(), ("waiting_for", "!=", False), ("end", "!=", False)],
            ["waiting_for"],
            ["working_hours:sum"],
        )
        for kind, hours in found.items():
            self.assertAlmostEqual(hours, TOTALS[f"waiting_{kind}_hours:sum"], 4)
        self.assertEqual(len(found), 5)

    def test_service_levels(self):
        self.assertEqual(
            self._group(
                "helpdesk.clock.report",
                self._own_rows(),
                ["target"],
                ["met:sum", "missed:sum", "judged:sum", "met_rate:avg", "__count"],
            ),
            # judged and met as in TOTALS; each ticket has both clocks
            {
                "first_response": (30, 5, 35, 30 / 35, 44),
                "resolution": (25, 10, 35, 25 / 35, 44),
            },
        )

    def test_devices(self):
        found = self._group(
            "helpdesk.device.report", self._own_rows(), ["asset_model"], ["__count"]
        )
        # two tablets of one ticket count twice
        self.assertEqual(found, {"Acme Beam": 3, "Acme Pad": 3})
        rows = self.env["helpdesk.device.report"]._read_group(
            self._own_rows(), ["asset_id"], ["__count"]
        )
        self.assertEqual(
            {asset.asset_code: count for asset, count in rows},
            {"TRUTH-projector": 3, "TRUTH-tablet": 2, "TRUTH-other tablet": 1},
        )

    def test_hours(self):
        found = self._group(
            "helpdesk.hours.report", self._own_rows(), ["agent_id"], ["hours:sum"]
        )
        # 0.25 + 1.5 + 0.5, and 1 of the other agent
        self.assertEqual(sorted(found.values()), [1, 2.25])
        found = self._group(
            "helpdesk.hours.report", self._own_rows(), ["date:month"], ["hours:sum"]
        )
        self.assertEqual(list(found.values()), [1.75, 0.5, 1])

    # ------------------------------------------------------------------
    # Mails, printed reports and boards
    # ------------------------------------------------------------------

    def test_period(self):
        Period = self.env["helpdesk.period.figures"].with_user(self.manager)
        with freeze_time(END):
            found = Period.get_figures(
                *Period.get_bounds(date(2026, 3, 2), date(2026, 4, 30)),
                team_ids=(self.team | self.team_2).ids,
            )
        self.assertEqual(found.keys(), FIRST_TERM.keys())
        for name, expected in FIRST_TERM.items():
            with self.subTest(figure=name):
                self.assertAlmostEqual(found[name], expected)

    def test_boards(self):
        """The groups of each pivot and chart of a board add up to its whole."""
        # the board of costs is for managers who also read devices
        self.manager.group_ids += self.env.ref(
            "school_asset_management.group_asset_user"
        )
        sources = list(_read_boards())
        self.assertTrue(sources)
        for path, source in sources:
            Model = self.env[source["model"]].with_user(self.manager)
            domain = source["domain"]
            aggregates = [
                # a chart names the field only
                name
                if name == "__count" or ":" in name
                else f"{name}:{Model._fields[name].aggregator}"
                for name in source["aggregates"]
            ]
            with self.subTest(board=path, source=source), freeze_time(END):
                rows = Model.formatted_read_group(domain, source["groupby"], aggregates)
                (whole,) = Model.formatted_read_group(domain, [], aggregates)
                for name in aggregates:
                    if name.endswith(ADDITIVE):
                        parts = sum(row[name] or 0 for row in rows)
                        self.assertAlmostEqual(parts, whole[name] or 0, places=4)


def _read_boards():
    """Yield the file and the question of each pivot and chart of our boards.

    The question has the form of ``formatted_read_group``: a model, a domain, groups and
    aggregates. The pivot of a spreadsheet asks for all combinations of its rows and
    columns.
    """
    for path in sorted(BOARDS.glob("*_dashboard.json")):
        board = json.loads(path.read_text())
        for pivot in board.get("pivots", {}).values():
            yield path.name, _read_pivot(pivot)
        for sheet in board["sheets"]:
            for figure in sheet.get("figures", ()):
                if "metaData" in figure.get("data", {}):
                    yield path.name, _read_chart(figure["data"])


def _read_pivot(pivot):
    groups = [*pivot.get("rows", ()), *pivot.get("columns", ())]
    return {
        "model": pivot["model"],
        "domain": _read_domain(pivot["domain"]),
        "groupby": [
            ":".join(filter(None, (group["fieldName"], group.get("granularity"))))
            for group in groups
        ],
        "aggregates": [
            ":".join(filter(None, (measure["fieldName"], measure.get("aggregator"))))
            for measure in pivot["measures"]
            if "computedBy" not in measure
        ],
    }


def _read_chart(chart):
    data = chart["metaData"]
    return {
        "model": data["resModel"],
        "domain": _read_domain(chart["searchParams"]["domain"]),
        "groupby": data["groupBy"],
        "aggregates": [data["measure"]],
    }


def _read_domain(domain):
    """Return a domain as a list; a board stores some as Python, with the user's id."""
    if isinstance(domain, str):
        domain = safe_eval(domain, {"uid": 1, "context_today": date.today})
    return domain
