"""Odoo's project dashboard is shown only to users who may read its figures."""

from odoo.tests import TransactionCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestDashboard(TransactionCase):
    def test_only_for_readers_of_tasks(self):
        dashboard = self.env.ref(
            "spreadsheet_dashboard_hr_timesheet.spreadsheet_dashboard_tasks"
        )
        approver = "hr_timesheet.group_hr_timesheet_approver"
        manager = "helpdesk_mgmt.group_helpdesk_manager"
        for number, (groups, shown) in enumerate(
            (
                (f"{approver},{manager}", False),
                (approver, False),
                (manager, False),
                (f"{approver},{manager},project.group_project_user", True),
                (f"{approver},project.group_project_manager", True),
            )
        ):
            with self.subTest(groups=groups):
                user = new_test_user(
                    self.env, f"timesheet_dashboard_{number}", groups=groups
                )
                Dashboard = self.env["spreadsheet.dashboard"].with_user(user)
                found = Dashboard.search([("id", "=", dashboard.id)])
                self.assertEqual(bool(found), shown)
                # the figures come from this report
                Report = self.env["report.project.task.user"].with_user(user)
                self.assertEqual(Report.has_access("read"), shown)
