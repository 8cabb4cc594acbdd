"""Hours on tickets: merging, the database index, and access to the project."""

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.school_helpdesk_base.tests.common import HelpdeskCommon


@tagged("post_install", "-at_install")
class TestHelpdeskTicket(HelpdeskCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.target = cls._create_ticket(name="Network down")
        cls.source = cls._create_ticket(name="No internet")
        cls.project = cls.env["project.project"].create({"name": "Desk"})

    def _log_hours(self, ticket, hours):
        employee = self.env["hr.employee"].create({"name": "Agent"})
        return self.env["account.analytic.line"].create(
            {
                "name": "Cable",
                "ticket_id": ticket.id,
                "project_id": self.project.id,
                "employee_id": employee.id,
                "unit_amount": hours,
            }
        )

    def test_merge_moves_hours(self):
        line = self._log_hours(self.source, 1.5)
        self._merge(self.source, self.target)
        self.assertEqual(line.ticket_id, self.target)
        self.assertEqual(self.target.total_hours, 1.5)

    def test_merge_adds_up_hours(self):
        lines = self._log_hours(self.source, 1.5) + self._log_hours(self.target, 2)
        self._merge(self.source, self.target)
        self.assertEqual(self.target.timesheet_ids, lines)
        self.assertEqual(self.target.total_hours, 3.5)
        self.assertFalse(self.source.timesheet_ids)
        self.assertEqual(self.source.total_hours, 0)

    def test_references_to_tickets_have_an_index(self):
        column = ("account_analytic_line", "ticket_id")
        self.assertIn(column, self._get_inverse_columns())
        self._check_indexes(column)

    def test_timesheet_users_read_the_project_of_a_ticket(self):
        employee = new_test_user(self.env, "hours_employee", groups="base.group_user")
        timekeeper = new_test_user(
            self.env, "hours_timekeeper", groups="hr_timesheet.group_hr_timesheet_user"
        )
        names = {"project_id", "task_id", "milestone_id"}
        Ticket = self.env["helpdesk.ticket"]
        self.assertLessEqual(names, Ticket.with_user(timekeeper).fields_get().keys())
        self.assertFalse(names & Ticket.with_user(employee).fields_get().keys())
        self.target.write(
            {"partner_id": employee.partner_id.id, "project_id": self.project.id}
        )
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            self.target.with_user(employee).read(["project_id"])
        self.target.partner_id = timekeeper.partner_id
        self.env.invalidate_all()
        ticket = self.target.with_user(timekeeper)
        self.assertEqual(ticket.project_id, self.project)
