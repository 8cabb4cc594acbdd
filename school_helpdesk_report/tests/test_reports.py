"""The reports with several rows for a ticket: their rows, and who reads which."""

from odoo.exceptions import ValidationError
from odoo.tests import new_test_user, tagged

from .report_common import ReportCommon

OWN = "helpdesk_mgmt.group_helpdesk_user_own"
REPORTS = (
    "helpdesk.backlog.report",
    "helpdesk.clock.report",
    "helpdesk.device.report",
    "helpdesk.status.report",
)


@tagged("post_install", "-at_install")
class TestReports(ReportCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.category = cls.env["asset.category"].create({"name": "Projectors"})
        cls.assets = cls.env["asset.asset"].create(
            [
                {
                    "asset_code": f"REPORT-{number}",
                    "brand": "Acme",
                    "category_id": cls.category.id,
                    "model": model,
                    "purchase_cost": cost,
                    "purchase_date": "2024-03-02",
                }
                for number, model, cost in ((1, "One", 400), (2, "One", 0))
            ]
        )
        cls.cart = cls._create_ticket(
            asset_link_ids=[
                (0, 0, {"asset_id": cls.assets[0].id, "role": "primary"}),
                (0, 0, {"asset_id": cls.assets[1].id}),
            ],
            user_id=cls.agent.id,
        )
        cls.single = cls._create_ticket(asset_id=cls.assets[0].id)
        cls.both = cls.cart + cls.single
        cls.env["helpdesk.ticket"]._sync_marked_figures()

    def _read(self, report, user=None):
        rows = self.env[report].with_user(user or self.agent)
        return rows.search([("ticket_id", "in", self.both.ids)])

    def test_a_ticket_counts_for_each_device(self):
        rows = self.env["helpdesk.device.report"]._read_group(
            [("ticket_id", "in", self.both.ids)], ["asset_id"], ["__count"]
        )
        self.assertEqual(
            {asset.asset_code: count for asset, count in rows},
            {"REPORT-1": 2, "REPORT-2": 1},
        )
        self.assertEqual(
            set(self._read("helpdesk.device.report").mapped("asset_model")),
            {"Acme One"},
        )

    def test_rows_open_their_ticket(self):
        for report in REPORTS:
            row = self._read(report)[:1]
            action = row.action_open_ticket()
            self.assertEqual(
                (action["res_model"], action["res_id"]),
                ("helpdesk.ticket", row.ticket_id.id),
            )

    def test_archived_tickets_are_left_out(self):
        self.single._set_status("cancelled")
        self.single.active = False
        for report in REPORTS:
            self.assertEqual(self._read(report).ticket_id, self.cart, report)

    def test_agents_read_the_rows_of_their_tickets(self):
        own = new_test_user(self.env, "report_own", groups=OWN)
        other = new_test_user(self.env, "report_other", groups=OWN)
        self.team.user_ids += own
        self.cart.user_id = own
        self.single.user_id = self.agent
        for report in REPORTS:
            with self.subTest(report=report):
                self.assertEqual(self._read(report, own).ticket_id, self.cart)
                self.assertFalse(self._read(report, other))
                self.assertEqual(self._read(report, self.agent).ticket_id, self.both)

    def test_requesters_who_are_agents_do_not_read_theirs(self):
        own = new_test_user(self.env, "report_own", groups=OWN)
        self.single.write({"partner_id": own.partner_id.id, "user_id": self.agent.id})
        for report in REPORTS:
            self.assertFalse(self._read(report, own), report)

    def test_other_companies(self):
        company = self.env["res.company"].create({"name": "Other School"})
        self.agent.write({"company_ids": [(4, company.id)], "company_id": company.id})
        for report in REPORTS:
            rows = self.env[report].with_user(self.agent)
            rows = rows.with_context(allowed_company_ids=company.ids)
            self.assertFalse(rows.search([("ticket_id", "in", self.both.ids)]), report)

    def test_records_of_other_companies(self):
        """Those without a company of their own, from which reports are made."""
        rating = self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "res_id": self.cart.id,
                "rating": 1,
                "feedback": "Bad words",
                "consumed": True,
            }
        )
        records = (rating, self.cart.status_log_ids, self.cart.ticket_sla_ids)
        company = self.env["res.company"].create({"name": "Other School"})
        stranger = new_test_user(
            self.env,
            "report_stranger",
            groups="helpdesk_mgmt.group_helpdesk_manager",
            company_id=company.id,
            company_ids=company.ids,
        )
        both = new_test_user(
            self.env,
            "report_both",
            groups="helpdesk_mgmt.group_helpdesk_manager",
            company_ids=(self.env.company + company).ids,
        )
        self.env.flush_all()
        for found in records:
            with self.subTest(model=found._name):
                self.assertTrue(found)
                Model = found.browse()
                domain = [("id", "in", found.ids)]
                for user, ids, readable in (
                    (self.manager, self.env.company.ids, True),
                    (both, (self.env.company + company).ids, True),
                    (both, company.ids, False),
                    (stranger, company.ids, False),
                ):
                    own = Model.with_user(user).with_context(allowed_company_ids=ids)
                    self.assertEqual(bool(own.search(domain)), readable)
                    groups = own.formatted_read_group(domain, [], ["__count"])
                    self.assertEqual(bool(groups[0]["__count"]), readable)
                    self.env.invalidate_all()
                    self.assertEqual(own.browse(found.ids).has_access("read"), readable)

    def test_costs_of_devices(self):
        case, rejected = self.env["asset.damage.case"].create(
            [
                {
                    "asset_id": self.assets[0].id,
                    "damage_description": "Broken",
                    "damage_source": "manual",
                    "actual_cost": cost,
                    "status": status,
                }
                for cost, status in ((100, "closed"), (1000, "rejected"))
            ]
        )
        self.env["asset.inspection"].create(
            [
                {"asset_id": self.assets[0].id, "repair_cost": 20},
                {
                    "asset_id": self.assets[0].id,
                    "repair_cost": 300,
                    "damage_case_id": case.id,
                },
                {"asset_id": self.assets[1].id, "repair_cost": 50},
            ]
        )
        self.assertTrue(rejected)
        Cost = self.env["helpdesk.device.cost.report"]
        rows = Cost.search([("asset_id", "in", self.assets.ids)])
        self.assertEqual(
            {
                row.asset_id.asset_code: (
                    row.repair_cost,
                    row.ticket_count,
                    row.year_ticket_count,
                    row.repair_share,
                )
                for row in rows
            },
            {"REPORT-1": (120, 2, 2, 0.3), "REPORT-2": (50, 1, 1, 0)},
        )
        ((cost, share),) = Cost._read_group(
            [("asset_category_id", "=", self.category.id)],
            [],
            ["repair_cost:sum", "repair_share:avg"],
        )
        # the device without a price is not in the share
        self.assertEqual((cost, share), (170, 0.3))

    def test_costs_follow_changes(self):
        asset = self.assets[0]
        case = self.env["asset.damage.case"].create(
            {
                "asset_id": asset.id,
                "damage_description": "Broken",
                "damage_source": "manual",
                "actual_cost": 100,
                "status": "in_repair",
            }
        )
        inspection = self.env["asset.inspection"].create(
            {"asset_id": asset.id, "repair_cost": 20}
        )
        Cost = self.env["helpdesk.device.cost.report"]

        def get_row():
            self.env.flush_all()
            self.env.invalidate_all()
            row = Cost.search([("asset_id", "=", asset.id)])
            return row.repair_cost, row.ticket_count, row.year_ticket_count

        self.assertEqual(get_row(), (120, 2, 2))
        # as in a form
        self.assertEqual(asset.new(origin=asset).helpdesk_repair_cost, 120)
        case.actual_cost = 130
        self.assertEqual(get_row(), (150, 2, 2))
        inspection.damage_case_id = case
        self.assertEqual(get_row(), (130, 2, 2))
        case.status = "rejected"
        self.assertEqual(get_row(), (0, 2, 2))
        inspection.damage_case_id = False
        self.assertEqual(get_row(), (20, 2, 2))
        # a case that was moved to another device, and then deleted
        inspection.damage_case_id = case
        case.asset_id = self.assets[1]
        self.assertEqual(get_row(), (0, 2, 2))
        case.unlink()
        self.assertEqual(get_row(), (20, 2, 2))
        inspection.asset_id = self.assets[1]
        self.assertEqual(get_row(), (0, 2, 2))
        inspection.unlink()
        tickets = asset.ticket_link_ids.ticket_id
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET create_date = %s WHERE id = %s",
            ["2020-01-01", tickets[0].id],
        )
        tickets[0].modified(["create_date"])
        self.assertEqual(get_row(), (0, 2, 1))
        cancelled = self.env["helpdesk.ticket.stage"].search(
            [("status_category", "=", "cancelled")], limit=1
        )
        tickets[1].stage_id = cancelled
        tickets[1].active = False
        self.assertEqual(get_row(), (0, 1, 0))
        tickets[1].active = True
        self.assertEqual(get_row(), (0, 2, 1))

    def test_hours(self):
        project = self.env["project.project"].create(
            {"name": "Desk", "allow_timesheets": True}
        )
        self.cart.project_id = project
        employee = self.env["hr.employee"].create(
            {"name": "Agent", "user_id": self.agent_2.id}
        )
        self.env["account.analytic.line"].create(
            [
                {
                    "name": "Work",
                    "project_id": project.id,
                    "ticket_id": self.cart.id,
                    "employee_id": employee.id,
                    "unit_amount": hours,
                    "date": "2026-03-02",
                }
                for hours in (0.5, 1.25)
            ]
        )
        rows = self.env["helpdesk.hours.report"]._read_group(
            [("ticket_id", "=", self.cart.id)], ["agent_id"], ["hours:sum"]
        )
        self.assertEqual(rows, [(self.agent_2, 1.75)])
        self.assertEqual(self.cart.total_hours, 1.75)

    def test_suggestions_that_solved(self):
        article = self.env["helpdesk.article"].create(
            {"title": "Dark", "content": "<p>Press it.</p>"}
        )
        self.env["helpdesk.article.deflection"].create(
            [
                {
                    "article_id": article.id,
                    "date": f"2026-03-0{day}",
                    "shown_count": shown,
                    "solved_count": solved,
                }
                for day, shown, solved in ((1, 1, 1), (2, 9, 1), (3, 0, 0))
            ]
        )
        ((rate,),) = self.env["helpdesk.article.deflection"]._read_group(
            [("article_id", "=", article.id)], [], ["solved_rate:avg"]
        )
        self.assertEqual(rate, 0.2)

    def test_terms_do_not_overlap(self):
        Term = self.env["helpdesk.school.term"]
        Term.search([]).unlink()
        Term.create({"name": "1", "date_from": "2026-03-02", "date_to": "2026-04-30"})
        for first, last in (
            ("2026-04-30", "2026-05-10"),
            ("2026-02-01", "2026-03-02"),
            ("2026-03-10", "2026-03-20"),
        ):
            with self.assertRaises(ValidationError, msg=first):
                Term.create({"name": "2", "date_from": first, "date_to": last})
        Term.create({"name": "2", "date_from": "2026-05-01", "date_to": "2026-05-10"})

    def test_menus_open(self):
        """Each menu of the reports opens, with the views that it names."""
        manager = new_test_user(
            self.env,
            "report_manager",
            groups="helpdesk_mgmt.group_helpdesk_manager,"
            "school_asset_management.group_asset_user",
        )
        parent = self.env.ref("helpdesk_mgmt.helpdesk_ticket_reporting_menu")
        menus = self.env["ir.ui.menu"].search([("id", "child_of", parent.id)])
        actions = [
            menu.action
            for menu in menus
            if menu.action and menu.action._name == "ir.actions.act_window"
        ]
        self.assertGreaterEqual(len(actions), 11)
        for action in actions:
            Model = self.env[action.res_model].with_user(manager)
            views = Model.get_views(action.views, {"toolbar": True})
            self.assertIn("search", {**views["views"], "search": True})
            for kind in ("pivot", "graph", "list"):
                if kind in dict((k, v) for v, k in action.views):
                    self.assertIn(kind, views["views"], action.name)
