"""After random changes of a ticket, the facts match a second, simple computation."""

from datetime import datetime, timedelta

from freezegun import freeze_time
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .common import HelpdeskCommon
from .test_status_log import FACTS

BEGIN = datetime(2026, 3, 2, 7, 30)
HOLIDAY = datetime(2026, 3, 4)
ENDED = ("resolved", "closed", "cancelled")
CATEGORIES = ("open", "waiting", *ENDED)
STAGES = st.integers(min_value=0, max_value=5)
KINDS = ("requester", "vendor", "part", "approval", "other")
STEPS = st.one_of(
    st.tuples(st.just("wait"), st.sampled_from(KINDS)),
    st.tuples(st.just("move"), STAGES),
    st.tuples(st.just("button"), st.sampled_from(CATEGORIES)),
    st.tuples(st.just("reply"), st.none()),
    st.tuples(st.just("meaning"), st.tuples(STAGES, st.sampled_from(CATEGORIES))),
    st.tuples(st.just("pass"), st.integers(min_value=1, max_value=3000)),
)


def is_worked(minute):
    """Whether a minute is working time: 8-12 and 13-17, Monday to Friday."""
    return (
        minute.weekday() < 5
        and minute.date() != HOLIDAY.date()
        and (8 <= minute.hour < 12 or 13 <= minute.hour < 17)
    )


def count_hours(start, end):
    minutes = 0
    while start < end:
        minutes += is_worked(start)
        start += timedelta(minutes=1)
    return minutes / 60


def count_facts(entries):
    """Return the facts of ``(moment, status, by_setup)``, oldest first."""
    statuses = [status for _moment, status, _by_setup in entries]

    def begin_of_last_run(wanted, end):
        """Return the start of the row of these statuses just before ``end``."""
        while end > 0 and statuses[end - 1] in wanted:
            end -= 1
        return end

    last = len(entries) - 1
    facts = dict.fromkeys(FACTS, False)
    facts["reopen_count"] = sum(
        former in ("resolved", "closed") and status not in ENDED and not by_setup
        for former, (_moment, status, by_setup) in zip(
            statuses, entries[1:], strict=False
        )
    )
    if statuses[last] == "waiting":
        facts["waiting_since"] = entries[begin_of_last_run(("waiting",), last)][0]
    if statuses[last] in ("closed", "cancelled"):
        begin = begin_of_last_run(("closed", "cancelled"), last)
        facts["closed_date"] = entries[begin][0]
    index = last
    while index >= 0 and statuses[index] in ENDED:
        if statuses[index] != "cancelled":
            begin = begin_of_last_run(("resolved", "closed"), index)
            facts["resolved_date"] = entries[begin][0]
            break
        index -= 1
    hours, since = 0, None
    for moment, status, _by_setup in entries:
        if status == "waiting":
            since = since or moment
        elif since:
            hours += count_hours(since, moment)
            since = None
    facts["waiting_hours"] = hours
    return facts


class TestStatusProperties(HelpdeskCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": cls.calendar.id,
                "date_from": HOLIDAY,
                "date_to": HOLIDAY + timedelta(hours=23, minutes=59, seconds=59),
            }
        )
        cls.stages = (
            cls.stage_new
            | cls.stage_open
            | cls.stage_waiting
            | cls.stage_resolved
            | cls.stage_closed
            | cls.stage_cancelled
        )

    @settings(
        max_examples=40,
        deadline=None,
        database=None,
        derandomize=True,
        # a busy machine is no reason to fail
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(steps=st.lists(STEPS, max_size=14), merged=st.booleans())
    def test_facts_are_those_of_the_log(self, steps, merged):
        with self.env.cr.savepoint() as savepoint:
            self._run_steps(steps, merged)
            savepoint.rollback()
        self.env.invalidate_all()

    def _run_steps(self, steps, merged):
        now = BEGIN
        with freeze_time(now):
            ticket, twin = self._create_ticket(), self._create_ticket()
        entries = [(now, "open", False)]
        stage, kind_of_wait = ticket.stage_id, False
        waits = [kind_of_wait]
        for kind, value in steps:
            now += timedelta(minutes=1)
            by_setup = kind == "meaning"
            with freeze_time(now):
                match kind:
                    case "move":
                        (ticket | twin).stage_id = self.stages[value]
                    case "button" if self._has_stage(ticket, value):
                        (ticket | twin)._set_status(value)
                    case "wait" if self._has_stage(ticket, "waiting"):
                        (ticket | twin)._wait(waiting_for=value)
                        self.assertEqual(ticket.waiting_for, value)
                    case "reply" if self._has_stage(ticket, "open"):
                        ticket.message_post(
                            body="Still broken",
                            author_id=self.requester.partner_id.id,
                            message_type="comment",
                            subtype_xmlid="mail.mt_comment",
                        )
                    case "meaning":
                        index, category = value
                        self.stages[index].status_category = category
                    case "pass":
                        now += timedelta(minutes=value)
            self.assertEqual(
                bool(ticket.waiting_for), ticket.status_category == "waiting"
            )
            if by_setup and ticket.status_category != entries[-1][1]:
                entries[-1] = (entries[-1][0], ticket.status_category, True)
                waits[-1] = ticket.status_category == "waiting" and "requester"
            elif not by_setup and (ticket.stage_id, ticket.waiting_for) != (
                stage,
                kind_of_wait,
            ):
                entries.append((now, ticket.status_category, False))
                waits.append(ticket.waiting_for)
            if kind == "reply" and kind_of_wait not in (False, "requester"):
                # a reply of the requester ends only a wait for the requester
                self.assertEqual(ticket.waiting_for, kind_of_wait)
            stage, kind_of_wait = ticket.stage_id, ticket.waiting_for
        self._check(ticket, entries)
        self.assertEqual(ticket.status_log_ids.mapped("waiting_for"), waits)
        if (
            merged
            and ticket.status_category != "cancelled"
            and (self._has_stage(ticket, "cancelled"))
        ):
            now += timedelta(minutes=1)
            with freeze_time(now):
                target = self._create_ticket()
                if target.status_category == "cancelled":
                    return
                ticket._merge_into(target)
            entries.append((now, "cancelled", False))
            self._check(ticket, entries)

    def _has_stage(self, ticket, category):
        return bool(ticket.team_id._get_stage_of_category(category))

    def _check(self, ticket, entries):
        [stored] = ticket.read(FACTS)
        stored.pop("id")
        expected = count_facts(entries)
        self.assertAlmostEqual(
            stored.pop("waiting_hours"), expected.pop("waiting_hours"), places=4
        )
        self.assertEqual(stored, expected, entries)
        rows = ticket.status_log_ids
        self.assertEqual(rows.mapped("end"), [*rows.mapped("start")[1:], False])
        self.assertEqual(rows[-1:].stage_id, ticket.stage_id)
        self.assertEqual(rows[-1:].status_category, ticket.status_category)
