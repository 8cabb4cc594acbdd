"""Which numbers people can choose in pivots and graphs, and how groups are computed."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import SQL

from ..models.helpdesk_ticket.measures import PERCENTILES, RATIOS
from .report_common import ReportCommon

OTHER_MEASURES = """
    answer_count answered ever_resolved first_response_elapsed_hours
    first_response_hours happy_count planned_hours rated_count rating_sum
    remaining_hours reopened requester_message_count
    resolution_elapsed_hours resolution_hours response_count response_hours
    sla_first_response_judged sla_first_response_met sla_resolution_judged
    sla_resolution_met solved_first_contact total_hours touched_agent_count
    waiting_approval_hours waiting_hours waiting_other_hours waiting_part_hours
    waiting_requester_hours waiting_vendor_hours weight
""".split()
NUMBERS = st.lists(
    st.tuples(
        st.integers(0, 2),  # the team
        st.one_of(st.none(), st.integers(0, 90)),  # hours
        st.sampled_from(((0, 0), (0, 1), (1, 1))),  # part and whole of a rate
    ),
    min_size=1,
    max_size=12,
)


@tagged("post_install", "-at_install")
class TestMeasures(ReportCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.teams = cls.team + cls.env["helpdesk.ticket.team"].create(
            [{"name": "Second"}, {"name": "Third"}]
        )
        cls.tickets = cls.env["helpdesk.ticket"].create(
            [
                {"name": str(number), "description": "x", "team_id": cls.team.id}
                for number in range(12)
            ]
        )
        cls.env.flush_all()

    def _get_measures(self, model):
        fields = self.env[model].with_user(self.agent).fields_get()
        return {
            name
            for name, field in fields.items()
            if field["type"] in ("integer", "float", "monetary")
            and field.get("aggregator")
        }

    def test_measures_of_tickets_make_sense(self):
        """A new number on tickets is a measure on purpose, or ``aggregator=None``."""
        self.assertEqual(
            self._get_measures("helpdesk.ticket"),
            {*RATIOS, *PERCENTILES, *OTHER_MEASURES},
        )

    def test_measures_of_reports_make_sense(self):
        for model, measures in {
            "helpdesk.backlog.report": {"age_days", "weight"},
            "helpdesk.clock.report": {
                "consumed_time",
                "hours",
                "judged",
                "met",
                "met_rate",
                "missed",
                "paused_hours",
            },
            "helpdesk.device.report": set(),
            "helpdesk.status.report": {"elapsed_hours", "working_hours"},
        }.items():
            with self.subTest(model=model):
                self.assertEqual(self._get_measures(model), measures)

    def test_other_aggregates_are_refused(self):
        for spec in ("reopened_rate:sum", "resolution_median:max"):
            with self.assertRaises(ValueError, msg=spec):
                self.env["helpdesk.ticket"]._read_group([], [], [spec])

    def test_requesters_may_not_read_them(self):
        Ticket = self.env["helpdesk.ticket"].with_user(self.requester)
        for spec in ("reopened_rate:avg", "resolution_median:avg", "answered:sum"):
            with self.assertRaises(AccessError, msg=spec):
                Ticket._read_group([], [], [spec])

    def test_nothing_to_divide_by(self):
        domain = [("id", "=", self.tickets[0].id)]
        ((rate, median),) = self.env["helpdesk.ticket"]._read_group(
            domain, [], ["happy_rate:avg", "resolution_median:avg"]
        )
        self.assertFalse(rate)
        self.assertFalse(median)

    @settings(
        max_examples=40,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(numbers=NUMBERS)
    def test_groups_are_those_of_their_tickets(self, numbers):
        """The parts are the whole, and a rate is a sum divided by a sum."""
        tickets = self.tickets[: len(numbers)]
        for ticket, (team, hours, (part, whole)) in zip(tickets, numbers, strict=True):
            self.env.execute_query(
                SQL(
                    "UPDATE helpdesk_ticket SET team_id = %s, resolution_hours = %s,"
                    " happy_count = %s, rated_count = %s WHERE id = %s RETURNING id",
                    self.teams[team].id,
                    hours,
                    part,
                    whole,
                    ticket.id,
                )
            )
        self.env.invalidate_all()
        groups = self.env["helpdesk.ticket"]._read_group(
            [("id", "in", tickets.ids)],
            ["team_id"],
            ["__count", "resolution_hours:avg", "resolution_median:avg"]
            + ["happy_rate:avg", "rated_count:sum"],
        )
        self.assertEqual(sum(group[1] for group in groups), len(numbers))
        self.assertEqual(
            sum(group[5] for group in groups), sum(whole for *_, (_, whole) in numbers)
        )
        for team, _count, average, median, rate, _rated in groups:
            own = [n for n in numbers if self.teams[n[0]] == team]
            hours = sorted(n[1] for n in own if n[1] is not None)
            whole = sum(n[2][1] for n in own)
            if hours:
                half = len(hours) // 2
                middle = (hours[half] + hours[-half - 1]) / 2
                self.assertAlmostEqual(average, sum(hours) / len(hours))
                self.assertAlmostEqual(median, middle)
            else:
                self.assertFalse(average or median)
            if whole:
                self.assertAlmostEqual(rate, sum(n[2][0] for n in own) / whole)
            else:
                self.assertFalse(rate)
