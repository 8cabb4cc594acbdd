"""The demo data loads, sends no mail, and fills every view."""

from datetime import timedelta

from odoo import fields
from odoo.modules.module import Manifest
from odoo.tests import TransactionCase, tagged
from odoo.tools.convert import convert_file

from ..hooks import name_demo_lines

MODULE = "school_asset_helpdesk_bridge"


@tagged("post_install", "-at_install")
class TestDemo(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, install_mode=True))
        cls.mails_before = cls.env["mail.mail"].search_count([])
        cls.last_ticket = cls.env["helpdesk.ticket"].search(
            [], order="id desc", limit=1
        )
        module = cls.env["ir.module.module"].search([("name", "=", MODULE)])
        if module.demo:
            # demo data is already loaded: check all tickets
            cls.last_ticket = cls.env["helpdesk.ticket"]
        else:
            # create_date can only be set while an addon is being loaded
            cls.classPatch(cls.registry, "ready", False)
            for name in Manifest.for_addon(MODULE)["demo"]:
                convert_file(cls.env, MODULE, name, {}, mode="init", noupdate=True)
            cls.registry.ready = True
        cls.tickets = cls.env["helpdesk.ticket"].search(
            [("id", ">", cls.last_ticket.id or 0)]
        )

    def _ref(self, name):
        return self.env.ref(f"{MODULE}.{name}")

    def test_loading_the_demo_again_adds_no_lines(self):
        lines = ("asset.assignment.line", "asset.student.line")
        counts = [self.env[model].search_count([]) for model in lines]
        self.assertGreater(min(counts), 3)
        for _again in range(2):
            self._load_lines()
            self.assertEqual(
                [self.env[model].search_count([]) for model in lines], counts
            )

    def test_lines_of_an_older_version_get_names(self):
        lines = ("asset.assignment.line", "asset.student.line")
        data = self.env["ir.model.data"].search(
            [("module", "=", MODULE), ("model", "in", lines)]
        )
        self.assertGreater(len(data), 7)
        counts = [self.env[model].search_count([]) for model in lines]
        data.unlink()
        name_demo_lines(self.env)
        self._load_lines()
        self.assertEqual([self.env[model].search_count([]) for model in lines], counts)

    def _load_lines(self):
        """Load the demo files of assignments as an installation does."""
        names = [
            name
            for name in Manifest.for_addon(MODULE)["demo"]
            if name.endswith((".assignment.csv", ".line.csv"))
        ]
        self.assertEqual(len(names), 4)
        for name in names:
            convert_file(self.env, MODULE, name, {}, mode="init", noupdate=True)

    def test_the_manager_exports(self):
        manager = self._ref("demo_user_manager")
        tickets = self.tickets[:3].with_user(manager)
        self.assertEqual(len(tickets.export_data(["number", "name"])["datas"]), 3)

    def test_people(self):
        users = self.env["res.users"].search(
            [("login", "=like", "t%"), ("email", "=like", "%@school.example")]
        )
        portal = users.filtered("share")
        self.assertEqual(len(portal), 12)
        self.assertEqual(len(users - portal), 4)
        self.assertTrue(
            self._ref("demo_user_manager").has_group(
                "helpdesk_mgmt.group_helpdesk_manager"
            )
        )
        for login in ("manager", "technician", "teacher", "student"):
            with self.subTest(login):
                user = self._ref(f"demo_user_{login}")
                credential = {"type": "password", "password": f"{login}-demo"}
                self.assertTrue(
                    user.with_user(user)._check_credentials(
                        credential, {"interactive": True}
                    )
                )

    def test_assets(self):
        prefix = self.env["ir.model.data"].search(
            [("module", "=", MODULE), ("model", "=", "asset.asset")]
        )
        assets = self.env["asset.asset"].browse(prefix.mapped("res_id"))
        self.assertEqual(len(assets), 150)
        self.assertEqual(len(set(assets.mapped("model"))), 12)
        self.assertEqual(len(set(assets.mapped("serial_number"))), 150)
        self.assertEqual(set(assets.mapped("warranty_status")), {"active", "expired"})
        self.assertTrue(any(assets.mapped("is_warranty_expiring_soon")))
        self.assertGreater(len(assets.custodian_id), 12)
        rooms = self._ref("demo_campus")
        self.assertEqual(
            self.env["asset.location"].search_count(
                [("location_type", "=", "room"), ("id", "child_of", rooms.id)]
            ),
            20,
        )

    def test_number_of_records(self):
        """The demo school has the size that the README states."""

        def count(model, domain):
            ids = self.env["ir.model.data"].search(
                [
                    ("module", "=", MODULE),
                    ("model", "=", model),
                    ("name", "=like", "demo\\_%"),
                ]
            )
            return self.env[model].search_count(
                [("id", "in", ids.mapped("res_id")), *domain]
            )

        for size, model, domain in (
            (3, "asset.location", [("location_type", "=", "building")]),
            (20, "asset.location", [("location_type", "=", "room")]),
            (150, "asset.asset", []),
            (4, "res.users", [("login", "=like", "technician%")]),
            (12, "res.users", [("login", "=like", "teacher%"), ("share", "=", True)]),
            (15, "res.users", [("login", "=like", "student%"), ("share", "=", True)]),
            (1, "res.users", [("login", "=", "manager")]),
        ):
            with self.subTest(model=model, domain=domain):
                self.assertEqual(count(model, domain), size)
        by_status = dict(
            self.env["helpdesk.ticket"]._read_group(
                [("id", "in", self.tickets.ids)], ["status_category"], ["__count"]
            )
        )
        self.assertEqual(
            set(by_status), {"open", "waiting", "resolved", "closed", "cancelled"}
        )
        self.assertGreaterEqual(min(by_status.values()), 3)

    def test_tickets_cover_all_values(self):
        tickets = self.tickets
        self.assertGreater(len(tickets), 100)
        self.assertEqual(
            set(tickets.stage_id),
            {
                self._ref(f"stage_{name}")
                for name in (
                    "new",
                    "open",
                    "in_progress",
                    "pending",
                    "resolved",
                    "closed",
                    "cancelled",
                )
            },
        )
        self.assertEqual(len(tickets.category_id), 32)
        self.assertEqual(len(tickets.type_id), 5)
        self.assertEqual(len(tickets.channel_id), 4)
        self.assertEqual(set(tickets.mapped("priority")), {"0", "1", "2", "3"})
        self.assertTrue(tickets.merged_into_id)
        self.assertGreater(len(tickets.asset_id), 30)
        self.assertGreater(len(tickets.damage_case_ids), 6)
        self.assertTrue(tickets.related_ticket_ids)
        self.assertTrue(tickets.submitter_id)
        self.assertTrue(tickets.activity_ids)
        self.assertTrue(tickets.timesheet_ids)
        self.assertTrue(tickets.rating_ids.filtered("consumed"))
        self.assertTrue(tickets.filtered(lambda ticket: not ticket.user_id))
        states = set(tickets.ticket_sla_ids.mapped("state"))
        self.assertEqual(
            states, {"in_progress", "on_hold", "accomplished", "expired", "void"}
        )

    def test_dates_are_in_order(self):
        now = fields.Datetime.now()
        for ticket in self.tickets:
            with self.subTest(ticket.display_name):
                dates = [
                    date
                    for date in (
                        ticket.create_date,
                        ticket.first_response_date,
                        ticket.resolved_date,
                        ticket.closed_date,
                        now,
                    )
                    if date
                ]
                self.assertEqual(dates, sorted(dates))
        self.assertLess(
            min(self.tickets.mapped("create_date")), now - timedelta(days=80)
        )

    def test_no_mail_is_sent(self):
        self.assertEqual(self.env["mail.mail"].search_count([]), self.mails_before)
        self.assertFalse(self.tickets.message_ids.notification_ids)

    def test_ticket_action_is_deleted(self):
        self.assertFalse(
            self.env.ref(f"{MODULE}.demo_action_tickets", raise_if_not_found=False)
        )

    def test_queue(self):
        """The queue has something to show in each of its columns and filters."""
        working = self.tickets.filtered(
            lambda ticket: ticket.status_category in ("open", "waiting")
        )
        self.assertEqual(set(working.mapped("awaiting")), {"desk", "requester", False})
        # the demo data may be older than this test
        loaded = self._ref("demo_user_technician").create_date
        due = [ticket.next_due for ticket in working if ticket.next_due]
        late = [moment for moment in due if moment < loaded]
        self.assertIn(len(late), (1, 2))
        self.assertGreater(len(due), 8)
        self.assertGreater(min(due), loaded - timedelta(days=30))
        for name in (
            "asset_location",
            "asset_building",
            "asset_category",
            "asset_model",
            "next_due",
            "requester_group",
            "unanswered_since",
        ):
            self.assertTrue(any(ticket[name] for ticket in working), name)
        self.assertGreater(len(working.asset_building), 1)
        ended = self.tickets - working
        self.assertFalse(any(ended.mapped("awaiting")))
