"""The figures of periods, worked out by hand from the life of the tickets.

``test_truth.py`` tells the story. The hours in the comments are those of its tickets.
"""

from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .report_common import ReportCommon
from .test_truth import END, StoryCommon

#: Period to its figures. All tickets of the story belong to two teams of the test.
PERIODS = {
    # Created: simple, requester, vendor, part. All but the last were answered, after 1,
    # 2 and 4.5 h. Resolved: simple after 2 h, requester after 4 h, vendor after 27 h.
    # First responses: met by simple and requester, missed by vendor. Resolutions: the
    # same. Ratings: simple 5, requester 3. Open at the end: part, which waits.
    ("2026-03-02", "2026-03-08"): {
        "created": 4,
        "answered": 3,
        "resolved": 3,
        "open": 0,
        "waiting": 1,
        "backlog": 1,
        "first_response_median": 2,
        "resolution_median": 4,
        "reopened_rate": 0,
        "first_contact_rate": 2 / 3,
        "sla_first_response_judged": 3,
        "sla_first_response_rate": 2 / 3,
        "sla_resolution_judged": 3,
        "sla_resolution_rate": 2 / 3,
        "rating_average": 4,
        "happy_rate": 1 / 2,
        "rated_count": 2,
    },
    # Part is resolved after 7 h, without an answer: its clock is missed. It is rated 1.
    ("2026-03-09", "2026-03-15"): {
        "created": 0,
        "answered": 0,
        "resolved": 1,
        "open": 0,
        "waiting": 0,
        "backlog": 0,
        "first_response_median": None,
        "resolution_median": 7,
        "reopened_rate": 0,
        "first_contact_rate": 1,
        "sla_first_response_judged": 1,
        "sla_first_response_rate": 0,
        "sla_resolution_judged": 1,
        "sla_resolution_rate": 1,
        "rating_average": 1,
        "happy_rate": 0,
        "rated_count": 1,
    },
    # Created: reopened, cancelled. Reopened was answered after 0.5 h, and resolved for
    # the second time after 12 h. It is rated 5.
    ("2026-03-16", "2026-03-22"): {
        "created": 2,
        "answered": 1,
        "resolved": 1,
        "open": 0,
        "waiting": 0,
        "backlog": 0,
        "first_response_median": 0.5,
        "resolution_median": 12,
        "reopened_rate": 1,
        "first_contact_rate": 0,
        "sla_first_response_judged": 1,
        "sla_first_response_rate": 1,
        "sla_resolution_judged": 1,
        "sla_resolution_rate": 1,
        "rating_average": 5,
        "happy_rate": 1,
        "rated_count": 1,
    },
    # A week in which nothing happened.
    ("2026-03-23", "2026-03-29"): {
        "created": 0,
        "answered": 0,
        "resolved": 0,
        "open": 0,
        "waiting": 0,
        "backlog": 0,
        "first_response_median": None,
        "resolution_median": None,
        "reopened_rate": None,
        "first_contact_rate": None,
        "sla_first_response_judged": 0,
        "sla_first_response_rate": None,
        "sla_resolution_judged": 0,
        "sla_resolution_rate": None,
        "rating_average": None,
        "happy_rate": None,
        "rated_count": 0,
    },
    # The second term. Created: sunday, reopened and open, forgotten, waiting. Answered:
    # after 0, 1 and 1 h; forgotten was not and missed it. Resolved: sunday, after 13 h
    # and too late. Reopened and open missed its second resolution, forgotten missed
    # its first one.
    ("2026-06-01", "2026-07-31"): {
        "created": 4,
        "answered": 3,
        "resolved": 1,
        "open": 2,
        "waiting": 1,
        "backlog": 3,
        "first_response_median": 1,
        "resolution_median": 13,
        "reopened_rate": 0,
        "first_contact_rate": 1,
        "sla_first_response_judged": 4,
        "sla_first_response_rate": 3 / 4,
        "sla_resolution_judged": 3,
        "sla_resolution_rate": 0,
        "rating_average": None,
        "happy_rate": None,
        "rated_count": 0,
    },
}


@tagged("post_install", "-at_install")
class TestPeriodFigures(StoryCommon):
    def _get(self, first, last, user=None, teams=None):
        Period = self.env["helpdesk.period.figures"].with_user(user or self.manager)
        with freeze_time(END):
            return Period.get_figures(
                *Period.get_bounds(date.fromisoformat(first), date.fromisoformat(last)),
                team_ids=(teams or self.team + self.team_2).ids,
            )

    def test_periods(self):
        for (first, last), expected in PERIODS.items():
            found = self._get(first, last)
            self.assertEqual(found.keys(), expected.keys())
            for name, value in expected.items():
                with self.subTest(first=first, figure=name):
                    if value is None:
                        self.assertIsNone(found[name])
                    else:
                        self.assertAlmostEqual(found[name], value, places=6)

    def test_a_team(self):
        found = self._get("2026-06-01", "2026-07-31", teams=self.team_2)
        self.assertEqual((found["created"], found["open"]), (2, 1))

    def test_only_readable_tickets_count(self):
        other = new_test_user(
            self.env, "report_own", groups="helpdesk_mgmt.group_helpdesk_user_own"
        )
        found = self._get("2026-03-02", "2026-03-08", other)
        self.assertFalse([name for name, value in found.items() if value])
        with self.assertRaises(AccessError):
            self._get("2026-03-02", "2026-03-08", self.requester)

    def test_archived_tickets_do_not_count(self):
        march = self.all.filtered(lambda ticket: ticket.create_date.month == 3)
        march.active = False
        found = self._get("2026-03-02", "2026-03-08")
        self.assertFalse([name for name, value in found.items() if value])

    def test_cancelled_after_the_resolution(self):
        self.tickets["simple"]._set_status("cancelled")
        self.assertEqual(self._get("2026-03-02", "2026-03-08")["resolved"], 2)

    def test_the_day_has_not_begun_for_a_team(self):
        """It is Tuesday in Bangkok, and still Monday for a team in New York."""
        self.env.company.partner_id.tz = "Asia/Bangkok"
        self.calendar.tz = "America/New_York"
        teams = (self.team + self.team_2).ids
        count = self.env["helpdesk.ticket"].search_count(
            [
                ("team_id", "in", teams),
                ("status_category", "in", ["open", "waiting"]),
            ]
        )
        self.assertTrue(count)
        Period = self.env["helpdesk.period.figures"].with_user(self.manager)
        with freeze_time("2026-08-18 02:00"):
            today = Period.get_today()
            self.assertEqual(today, date(2026, 8, 18))
            bounds = Period.get_bounds(today, today)
            self.assertEqual(Period.get_figures(*bounds, teams)["backlog"], count)
            self.assertEqual(Period.get_backlog([today], teams), [(today, count)])
            self.assertEqual(len(Period.get_oldest(today, 99, teams)), count)

    def test_what_is_not_counted(self):
        """Names are read with sudo: by RPC, nobody chooses of what."""
        secret = self._create_ticket(name="Secret title")
        ticket = self._create_ticket(user_id=self.agent.id)
        ticket.duplicate_id = secret
        Period = self.env["helpdesk.period.figures"]
        bounds = ["2000-01-01 00:00:00", "2100-01-01 00:00:00"]
        own = new_test_user(
            self.env, "report_own", groups="helpdesk_mgmt.group_helpdesk_user_own"
        )
        ticket.user_id = own
        self.assertFalse(secret.with_user(own).has_access("read"))
        for user in (own, self.manager):
            for name in ("duplicate_id", "partner_id", "user_id"):
                with self.assertRaises(ValueError, msg=name):
                    Period.with_user(user).get_top(name, *bounds)

    def test_days_are_those_of_the_school(self):
        """Friday 16:00 in UTC is Friday in Bangkok, and 20:00 is Saturday."""
        Period = self.env["helpdesk.period.figures"]
        self.env.company.partner_id.tz = "Asia/Bangkok"
        start, end = Period.get_bounds(date(2026, 3, 7), date(2026, 3, 7))
        self.assertEqual(str(start), "2026-03-06 17:00:00")
        self.assertEqual(str(end), "2026-03-07 17:00:00")
        with freeze_time("2026-03-06 20:00"):
            self.assertEqual(Period.get_today(), date(2026, 3, 7))
        # a day with 23 hours
        self.env.company.partner_id.tz = "Europe/Berlin"
        start, end = Period.get_bounds(date(2026, 3, 29), date(2026, 3, 29))
        self.assertEqual((end - start).total_seconds() / 3600, 23)


@tagged("post_install", "-at_install")
class TestPeriodQueries(ReportCommon):
    def _count(self):
        Period = self.env["helpdesk.period.figures"].with_user(self.manager)
        today = Period.get_today()
        bounds = Period.get_bounds(today, today)
        Period.get_figures(*bounds)
        self.env.flush_all()
        start = self.env.cr.sql_log_count
        Period.get_figures(*bounds)
        return self.env.cr.sql_log_count - start

    def test_the_same_number_of_queries_for_any_number_of_tickets(self):
        self.env["helpdesk.ticket"].create(
            [
                {"name": str(number), "description": "x", "team_id": self.team.id}
                for number in range(10)
            ]
        )
        self._finish()
        few = self._count()
        self.assertLessEqual(few, 8)
        self.env.cr.execute(
            """
            WITH ticket AS (
                INSERT INTO helpdesk_ticket (
                    name, number, description, team_id, stage_id, status_category,
                    rating_status, escalations_version, company_id, active, create_date,
                    first_response_date, resolved_date
                )
                SELECT name, number || n, description, team_id, stage_id,
                       status_category, rating_status, escalations_version, company_id,
                       TRUE, create_date,
                       create_date, create_date
                  FROM helpdesk_ticket, generate_series(1, 99) AS n
                 WHERE team_id = %(team)s
             RETURNING id
            ), rating AS (
                INSERT INTO rating_rating (
                    res_model_id, res_model, res_id, rating, rated_on, consumed
                )
                SELECT %(model)s, 'helpdesk.ticket', id, 4, now(), TRUE FROM ticket
            )
            INSERT INTO helpdesk_ticket_status_log (ticket_id, status_category, start)
            SELECT id, 'open', now() FROM ticket
            """,
            {
                "team": self.team.id,
                "model": self.env["ir.model"]._get_id("helpdesk.ticket"),
            },
        )
        self.assertEqual(self._count(), few)
