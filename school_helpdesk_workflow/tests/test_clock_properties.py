"""After random changes, the clocks equal those of a second, simple computation.

The second computation looks at each minute, one after the other. It knows neither
working intervals nor spans of the status log.
"""

from datetime import timedelta

from freezegun import freeze_time
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .sla_common import SlaCommon, at

BEGIN = at("2 07:30")
MINUTE = timedelta(minutes=1)
KINDS = ("requester", "vendor", "part", "approval", "other")
STATUSES = ("open", "resolved", "closed", "cancelled")
DAYS = st.integers(min_value=2, max_value=13)
STEPS = st.one_of(
    st.tuples(st.just("wait"), st.sampled_from(KINDS)),
    st.tuples(st.just("wait"), st.just("requester")),
    st.tuples(st.just("status"), st.sampled_from(STATUSES)),
    st.tuples(st.just("status"), st.just("open")),
    st.tuples(st.just("answer"), st.none()),
    st.tuples(st.just("priority"), st.sampled_from("0123")),
    st.tuples(st.just("category"), st.integers(min_value=0, max_value=2)),
    st.tuples(st.just("team"), st.integers(min_value=0, max_value=1)),
    st.tuples(st.just("hours"), st.integers(min_value=1, max_value=20)),
    st.tuples(st.just("pause"), st.sampled_from(KINDS[1:])),
    st.tuples(st.just("leave"), DAYS),
    st.tuples(st.just("short days"), st.none()),
    st.tuples(st.just("pass"), st.integers(min_value=1, max_value=700)),
)


class School:
    """What the simple computation knows of the setup."""

    def __init__(self):
        self.holidays = set()
        self.last_hour = 17
        #: Pair of target and kind of policy to its hours, and what pauses it.
        self.hours = {
            ("resolution", "every"): 8,
            ("resolution", "urgent"): 3,
            ("resolution", "child"): 5,
            ("first_response", "every"): 2,
        }
        self.pauses = {"requester"}

    def is_worked(self, minute, team):
        if team == 1:
            # the second team works at night, too
            return minute.weekday() < 5
        return (
            minute.weekday() < 5
            and minute.day not in self.holidays
            and (8 <= minute.hour < 12 or 13 <= minute.hour < self.last_hour)
        )


def count(school, team, log, hours, pauses, stop):
    """Return ``(deadline, used minutes)``, by looking at each minute.

    :param log: pairs of moment and ``(status, waiting_for)``, oldest first
    :param stop: the moment after which no time counts; ``None``: no end
    """
    minute, used, deadline, index = log[0][0], 0, None, 0
    wanted = hours * 60
    while stop is None or minute < stop:
        while index + 1 < len(log) and log[index + 1][0] <= minute:
            index += 1
        if stop is None and index + 1 == len(log) and used >= wanted:
            break
        status, waiting_for = log[index][1]
        counts = status == "open" or (status == "waiting" and waiting_for not in pauses)
        if counts and school.is_worked(minute, team):
            used += 1
            if used == wanted:
                deadline = minute + MINUTE
        elif not counts and used == wanted:
            # the time is used up, but not exceeded: the deadline waits, too
            deadline = minute + MINUTE
        minute += MINUTE
    return deadline, used


class TestClockProperties(SlaCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Category = cls.env["helpdesk.ticket.category"]
        parent = Category.create({"name": "Hardware"})
        child = Category.create({"name": "Printer", "parent_id": parent.id})
        cls.categories = [Category, parent, child]
        cls.night = cls.env["resource.calendar"].create(
            {
                "name": "Day and night",
                "tz": "UTC",
                "attendance_ids": [
                    (5, 0, 0),
                    *(
                        (
                            0,
                            0,
                            {
                                "name": "All day",
                                "dayofweek": str(day),
                                "hour_from": 0,
                                "hour_to": 24,
                            },
                        )
                        for day in range(5)
                    ),
                ],
            }
        )
        other = cls.team.copy({"name": "Night", "resource_calendar_id": cls.night.id})
        for stage in cls.team._get_applicable_stages():
            stage.team_ids += other
        cls.teams = [cls.team, other]
        cls.policies = {
            ("resolution", "every"): cls.policy,
            ("first_response", "every"): cls.answer_policy,
            ("resolution", "urgent"): cls._create_policy(
                name="Urgent", hours=3, priority="3"
            ),
            ("resolution", "child"): cls._create_policy(
                name="Hardware", hours=5, category_ids=[(4, parent.id)]
            ),
        }

    @settings(
        max_examples=60,
        deadline=None,
        database=None,
        derandomize=True,
        # a busy machine is no reason to fail
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(steps=st.lists(STEPS, max_size=12))
    def test_clock_equals_a_simple_one(self, steps):
        with self.env.cr.savepoint() as savepoint:
            try:
                self._run_steps(steps)
            finally:
                savepoint.rollback()
                self.env.invalidate_all()
                self.env.registry.clear_cache()

    def _run_steps(self, steps):
        """Change a ticket step by step, and check its clocks after each step."""
        school = School()
        now = BEGIN
        ticket = self._create_at(now)
        log = [(now, ("open", False))]
        answered = None
        for kind, value in steps:
            now += MINUTE
            before = self._get_clock(ticket).deadline
            with freeze_time(now):
                self._change_ticket(ticket, kind, value, now)
                self._change_setup(school, kind, value)
            if kind == "answer":
                answered = answered or now
            if kind == "pass":
                now += MINUTE * value
            status = (ticket.status_category, ticket.waiting_for)
            if status != log[-1][1]:
                log.append((now, status))
            with freeze_time(now):
                if ticket.clocks_version != ticket.team_id.clocks_version:
                    # as the scheduled action does
                    ticket._sync_clocks()
                if kind == "wait":
                    # waiting never moves a deadline backwards
                    self.assertGreaterEqual(self._get_clock(ticket).deadline, before)
                self._check(ticket, school, log, answered, now)
        # a new computation gives the same
        with freeze_time(now):
            [wanted] = ticket._compute_clocks().values()
            for clock in ticket.ticket_sla_ids:
                changes = clock._get_changes(wanted[clock.target])
                if clock.expired:
                    # not stored yet: nothing has happened since the deadline
                    changes.pop("state", None)
                self.assertFalse(changes)

    def _change_ticket(self, ticket, kind, value, now):
        match kind:
            case "wait":
                ticket._wait(waiting_for=value)
            case "status":
                ticket._set_status(value)
            case "answer":
                self._answer(ticket, now)
            case "priority":
                ticket.priority = value
            case "category":
                ticket.category_id = self.categories[value]
            case "team":
                ticket.team_id = self.teams[value]

    def _change_setup(self, school, kind, value):
        match kind:
            case "hours":
                name = ("resolution", ("every", "urgent", "child")[value % 3])
                school.hours[name] = value
                self.policies[name].hours = value
            case "pause":
                school.pauses ^= {value}
                for policy in self.policies.values():
                    policy[f"pause_{value}"] = value in school.pauses
            case "leave" if value not in school.holidays:
                school.holidays.add(value)
                self._create_holiday(
                    at(f"{value} 00:00"), at(f"{value} 23:59") + MINUTE
                )
            case "short days":
                school.last_hour = 15
                self.calendar.attendance_ids.filtered(
                    lambda one: one.day_period == "afternoon"
                ).hour_to = 15

    def _check(self, ticket, school, log, answered, now):
        if log[-1][1][0] == "cancelled":
            self.assertEqual(set(ticket.ticket_sla_ids.mapped("state")), {"void"})
            return
        team = self.teams.index(ticket.team_id)
        kind = "urgent" if ticket.priority == "3" else "every"
        if ticket.category_id:
            # the category says more than the priority
            kind = "child"
        self._check_clock(
            self._get_clock(ticket),
            school,
            team,
            log,
            school.hours["resolution", kind],
            self._get_stop(log),
            now,
        )
        answer = self._get_clock(ticket, "first_response")
        hours = school.hours["first_response", "every"]
        if answered:
            self._check_clock(answer, school, team, log, hours, answered, now, answered)
        elif log[-1][1][0] in ("open", "waiting"):
            self._check_clock(answer, school, team, log, hours, None, now)

    def _get_stop(self, log):
        """Return when the ticket was resolved; ``None`` if it is not resolved now."""
        if log[-1][1][0] not in ("resolved", "closed"):
            return None
        stop = None
        for moment, (status, _waiting_for) in reversed(log):
            if status not in ("resolved", "closed"):
                break
            stop = moment
        return stop

    def _check_clock(self, clock, school, team, log, hours, stop, now, done=None):
        status, waiting_for = log[-1][1]
        paused = not stop and status == "waiting" and waiting_for in school.pauses
        # a paused clock shows the deadline that it would have without the pause
        until = stop or (now if paused else None)
        deadline, used = count(school, team, log, hours, school.pauses, until)
        message = (log, hours, school.__dict__, team, until)
        if stop:
            state = "expired" if used > hours * 60 else "accomplished"
            self.assertEqual(clock.done_date, done or stop, message)
        elif paused:
            state = "expired" if used > hours * 60 else "on_hold"
        else:
            state = "expired" if deadline < now else "in_progress"
        clock.invalidate_recordset(["expired"])
        self.assertEqual("expired" if clock.expired else clock.state, state, message)
        self.assertEqual(clock.is_running, not stop and not paused, message)
        if state == "expired" or clock.is_running:
            self.assertEqual(clock.deadline, deadline, message)
        else:
            # its deadline is hypothetical: compare the time used instead
            self.assertAlmostEqual(clock.consumed_time, used / 60, 4, message)
        if state == "accomplished":
            self.assertGreaterEqual(clock.deadline, stop, message)
