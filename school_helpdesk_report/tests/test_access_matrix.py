"""Access of each kind of user to reports and terms, by the ORM and by JSON-RPC.

The base addon's ``access_matrix_common.py`` explains how to read a table.
"""

from odoo.tests import tagged

from odoo.addons.school_helpdesk_base.tests.access_matrix_common import AccessMatrixCase

#: agent_all is in no team: the rows would compare colleagues of other teams.
#: Columns:          pub own sub str emp sta a_o his a_t all man
READ = {
    "backlog": "      -   -   -   -   -   -   -   +   +   -   +",
    "clocks": "       -   -   -   -   -   -   -   +   +   -   +",
    "device": "       -   -   -   -   -   -   -   +   +   -   +",
    "device cost": "  -   -   -   -   -   -   -   -   -   -   -",
    "hours": "        -   -   -   -   -   -   -   -   -   -   +",
    "status": "       -   -   -   -   -   -   -   +   +   -   +",
    "term": "         -   -   -   -   -   -   +   +   +   +   +",
    "wall": "         -   -   -   -   -   -   -   -   -   -   +",
}
NOBODY = {
    label: "          -   -   -   -   -   -   -   -   -   -   -" for label in READ
}
WRITE = {
    **NOBODY,
    "term": "         -   -   -   -   -   -   -   -   -   -   +",
    "wall": "         -   -   -   -   -   -   -   -   -   -   +",
}
CREATE = DELETE = WRITE


@tagged("post_install", "-at_install", "security")
class TestAccessMatrix(AccessMatrixCase):
    READ, WRITE, CREATE, DELETE = READ, WRITE, CREATE, DELETE

    @classmethod
    def _create_objects(cls, ticket):
        env = cls.env
        asset = env["asset.asset"].create(
            {
                "asset_code": f"MATRIX-{ticket.id}",
                "category_id": env["asset.category"].create({"name": "X"}).id,
            }
        )
        ticket.sudo().asset_id = asset
        env["helpdesk.ticket.sla"].create({"ticket_id": ticket.id})
        project = env["project.project"].create(
            {"name": "Desk", "allow_timesheets": True}
        )
        ticket.project_id = project
        employee = env["hr.employee"].create({"name": "Agent"})
        env["account.analytic.line"].create(
            {
                "name": "Work",
                "project_id": project.id,
                "ticket_id": ticket.id,
                "employee_id": employee.id,
                "unit_amount": 1,
            }
        )
        env.flush_all()
        rows = {
            label: env[f"helpdesk.{model}.report"].search(
                [("ticket_id", "=", ticket.id)], limit=1
            )
            for label, model in (
                ("backlog", "backlog"),
                ("clocks", "clock"),
                ("device", "device"),
                ("hours", "hours"),
                ("status", "status"),
            )
        }
        year = 2000 + ticket.id % 7000
        term = env["helpdesk.school.term"].create(
            {"name": "1", "date_from": f"{year}-01-01", "date_to": f"{year}-02-01"}
        )
        cost = env["helpdesk.device.cost.report"].browse(asset.id)
        wall = env["helpdesk.wall.screen"].create({"name": "Workshop"})
        return {**rows, "device cost": cost, "term": term, "wall": wall}

    def test_rpc_write(self):
        # the rows of reports have no text to write; test_orm_write covers them
        self._check_rpc_write({label: WRITE[label] for label in ("term", "wall")})

    def test_costs_are_for_users_of_the_asset_addon(self):
        cost = self.objects["device cost"]
        cases = (
            ("school_asset_management.group_asset_user", True),
            ("school_asset_management.group_asset_manager", True),
            ("school_asset_management.group_asset_teacher", False),
            ("base.group_user", False),
        )
        for number, (group, done) in enumerate(cases):
            user = self._new_user(f"cost_{number}", group)
            with self.subTest(group=group):
                self.assertEqual(cost.with_user(user).has_access("read"), done)

    def _get_creation_values(self, label, record, user):
        if label == "wall":
            return {"name": "Library"}
        if label != "term":
            return {}
        year = record.date_from.year
        return {
            "name": "2",
            "date_from": f"{year}-03-01",
            "date_to": f"{year}-04-01",
        }
