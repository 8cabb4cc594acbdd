"""What the reader of a ticket sees: times in their zone, and hidden requesters."""

from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .test_queue import QueueCommon


@tagged("post_install", "-at_install")
class TestReader(QueueCommon):
    def test_a_due_time_is_in_the_zone_of_the_reader_or_the_school(self):
        now, due = datetime(2026, 3, 2, 1), datetime(2026, 3, 2, 3, 30)
        for own, school, expected in (
            (False, "Asia/Bangkok", "10:30"),
            (False, "Asia/Kolkata", "9:00"),
            ("UTC", "Asia/Bangkok", "3:30"),
            ("Asia/Tokyo", "Asia/Bangkok", "12:30"),
        ):
            with self.subTest(own=own, school=school):
                self.agent.tz = own
                self.env.company.partner_id.tz = school
                Ticket = self.env["helpdesk.ticket"].with_user(self.agent)
                self.assertIn(f"due {expected}", Ticket._format_due(due, now))

    def test_the_day_is_left_out_today_only(self):
        self.agent.tz = False
        self.env.company.partner_id.tz = "Asia/Bangkok"
        Ticket = self.env["helpdesk.ticket"].with_user(self.agent)
        now = datetime(2026, 3, 2, 13)
        # one minute before and after midnight in Bangkok
        today = Ticket._format_due(datetime(2026, 3, 2, 16, 59), now)
        tomorrow = Ticket._format_due(datetime(2026, 3, 2, 17, 1), now)
        self.assertNotIn("Mar", today)
        self.assertIn("Mar", tomorrow)

    def test_a_requester_of_another_company(self):
        """The form opens, without what the agent may not read."""
        company = self.env["res.company"].create({"name": "Other school"})
        for count in (1, 2, 3):
            with self.subTest(count=count):
                partner = self.env["res.partner"].create(
                    {"name": "Guest", "phone": "0212345", "company_id": company.id}
                )
                tickets = self.env["helpdesk.ticket"].union(
                    *(self._create_ticket() for _number in range(count))
                )
                # such tickets come from mails and from older databases
                tickets.flush_recordset()
                self.env.cr.execute(
                    "UPDATE helpdesk_ticket SET partner_id = %s WHERE id IN %s",
                    [partner.id, tuple(tickets.ids)],
                )
                self.env.invalidate_all()
                tickets = tickets.with_user(self.agent)
                self.assertFalse(partner.with_user(self.agent).has_access("read"))
                rows = tickets.web_read({"requester_facts": {}})
                self.assertNotIn("0212345", str(rows))
                self.assertEqual("fa-life-ring" in str(rows), count > 1)

    def test_today_is_the_day_of_the_school(self):
        """For an agent without a time zone."""
        today, tomorrow = self._create_ticket(), self._create_ticket()
        # one minute before and after midnight in Bangkok
        self._set_deadlines(
            {
                today: datetime(2026, 3, 2, 16, 59),
                tomorrow: datetime(2026, 3, 2, 17, 1),
            }
        )
        both = today | tomorrow
        for own, school, expected in (
            (False, "Asia/Bangkok", today),
            (False, "Asia/Kolkata", both),
            ("Asia/Bangkok", "UTC", today),
            ("UTC", "Asia/Bangkok", both),
        ):
            with self.subTest(own=own, school=school), freeze_time("2026-03-02 13:30"):
                self.agent.tz = own
                self.env.company.partner_id.tz = school
                self.env.invalidate_all()
                tickets = both.with_user(self.agent)
                domain = self._get_filters()["queue_due_today"]
                found = tickets.search([("id", "in", both.ids), *domain])
                self.assertEqual(found, expected)
                self.assertEqual(tickets.filtered("is_due_today"), expected)
                self.assertEqual(
                    tickets.search(
                        [("id", "in", both.ids), ("is_due_today", "=", False)]
                    ),
                    both - expected,
                )

    def test_the_order_of_the_queue_is_for_the_desk(self):
        ticket = self._create_ticket()
        employee = new_test_user(self.env, "reader_employee")
        ticket.message_subscribe(employee.partner_id.ids)
        for name in (
            "awaiting",
            "unanswered_since",
            "next_due",
            "queue_rank",
            "is_overdue",
            "is_due_today",
        ):
            self.assertIn(name, ticket.with_user(self.agent).read([name])[0])
            for user in (self.requester, employee):
                Ticket = self.env["helpdesk.ticket"].with_user(user)
                with self.subTest(name, user=user.login):
                    with self.assertRaises(AccessError):
                        ticket.with_user(user).read([name])
                    with self.assertRaises(AccessError):
                        Ticket.search_count([(name, "!=", False)])
                    self.assertNotIn(name, Ticket.fields_get())
                    if Ticket._fields[name].store:
                        with self.assertRaises(AccessError):
                            Ticket.search([], order=name)
                        with self.assertRaises(AccessError):
                            Ticket.formatted_read_group([], [name], ["__count"])
