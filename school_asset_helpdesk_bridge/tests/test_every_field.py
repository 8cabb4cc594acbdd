"""Every role reads and exports each field of tickets with devices, hours and clocks."""

from odoo.tests import tagged

from odoo.addons.school_helpdesk_base.tests.every_field_common import EveryFieldCommon


@tagged("post_install", "-at_install")
class TestEveryField(EveryFieldCommon):
    @classmethod
    def _fill_tickets(cls):
        result = super()._fill_tickets()
        category = cls.env["asset.category"].create({"name": "Projectors"})
        project = cls.env["project.project"].create(
            {"name": "Hours", "allow_timesheets": True}
        )
        employee = cls.env["hr.employee"].create({"name": "Worker"})
        cls.team.write({"allow_timesheet": True, "use_sla": True})
        cls.env["helpdesk.sla"].create({"name": "Fast", "hours": 1})
        cls.roles["asset_user"] = cls.agent_2
        cls.agent_2.group_ids |= cls.env.ref(
            "school_asset_management.group_asset_user"
        ) | cls.env.ref("base.group_allow_export")
        for number, ticket in enumerate(cls.tickets):
            main, also = cls.env["asset.asset"].create(
                [
                    {
                        "asset_code": f"EVERY-{number}-{index}",
                        "category_id": category.id,
                    }
                    for index in range(2)
                ]
            )
            ticket.write(
                {
                    "project_id": project.id,
                    "asset_id": main.id,
                    "asset_link_ids": [(0, 0, {"asset_id": also.id})],
                }
            )
            ticket._sync_clocks()
            ticket.action_create_damage_case()
            cls.env["account.analytic.line"].create(
                {
                    "name": "Work",
                    "ticket_id": ticket.id,
                    "project_id": project.id,
                    "employee_id": employee.id,
                    "unit_amount": 1,
                }
            )
        return result

    def test_read(self):
        self._check_read()

    def test_export(self):
        self._check_export()

    def test_views(self):
        self._check_views()

    def test_exports_name_the_devices(self):
        self.env.invalidate_all()
        for role in ("own", "team", "all", "manager"):
            with self.subTest(role):
                rows = self.ticket.with_user(self.roles[role]).export_data(
                    ["asset_id", "asset_link_ids/asset_id", "asset_link_ids"]
                )["datas"]
                self.assertEqual(rows[0][0], "EVERY-0-0")
                self.assertEqual({row[1] for row in rows}, {"EVERY-0-0", "EVERY-0-1"})
