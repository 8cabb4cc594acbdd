"""Defects of OCA's SLA clocks which this addon fixes, one test for each."""

from freezegun import freeze_time

from odoo import Command

from .sla_common import SlaCommon, at


class TestPlatform(SlaCommon):
    def test_ended_while_waiting_is_no_breach(self):
        """OCA compares with the deadline from before the wait."""
        for category in ("resolved", "closed"):
            with self.subTest(category):
                ticket = self._create_at(at("2 08:00"))
                self._move(ticket, at("2 10:00"), "waiting")
                self._move(ticket, at("13 10:00"), category)
                self.assertEqual(self._get_clock(ticket).state, "accomplished")

    def test_cancelled_is_not_met(self):
        """OCA compares the sequence of stages."""
        self.stage_cancelled.sequence = self.stage_closed.sequence + 1
        self.policy.stage_id = self.stage_resolved
        for moment in ("2 09:00", "5 09:00"):
            ticket = self._create_at(at("2 08:00"))
            self._move(ticket, at(moment), "cancelled")
            self.assertEqual(self._get_clock(ticket).state, "void")

    def test_policy_without_stage_is_not_met_at_once(self):
        self.assertFalse(self.policy.stage_id)
        ticket = self._create_at(at("2 08:00"))
        self.assertEqual(self._get_clock(ticket).state, "in_progress")

    def test_met_clock_does_not_expire(self):
        ticket = self._create_at(at("2 08:00"))
        self._move(ticket, at("2 09:00"), "resolved")
        self._move(ticket, at("20 09:00"), "closed")
        with freeze_time(at("23 09:00")):
            ticket._sync_clocks()
            self.assertEqual(self._get_clock(ticket).state, "accomplished")
            self.assertFalse(ticket.sla_expired)

    def test_a_changed_ticket_gets_another_policy(self):
        tag = self.env["helpdesk.ticket.tag"].create({"name": "Exam"})
        category = self.env["helpdesk.ticket.category"].create({"name": "Network"})
        other = self.team.copy({"name": "Other"})
        self.stage_new.team_ids += other
        cases = (
            ({"priority": "3"}, {"priority": "3"}),
            ({"category_ids": category.ids}, {"category_id": category.id}),
            ({"tag_ids": tag.ids}, {"tag_ids": [Command.link(tag.id)]}),
            ({"team_ids": other.ids}, {"team_id": other.id}),
        )
        for criteria, values in cases:
            with self.subTest(values):
                policy = self._create_policy(hours=1, **criteria)
                ticket = self._create_at(at("2 08:00"))
                self.assertEqual(self._get_clock(ticket).sla_id, self.policy)
                ticket.write(values)
                self.assertEqual(self._get_clock(ticket).sla_id, policy)
                policy.active = False

    def test_agents_may_set_the_sla(self):
        ticket = self._create_ticket()
        for user in (self.agent, self.agent_2):
            ticket.with_user(user).refresh_sla()
        self.assertEqual(len(ticket.ticket_sla_ids), 2)

    def test_team_without_working_hours(self):
        self.team.resource_calendar_id = False
        self.assertTrue(self._create_ticket())

    def test_minutes(self):
        self.policy.write({"hours": 0, "minutes": 20})
        self._assert_clock(self._create_at(at("2 08:00")), "in_progress", at("2 08:20"))

    def test_category_below(self):
        parent = self.env["helpdesk.ticket.category"].create({"name": "Network"})
        child = parent.create({"name": "WiFi", "parent_id": parent.id})
        policy = self._create_policy(hours=1, category_ids=parent.ids)
        ticket = self._create_ticket(category_id=child.id)
        self.assertEqual(self._get_clock(ticket).sla_id, policy)

    def test_policy_of_another_company(self):
        other = self.env["res.company"].create({"name": "Other School"})
        self._create_policy(hours=1, priority="1", company_id=other.id)
        ticket = self._create_ticket(priority="1")
        self.assertEqual(self._get_clock(ticket).sla_id, self.policy)

    def test_policy_in_use_can_be_deleted(self):
        ticket = self._create_ticket()
        self.policy.unlink()
        self._refresh()
        self.assertEqual(ticket.ticket_sla_ids.mapped("target"), ["first_response"])

    def test_first_response_and_warning(self):
        clock = self._get_clock(self._create_at(at("2 08:00")), "first_response")
        self.assertEqual(clock.deadline, at("2 10:00"))
        self.assertEqual(clock.warn_date, at("2 09:36"))
