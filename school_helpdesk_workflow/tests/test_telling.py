"""The desk is told once that a clock is at risk, and once that it is missed."""

from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.school_helpdesk_workflow import hooks
from odoo.addons.school_helpdesk_workflow.models.helpdesk_ticket.escalations import (
    ENDED_VERSION,
)

from .escalation_common import EscalationCommon
from .sla_common import at

EVENTS = ("at_risk", "missed")


@tagged("post_install", "-at_install")
class TestTelling(EscalationCommon):
    """The answer is due after 2 hours, at risk after 96 minutes; the solution after 8
    hours, at risk after 6 hours and 24 minutes."""

    def setUp(self):
        super().setUp()
        self.env["helpdesk.ticket.sla"].search([]).told = "missed"

    def _get_told(self, *moments):
        """Run the scheduled action at moments, and return what is told each time."""
        Job = self.env["helpdesk.notification"]
        result = []
        for moment in moments:
            known = Job.search([])
            self._run(moment)
            self.env.cr.flush()
            jobs = (Job.search([]) - known).sorted("id")
            jobs.state = "queued"
            result.append(
                [
                    (job.event, job.ticket_id.name)
                    for job in jobs
                    if job.audience == "assignee" and job.event in EVENTS
                ]
            )
        return result

    def test_each_once(self):
        self._create_at(at("2 08:00"), name="A", user_id=self.agent.id)
        self.assertEqual(
            self._get_told(
                at("2 09:36"), at("2 09:37"), at("2 09:50"), at("2 10:00"),
                at("2 10:01"), at("2 15:00"), at("2 15:25"), at("2 17:00"),
                at("3 08:01"), at("6 08:00"),
            ),
            [
                [], [("at_risk", "A")], [], [],
                [("missed", "A")], [], [("at_risk", "A")], [],
                [("missed", "A")], [],
            ],
        )  # fmt: skip

    def test_webhooks_are_told_as_well(self):
        """By default a webhook is told that a clock is at risk, and missed."""
        ticket = self._create_at(at("2 08:00"), name="A")
        webhook = self.env["helpdesk.webhook"].create(
            {
                "name": "Channel",
                "team_id": ticket.team_id.id,
                "address": "https://hooks.example.com/secret",
            }
        )
        # nobody is told by mail
        self.env["helpdesk.notification.rule"].search([]).write(
            {"mail": False, "inbox": False}
        )
        self._get_told(at("2 09:37"), at("2 10:01"))
        self.assertEqual(
            webhook.call_ids.sorted("id").mapped("event"), ["at_risk", "missed"]
        )
        self.assertEqual(webhook.call_ids.ticket_id, ticket)

    def test_after_a_late_run_a_missed_clock_is_not_at_risk(self):
        self._create_at(at("2 08:00"), name="A", user_id=self.agent.id)
        self.assertEqual(
            self._get_told(at("2 12:00"), at("2 12:05")), [[("missed", "A")], []]
        )

    def test_late_runs_tell_in_the_order_of_the_deadlines(self):
        for hour, name in ((9, "B"), (8, "A"), (10, "C")):
            ticket = self._create_at(
                at(f"2 {hour}:00"), name=name, user_id=self.agent.id
            )
            self._answer(ticket, at(f"2 {hour}:10"))
        self.assertEqual(
            self._get_told(at("4 08:00")),
            [[("missed", "A"), ("missed", "B"), ("missed", "C")]],
        )

    def test_ended_and_paused_clocks_are_not_told(self):
        ended = self._create_at(at("2 08:00"), name="A", user_id=self.agent.id)
        self._move(ended, at("2 09:00"), "resolved")
        paused = self._create_at(at("2 08:00"), name="B", user_id=self.agent.id)
        self._move(paused, at("2 09:00"), "waiting", waiting_for="requester")
        self.assertEqual(self._get_told(at("6 08:00")), [[]])
        self._move(paused, at("6 08:00"), "open")
        self.assertEqual(self._get_told(at("6 09:30")), [[("missed", "B")]])

    def test_reopened(self):
        """What was missed before the ticket was reopened is not told again."""
        missed = self._create_at(at("2 08:00"), name="A", user_id=self.agent.id)
        early = self._create_at(at("2 08:00"), name="B", user_id=self.agent.id)
        tickets = missed | early
        for ticket in tickets:
            self._answer(ticket, at("2 08:10"))
        self._move(early, at("2 13:00"), "resolved")
        self._get_told(at("3 08:01"))
        self._move(missed, at("3 08:05"), "resolved")
        self._move(tickets, at("3 09:00"), "open")
        # B had used 4 hours
        self.assertEqual(
            self._get_told(at("3 09:01"), at("3 11:25"), at("3 14:01")),
            [[], [("at_risk", "B")], [("missed", "B")]],
        )

    def test_more_time_is_told_again(self):
        ticket = self._create_at(at("2 08:00"), name="A", user_id=self.agent.id)
        self._answer(ticket, at("2 08:10"))
        self._get_told(at("3 08:01"))
        self.policy.hours = 16
        with freeze_time(at("3 08:02")):
            self._refresh()
        self.assertEqual(
            self._get_told(at("3 08:03"), at("3 14:00"), at("4 08:01")),
            [[], [("at_risk", "A")], [("missed", "A")]],
        )

    def test_a_new_policy_tells_nothing_about_the_past(self):
        self.policy.active = False
        ticket = self._create_at(at("2 08:00"), name="A", user_id=self.agent.id)
        self._answer(ticket, at("2 08:10"))
        self.policy.active = True
        with freeze_time(at("4 08:00")):
            self._refresh()
        self.assertEqual(self._get_clock(ticket).state, "expired")
        self.assertEqual(self._get_told(at("4 08:00"), at("5 08:00")), [[], []])

    def test_an_update_tells_nothing_about_the_past(self):
        names = ("missed", "at risk", "early", "ended")
        tickets = self.env["helpdesk.ticket"]
        for name in names:
            tickets += self._create_ticket(name=name, user_id=self.agent.id)
        clocks = self.env["helpdesk.ticket.sla"]
        for ticket in tickets:
            clocks += self._get_clock(ticket)
        clocks[0].write({"warn_date": at("2 08:00"), "deadline": at("2 09:00")})
        clocks[1].write({"warn_date": at("2 08:00"), "deadline": "2099-01-01 08:00:00"})
        tickets[3]._set_status("resolved")
        clocks.told = False
        self.env.flush_all()
        hooks.skip_past_events(self.env.cr)
        hooks.skip_ended(self.env.cr)
        self.env.invalidate_all()
        self.assertEqual(clocks[:3].mapped("told"), ["missed", "at_risk", False])
        versions = tickets.mapped("escalations_version")
        self.assertEqual(versions, [0, 0, 0, ENDED_VERSION])

    def test_words(self):
        ticket = self._create_at(at("2 08:00"), name="A", user_id=self.agent.id)
        self._create_rule(
            name="Quick", trigger="unassigned", hours=1, notify_leader=True
        )
        rule = self._create_rule(
            name="Slow", trigger="first_response", percent=50, notify_assignee=True
        )
        self._run(at("2 09:40"))
        self.env.cr.flush()
        jobs = self.env["helpdesk.notification"].search(
            [
                ("ticket_id", "=", ticket.id),
                ("state", "=", "pending"),
                ("event", "in", (*EVENTS, "escalated")),
            ]
        )
        self.assertEqual(
            set(jobs.mapped(lambda job: (job.event, job.partner_id))),
            {("at_risk", self.agent.partner_id), ("escalated", self.agent.partner_id)},
        )
        with freeze_time(at("2 09:41")):
            [letter] = jobs._make_letters()
            texts = " ".join(letter.values["texts"])
        self.assertIn(
            "“Slow”: no first response after 50 % of 2 hours", texts, rule.name
        )
        self.assertIn("First response: due 10:00", texts.replace("\u202f", " "))
        self.assertNotIn("Quick", texts)
