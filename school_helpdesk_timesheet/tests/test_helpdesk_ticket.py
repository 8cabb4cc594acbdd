"""Hours on tickets: merging, the database index, and access to the project."""

from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

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

    def _use_timesheets(self):
        """Let the team log hours on its tickets, on a default project."""
        self.team.write(
            {
                "allow_timesheet": True,
                "default_project_id": self.project.id,
                "show_in_portal": True,
                "alias_name": "hours-desk",
            }
        )

    def test_a_ticket_of_each_channel_gets_the_project(self):
        self._use_timesheets()
        Ticket = self.env["helpdesk.ticket"]

        def by_form():
            form = Form(Ticket.with_user(self.agent))
            form.name, form.description = "By form", "<p>Text</p>"
            form.team_id = self.team
            return form.save()

        def by_portal():
            as_requester = Ticket.with_user(self.requester)
            values = as_requester._prepare_submission_values(
                self.env["helpdesk.ticket.category"], "By portal"
            )
            values |= {"team_id": self.team.id, "stage_id": self.stage_new.id}
            return as_requester._create_from_submission(False, values)[0]

        def by_mail():
            return Ticket.with_user(self.env.ref("base.user_root")).message_new(
                {"subject": "By mail", "body": "<p>Text</p>", "from": "a@b.example"},
                {"team_id": self.team.id},
            )

        def by_reply():
            closed = self._create_ticket()
            closed.stage_id = self.stage_closed
            closed.with_user(self.requester).sudo().message_post(
                body="Again",
                author_id=self.requester.partner_id.id,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
            return closed.follow_up_id

        def by_program():
            return Ticket.create(
                {"name": "Tool", "description": "Text", "team_id": self.team.id}
            )

        for make in by_form, by_portal, by_mail, by_reply, by_program:
            with self.subTest(make.__name__):
                ticket = make()
                self.assertEqual(ticket.sudo().project_id, self.project)
                self.assertEqual(ticket.sudo().team_id, self.team)

    def test_a_new_team_sets_the_project(self):
        self._use_timesheets()
        ticket = self._create_ticket(team_id=False)
        self.assertFalse(ticket.project_id)
        ticket.team_id = self.team
        self.assertEqual(ticket.project_id, self.project)
        chosen = self.env["project.project"].create({"name": "Move"})
        self.assertEqual(self._create_ticket(project_id=chosen.id).project_id, chosen)
        other = self.env["helpdesk.ticket.team"].create({"name": "Untimed"})
        self.assertFalse(self._create_ticket(team_id=other.id).project_id)

    def test_open_tickets_get_the_project_when_a_team_starts_to_log_hours(self):
        done = self._create_ticket(stage_id=self.stage_closed.id)
        self._use_timesheets()
        self.assertEqual(self.target.project_id, self.project)
        self.assertFalse(done.project_id)

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
