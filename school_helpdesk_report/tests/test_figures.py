"""Figures of single tickets, and that every change updates them."""

from datetime import datetime, timedelta

from freezegun import freeze_time
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.school_helpdesk_base.models.helpdesk_ticket_stage import (
    ENDED_CATEGORIES,
)
from odoo.addons.school_helpdesk_workflow.tests.sla_common import at

from ..models.helpdesk_ticket.sync import (
    MARKED_TICKETS,
    _get_history,
    _get_moments,
)
from .report_common import ReportCommon

KINDS = ("requester", "vendor", "part", "approval", "other")
STEPS = st.one_of(
    st.tuples(st.just("wait"), st.sampled_from(KINDS)),
    st.tuples(
        st.just("status"),
        st.sampled_from(("open", "resolved", "closed", "cancelled")),
    ),
    st.tuples(st.just("say"), st.sampled_from(("agent", "agent_2", "requester"))),
    st.tuples(st.just("note"), st.sampled_from(("agent", "agent_2"))),
    st.tuples(st.just("rate"), st.sampled_from((1, 3, 5))),
    st.tuples(st.just("assign"), st.sampled_from(("agent", "agent_2", None))),
    st.tuples(st.just("priority"), st.sampled_from(("0", "1", "2", "3"))),
    st.tuples(st.just("requester"), st.sampled_from(("agent", "requester"))),
    st.tuples(st.just("delete"), st.none()),
    st.tuples(st.just("hide"), st.none()),
    st.tuples(st.just("meaning"), st.sampled_from(("open", "resolved"))),
    st.tuples(st.just("merge"), st.none()),
    st.tuples(st.just("pass"), st.integers(min_value=1, max_value=6000)),
)


@tagged("post_install", "-at_install")
class TestFigures(ReportCommon):
    # ------------------------------------------------------------------
    # Single figures
    # ------------------------------------------------------------------

    def _assert_figures(self, ticket, **expected):
        self._finish()
        figures = self._read_figures(ticket)[ticket.id]
        self.assertEqual({name: figures[name] for name in expected}, expected)

    def test_an_old_message_reads_no_old_working_hours(self):
        ticket = self._create_at(at("2 09:00"))
        self._say(ticket, at("2 10:00"), self.requester, date=datetime(1601, 1, 1))
        self.env.flush_all()
        [record] = ticket._read_histories()
        self.assertEqual(min(_get_moments(_get_history(record))), at("2 09:00"))

    def test_example_of_answers(self):
        """The example of docs/figures.md."""
        ticket = self._create_at(at("2 09:00"))
        self._say(ticket, at("2 10:00"), self.agent)
        self._say(ticket, at("2 11:00"), self.requester)
        self._say(ticket, at("2 13:30"), self.requester)
        self._say(ticket, at("2 14:00"), self.agent)
        self._assert_figures(
            ticket,
            answered=1,
            first_response_hours=1.0,
            first_response_class="1",
            response_hours=3.0,
            response_count=2,
            answer_count=2,
            requester_message_count=2,
        )
        self.assertEqual(ticket.average_response_hours, 1.5)

    def test_example_of_resolution(self):
        """The example of docs/figures.md."""
        ticket = self._create_at(at("2 09:00"))
        self._move(ticket, at("2 10:00"), "waiting")
        self._move(ticket, at("3 09:00"), "open")
        self._move(ticket, at("3 11:00"), "resolved")
        self._assert_figures(
            ticket,
            resolution_hours=3.0,
            resolution_elapsed_hours=26.0,
            resolution_class="2",
            waiting_requester_hours=7.0,
            ever_resolved=1,
            reopened=0,
            solved_first_contact=1,
        )

    def test_open_ticket_has_no_times(self):
        ticket = self._create_at(at("2 09:00"))
        self._assert_figures(
            ticket,
            answered=0,
            first_response_hours=None,
            first_response_elapsed_hours=None,
            first_response_class=None,
            resolution_hours=None,
            resolution_elapsed_hours=None,
            resolution_class=None,
            ever_resolved=0,
            solved_first_contact=0,
            response_count=0,
        )

    def test_resolution_does_not_survive_reopening(self):
        ticket = self._create_at(at("2 09:00"))
        self._move(ticket, at("2 10:00"), "resolved")
        self._move(ticket, at("2 11:00"), "open")
        self._assert_figures(
            ticket,
            ever_resolved=1,
            reopened=1,
            resolution_hours=None,
            solved_first_contact=0,
        )
        self._move(ticket, at("2 14:00"), "resolved")
        self._assert_figures(ticket, resolution_hours=4.0, solved_first_contact=0)

    def test_cancelled_is_not_resolved(self):
        ticket = self._create_at(at("2 09:00"))
        self._move(ticket, at("2 10:00"), "cancelled")
        self._assert_figures(
            ticket,
            ever_resolved=0,
            resolution_hours=None,
            sla_resolution_judged=0,
            sla_first_response_judged=0,
        )

    def test_two_answers_are_no_first_contact(self):
        ticket = self._create_at(at("2 09:00"))
        self._say(ticket, at("2 10:00"), self.agent)
        self._say(ticket, at("2 10:30"), self.agent)
        self._move(ticket, at("2 11:00"), "resolved")
        # nobody waited for the second answer
        self._assert_figures(
            ticket, answer_count=2, response_count=1, solved_first_contact=0
        )

    def test_notes_and_automatic_mails_are_no_answers(self):
        ticket = self._create_at(at("2 09:00"))
        self._say(ticket, at("2 09:10"), self.agent, subtype_xmlid="mail.mt_note")
        self._say(ticket, at("2 09:20"), self.agent, message_type="auto_comment")
        self._say(ticket, at("2 09:30"), self.agent, message_type="notification")
        self._assert_figures(ticket, answer_count=0, answered=0, touched_agent_count=1)

    def test_requester_of_the_desk_is_not_the_desk(self):
        ticket = self._create_at(at("2 09:00"), partner_id=self.agent.partner_id.id)
        self._say(ticket, at("2 10:00"), self.agent)
        self._assert_figures(
            ticket, answer_count=0, requester_message_count=1, touched_agent_count=0
        )

    def test_agents_who_have_left_were_the_desk(self):
        ticket = self._create_at(at("2 09:00"))
        self._say(ticket, at("2 10:00"), self.agent_2)
        self._finish()
        self.agent_2.active = False
        ticket._sync_figures()
        self._assert_figures(ticket, answer_count=1, touched_agent_count=1)

    def test_answers_are_those_of_base(self):
        ticket = self._create_at(at("2 09:00"))
        for minute, author in enumerate(
            [self.agent, self.requester, self.agent_2, self.agent, self.requester], 10
        ):
            self._say(ticket, at(f"2 10:{minute}"), author)
        self._say(ticket, at("2 11:00"), self.agent, subtype_xmlid="mail.mt_note")
        self._assert_figures(ticket, answer_count=len(ticket._get_answers()))
        self.assertEqual(ticket.answer_count, 3)

    def test_words_before_the_resolution_do_not_wait(self):
        ticket = self._create_at(at("2 09:00"))
        self._move(ticket, at("2 10:00"), "resolved")
        self._say(ticket, at("3 09:00"), self.requester)
        self._say(ticket, at("3 10:00"), self.agent)
        self._assert_figures(ticket, response_hours=1.0, response_count=1)

    def test_clocks(self):
        ticket = self._create_at(at("2 09:00"))
        self._answer(ticket, at("2 10:00"))
        self._move(ticket, at("4 09:00"), "resolved")
        self._assert_figures(
            ticket,
            sla_first_response_met=1,
            sla_first_response_judged=1,
            sla_resolution_met=0,
            sla_resolution_judged=1,
        )

    def test_clock_missed_by_the_scheduled_action(self):
        ticket = self._create_at(at("2 09:00"))
        self._finish()
        with freeze_time(at("4 09:00")), self.enter_registry_test_mode():
            self.env.ref(
                "school_helpdesk_workflow.ir_cron_note_missed"
            ).method_direct_trigger()
        self._assert_figures(ticket, sla_resolution_met=0, sla_resolution_judged=1)

    def test_time_zone(self):
        self.calendar.tz = "Asia/Bangkok"
        ticket = self._create_at(at("2 23:30"))
        self._assert_figures(ticket, created_hour=6, created_weekday="2")
        # UTC is not chosen: the zone of the company counts
        self.calendar.tz = "UTC"
        self.env.company.partner_id.tz = "Asia/Tokyo"
        ticket._sync_figures()
        self._assert_figures(ticket, created_hour=8, created_weekday="2")

    def test_term(self):
        Term = self.env["helpdesk.school.term"]
        Term.search([]).unlink()
        term = Term.create(
            {"name": "1", "date_from": "2026-02-25", "date_to": "2026-03-31"}
        )
        first, third = self._create_at(at("1 09:00")), self._create_at(at("9 09:00"))
        after = self._create_at("2026-04-01 09:00")
        self._assert_figures(first, term_id=term.id, term_week=1)
        self._assert_figures(third, term_id=term.id, term_week=3)
        self._assert_figures(after, term_id=None, term_week=None)

    def test_another_company(self):
        self.env["helpdesk.school.term"].search([]).unlink()
        self.env["helpdesk.school.term"].create(
            {"name": "1", "date_from": "2026-03-01", "date_to": "2026-03-31"}
        )
        self.team.company_id = False
        company = self.env["res.company"].create({"name": "Second School"})
        ticket = self._create_at(at("2 09:00"))
        self._finish()
        self.assertTrue(ticket.term_id)
        ticket.company_id = company
        self._finish()
        ticket.invalidate_recordset()
        self.assertFalse(ticket.term_id)

    def test_place_and_device_when_reported(self):
        Location = self.env["asset.location"]
        building = Location.create({"name": "B", "location_type": "building"})
        rooms = Location.create(
            [
                {"name": name, "location_type": "room", "parent_id": building.id}
                for name in ("1", "2")
            ]
        )
        categories = self.env["asset.category"].create([{"name": "X"}, {"name": "Y"}])
        asset = self.env["asset.asset"].create(
            {
                "asset_code": "REPORT-1",
                "brand": "Acme",
                "category_id": categories[0].id,
                "location_id": rooms[0].id,
                "model": "One",
            }
        )
        ticket = self._create_at(at("2 09:00"), asset_id=asset.id)
        expected = {
            "reported_room_id": rooms[0].id,
            "reported_building_id": building.id,
            "reported_device_category_id": categories[0].id,
            "reported_device_model": "Acme One",
        }
        self._assert_figures(ticket, **expected)
        asset.write(
            {
                "category_id": categories[1].id,
                "location_id": rooms[1].id,
                "model": "Two",
            }
        )
        ticket._sync_figures()
        self._assert_figures(ticket, **expected)

    # ------------------------------------------------------------------
    # Every change updates them
    # ------------------------------------------------------------------

    def test_writes_nothing_without_a_mark(self):
        ticket = self._create_at(at("2 09:00"))
        self._finish()
        self.assertNotIn(MARKED_TICKETS, self.env.cr.precommit.data)
        ticket.name = "Other title"
        self.assertNotIn(MARKED_TICKETS, self.env.cr.precommit.data)

    def test_end_of_the_transaction_computes_them(self):
        ticket = self._create_at(at("2 09:00"))
        self.env.cr.precommit.run()
        self.assertTrue(ticket.figures_date)
        self.assertEqual(ticket.created_hour, 9)

    def test_users_cannot_write_them(self):
        ticket = self._create_at(at("2 09:00"))
        for name in ("answered", "reopened", "happy_count", "figures_date"):
            with self.assertRaises(AccessError, msg=name):
                ticket.with_user(self.agent).write({name: 1})

    def test_background(self):
        """Tickets from before the installation get their figures by and by."""
        tickets = self._create_at(at("2 09:00")) + self._create_at(at("3 10:00"))
        tickets[1]._set_status("cancelled")
        tickets[1].active = False
        self._finish()
        before = self._read_figures(tickets)
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET figures_date = NULL, created_hour = NULL"
            " WHERE id IN %s",
            [tuple(tickets.ids)],
        )
        self.env.invalidate_all()
        with self.enter_registry_test_mode():
            self.env.ref(
                "school_helpdesk_report.ir_cron_sync_figures"
            ).method_direct_trigger()
        self.assertEqual(self._read_figures(tickets), before)
        self.env.invalidate_all()
        self.assertTrue(all(tickets.mapped("figures_date")))

    def test_a_new_term_expires_its_tickets(self):
        self.env["helpdesk.school.term"].search([]).unlink()
        ticket, other = self._create_at(at("2 09:00")), self._create_at(at("3 09:00"))
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET create_date = '2020-01-01' WHERE id = %s",
            [other.id],
        )
        self._finish()
        self.env.invalidate_all()
        today = ticket.create_date.date()
        self.env["helpdesk.school.term"].create(
            {
                "name": "Now",
                "date_from": today - timedelta(days=1),
                "date_to": today + timedelta(days=1),
            }
        )
        self.assertFalse(ticket.figures_date)
        self.assertTrue(other.figures_date)

    def test_compute_all_again(self):
        ticket = self._create_at(at("2 09:00"))
        self._finish()
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET created_hour = NULL,"
            " figures_date = '2026-01-01' WHERE id = %s",
            [ticket.id],
        )
        self.env.invalidate_all()
        Ticket = self.env["helpdesk.ticket"]
        with self.assertRaises(AccessError):
            Ticket.with_user(self.agent).action_recompute_all_figures()
        manager = new_test_user(
            self.env, "report_manager", groups="helpdesk_mgmt.group_helpdesk_manager"
        )
        Ticket.with_user(manager).action_recompute_all_figures()
        with self.enter_registry_test_mode():
            self.env.ref(
                "school_helpdesk_report.ir_cron_sync_figures"
            ).method_direct_trigger()
        self.assertEqual(ticket.created_hour, 9)

    def test_weight_of_the_settings(self):
        ticket = self._create_at(at("2 09:00"), priority="3")
        ended = self._create_at(at("2 09:00"), priority="3")
        self._move(ended, at("2 10:00"), "resolved")
        self._assert_figures(ticket, weight=2)
        self.env.company.helpdesk_weight_urgent = 3.5
        self.assertFalse(ticket.figures_date)
        self.assertTrue(ended.figures_date)
        ticket._sync_figures()
        self._assert_figures(ticket, weight=3.5)

    def test_action_expires_them(self):
        ticket = self._create_at(at("2 09:00"))
        self._finish()
        ticket.action_recompute_facts()
        self.assertFalse(ticket.figures_date)

    @settings(
        max_examples=25,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(steps=st.lists(STEPS, max_size=12))
    def test_events_and_history_agree(self, steps):
        """After a random life, the figures are those of the whole history."""
        with self.env.cr.savepoint() as savepoint:
            self._live(steps)
            savepoint.rollback()
        self.env.invalidate_all()
        self.env.cr.precommit.data.pop(MARKED_TICKETS, None)

    def _live(self, steps):
        now = at("2 08:30")
        tickets = self._create_at(now) + self._create_at(now, user_id=self.agent.id)
        ticket, twin = tickets
        self._finish()
        for kind, value in steps:
            now += timedelta(minutes=7)
            with freeze_time(now):
                match kind:
                    case "wait":
                        ticket._wait(waiting_for=value)
                    case "status":
                        tickets._set_status(value)
                    case "say":
                        self._say(ticket, now, getattr(self, value))
                    case "note":
                        author = getattr(self, value)
                        self._say(ticket, now, author, subtype_xmlid="mail.mt_note")
                    case "rate":
                        self._rate(ticket, value)
                    case "assign":
                        ticket.user_id = value and getattr(self, value)
                    case "priority":
                        ticket.priority = value
                    case "requester":
                        ticket.partner_id = getattr(self, value).partner_id
                    case "delete":
                        ticket.message_ids.filtered(
                            lambda message: message.message_type == "comment"
                        )[:1].unlink()
                    case "hide":
                        ticket.message_ids.filtered(
                            lambda message: message.message_type == "comment"
                        )[:1].is_internal = True
                    case "meaning":
                        self.stage_open.status_category = value
                    case "merge" if not (
                        twin.merged_into_id
                        or ticket.status_category in ("closed", "cancelled")
                    ):
                        twin._merge_into(ticket)
                    case "pass":
                        now += timedelta(minutes=value)
                self._finish()
                self._assert_up_to_date(tickets)
        self._assert_sums(ticket)
        with freeze_time(now):
            self._assert_rows(tickets)

    def _rate(self, ticket, value):
        rating = self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "res_id": ticket.id,
                "partner_id": self.requester.partner_id.id,
            }
        )
        rating.write({"rating": value, "consumed": True})

    def _assert_sums(self, ticket):
        """The parts of a sum are the whole."""
        figures = self._read_figures(ticket)[ticket.id]
        if not ticket.waiting_since:
            self.assertAlmostEqual(
                sum(figures[f"waiting_{kind}_hours"] for kind in KINDS),
                ticket.waiting_hours,
                places=3,
            )
        self.assertLessEqual(figures["reopened"], figures["ever_resolved"])
        self.assertLessEqual(figures["solved_first_contact"], figures["ever_resolved"])
        self.assertLessEqual(figures["happy_count"], figures["rated_count"])
        for target in ("first_response", "resolution"):
            self.assertLessEqual(
                figures[f"sla_{target}_met"], figures[f"sla_{target}_judged"]
            )

    def _assert_rows(self, tickets):
        """The rows of the reports add up to the figures of the tickets."""
        self.env.flush_all()
        figures = self._read_figures(tickets)
        own = [("ticket_id", "in", tickets.ids)]
        clocks = self.env["helpdesk.clock.report"]._read_group(
            own, ["ticket_id", "target"], ["met:sum", "judged:sum"]
        )
        for ticket, target, met, judged in clocks:
            for name, value in (("met", met), ("judged", judged)):
                self.assertEqual(figures[ticket.id][f"sla_{target}_{name}"], value)
        waits = self.env["helpdesk.status.report"]._read_group(
            [*own, ("status_category", "=", "waiting"), ("end", "!=", False)],
            ["ticket_id"],
            ["working_hours:sum"],
        )
        for ticket, hours in waits:
            whole = sum(figures[ticket.id][f"waiting_{kind}_hours"] for kind in KINDS)
            self.assertAlmostEqual(hours, whole, places=3)
        # on the last day, the backlog is what has not ended
        today = fields.Date.today()
        left = self.env["helpdesk.backlog.report"]._read_group(
            [*own, ("date", "=", today)], [], ["ticket_id:recordset", "weight:sum"]
        )
        unended = tickets.filtered(
            lambda ticket: ticket.status_category not in ENDED_CATEGORIES
        )
        self.assertEqual(left[0][0], unended)
        self.assertEqual(
            left[0][1] or 0, sum(figures[ticket.id]["weight"] for ticket in unended)
        )
