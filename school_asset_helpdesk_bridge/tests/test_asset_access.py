"""Which facts about assets agents, employees and requesters may read."""

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import BridgeCommon

FACTS = [
    "asset_id",
    "asset_code",
    "asset_name",
    "asset_model",
    "asset_category",
    "asset_location",
    "asset_building",
    "asset_location_reported",
    "asset_moved",
    "asset_custodian",
    "requester_group",
    "asset_status",
    "asset_warranty_status",
    "asset_warranty_end_date",
    "damage_case_summary",
    "asset_common_issues",
]


@tagged("post_install", "-at_install")
class TestAssetAccess(BridgeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._create_ticket(asset_id=cls.asset.id, user_id=cls.agent.id)
        cls.ticket_of_teacher = cls._create_ticket(
            asset_id=cls.asset.id, partner_id=cls.teacher.partner_id.id
        )

    def test_agent_reads_device_facts_on_ticket(self):
        [values] = self.ticket.with_user(self.agent).read(FACTS)
        self.assertEqual(values["asset_id"], (self.asset.id, "TST-001"))
        self.assertEqual(values["asset_code"], "TST-001")
        self.assertEqual(values["asset_model"], "Testar TX-06")
        self.assertEqual(values["asset_category"], (self.projectors.id, "Projectors"))
        self.assertEqual(values["asset_location"], (self.room.id, "Room 204"))
        self.assertEqual(values["asset_custodian"], (self.custodian.id, "Anong Srisuk"))
        self.assertEqual(values["asset_status"], "Available")
        self.assertEqual(values["asset_warranty_status"], "active")
        # the form view reads the device with web_read
        [values] = self.ticket.with_user(self.agent).web_read(
            {"asset_id": {"fields": {"display_name": {}}}}
        )
        self.assertEqual(values["asset_id"]["display_name"], "TST-001")

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_agent_cannot_read_assets(self):
        asset = self.asset.with_user(self.agent)
        for fields in (["asset_code"], ["purchase_cost"], ["status_before_ticket"]):
            with self.assertRaises(AccessError):
                asset.read(fields)
        with self.assertRaises(AccessError):
            asset.write({"status": "lost"})
        for model in ("asset.asset", "asset.damage.case"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.agent).search([])

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_agent_reads_names_of_rooms_and_categories_only(self):
        for record in (self.room, self.projectors):
            record = record.with_user(self.agent)
            self.assertIn(record.id, dict(record.name_search(record.name)))
            with self.assertRaises(AccessError):
                record.name = "Other"
        with self.assertRaises(AccessError):
            self.env["asset.location"].with_user(self.teacher).search([])

    def test_agent_chooses_a_device(self):
        Asset = self.env["asset.asset"].with_user(self.agent)
        self.assertEqual(Asset.name_search("TST-001"), [(self.asset.id, "TST-001")])
        # by model and room together
        self.assertEqual(len(Asset.name_search("TX-06 204")), 2)
        [found] = Asset.web_name_search("SN-TST-002", {"display_name": {}})
        self.assertEqual(found["id"], self.asset_2.id)
        self.assertIn("Room 204", found["__formatted_display_name"])
        ticket = self._create_ticket(user=self.agent)
        ticket.asset_id = self.asset_2.id
        self.assertEqual(ticket.asset_code, "TST-002")

    def test_asset_user_chooses_a_device(self):
        Asset = self.env["asset.asset"].with_user(self.asset_user)
        Picker = Asset.with_context(asset_picker=True)
        self.assertEqual(len(Picker.name_search("TX-06 204")), 2)
        self.assertFalse(Asset.name_search("TX-06 204"))

    def test_name_search_finds_what_is_typed(self):
        assets = {
            code: self._create_asset(code, name=name, serial_number=serial)
            for code, name, serial in (
                ("LAP_01", "Laptop", "S1"),
                ("LAPX01", "Laptop", "S2"),
                ("BAT-1", "Battery 100%", "S3"),
                ("BAT-2", "Battery 1000", "S4"),
                ("NAS-1", "Drive \\\\nas\\teachers", "S5"),
                ("NAS-2", "Drive nasteachers", "S6"),
                ("CAM-1", "น้ำยาทำความสะอาด", "S7"),
            )
        }
        ids = {asset.id: code for code, asset in assets.items()}
        for user in (self.agent, self.asset_user):
            Asset = (
                self.env["asset.asset"].with_user(user).with_context(asset_picker=True)
            )
            for typed, codes in (
                ("LAP_01", {"LAP_01"}),
                ("_", {"LAP_01"}),
                ("100%", {"BAT-1"}),
                ("%", {"BAT-1"}),
                ("\\", {"NAS-1"}),
                ("\\\\nas\\teachers", {"NAS-1"}),
                ("drive \\teach", {"NAS-1"}),
                ("น\u0e49\u0e4d\u0e32ยาทํา", {"CAM-1"}),
            ):
                with self.subTest(user=user.login, typed=typed):
                    found = {
                        ids[asset_id]
                        for asset_id, _name in Asset.name_search(typed)
                        if asset_id in ids
                    }
                    self.assertEqual(found, codes)

    def test_name_search_ignores_the_domain(self):
        """With a domain, an agent could find out the value of any field."""
        Asset = self.env["asset.asset"].with_user(self.agent)
        self.assertEqual(
            Asset.name_search("TST-001", [("purchase_cost", ">", 1000)]),
            Asset.name_search("TST-001", [("purchase_cost", "<", 1000)]),
        )

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_other_users_cannot_search_devices(self):
        for user in self.teacher, self.student:
            with self.assertRaises(AccessError):
                self.env["asset.asset"].with_user(user).name_search("TST")

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_requesters_cannot_read_devices(self):
        for user, ticket in [
            (self.student, self.ticket),
            (self.teacher, self.ticket_of_teacher),
        ]:
            ticket = ticket.with_user(user)
            self.assertTrue(ticket.read(["name"]))
            for field in [*FACTS, "asset_link_ids", "damage_case_ids"]:
                with self.subTest(user=user.login, field=field):
                    with self.assertRaises(AccessError):
                        ticket.read([field])
            with self.assertRaises(AccessError):
                ticket.write({"asset_id": self.asset_2.id})
            with self.assertRaises(AccessError):
                self.env["helpdesk.ticket.asset.link"].with_user(user).search([])

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_devices_only_of_readable_tickets(self):
        ticket = self.ticket.with_user(self.own_agent)
        with self.assertRaises(AccessError):
            ticket.read(["asset_custodian"])
        with self.assertRaises(AccessError):
            ticket.asset_link_ids.read(["asset_summary"])
        Link = self.env["helpdesk.ticket.asset.link"].with_user(self.own_agent)
        self.assertFalse(Link.search([("ticket_id", "=", self.ticket.id)]))
        with self.assertRaises(AccessError):
            Link.create({"ticket_id": self.ticket.id, "asset_id": self.asset_2.id})
        mine = self._create_ticket(user_id=self.own_agent.id, team_id=False)
        link = Link.create({"ticket_id": mine.id, "asset_id": self.asset_2.id})
        with self.assertRaises(AccessError):
            link.ticket_id = self.ticket
        self.assertEqual(link.read(["asset_summary"])[0]["id"], link.id)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_devices_change_only_on_writable_tickets(self):
        """An agent who is only requester or submitter of a ticket may only read it."""
        Link = self.env["helpdesk.ticket.asset.link"].with_user(self.own_agent)
        for role in ("partner_id", "submitter_id"):
            ticket = self._create_ticket(
                asset_id=self.asset.id,
                user_id=self.agent.id,
                **{role: self.own_agent.partner_id.id},
            )
            link = ticket.asset_link_ids.with_user(self.own_agent)
            self.assertEqual(link.read(["role"])[0]["role"], "primary")
            for vals in ({"out_of_service": True}, {"note": "x"}, {"role": "affected"}):
                with self.subTest(role=role, vals=vals):
                    with self.assertRaises(AccessError):
                        link.write(vals)
            with self.assertRaises(AccessError):
                link.unlink()
            vals = {"asset_id": self.asset_2.id}
            with self.assertRaises(AccessError):
                Link.create({**vals, "ticket_id": ticket.id})
            with self.assertRaises(AccessError):
                Link.with_context(default_ticket_id=ticket.id).create(vals)
            self.assertEqual(ticket.asset_link_ids, link)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_ticket_rules_apply_to_devices(self):
        """A record rule that a school adds for tickets also protects their devices."""
        mine = self._create_ticket(asset_id=self.asset.id, user_id=self.own_agent.id)
        link = mine.asset_link_ids.with_user(self.own_agent)
        self.env["ir.rule"].create(
            {
                "name": "Urgent tickets are not changed",
                "model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "domain_force": [("priority", "!=", "3")],
                "perm_read": False,
            }
        )
        link.note = "Lamp"
        mine.priority = "3"
        with self.assertRaises(AccessError):
            link.note = "Cable"
        with self.assertRaises(AccessError):
            link.unlink()

    def test_updates_overwrite_record_rules(self):
        names = self.env["ir.model.data"].search(
            [
                ("module", "=", "school_asset_helpdesk_bridge"),
                ("model", "=", "ir.rule"),
            ]
        )
        self.assertIn("helpdesk_ticket_asset_link_rule_own", names.mapped("name"))
        self.assertFalse(any(names.mapped("noupdate")))

    def test_asset_user_counts_only_readable_tickets(self):
        self.assertEqual(self.asset.with_user(self.asset_user).ticket_count, 0)
        self.assertFalse(self.asset.with_user(self.asset_user).ticket_ids)
        mine = self._create_ticket(
            asset_id=self.asset.id, partner_id=self.asset_user.partner_id.id
        )
        self.env.invalidate_all()
        self.assertEqual(self.asset.with_user(self.asset_user).ticket_ids, mine)
        self.assertEqual(self.asset.with_user(self.asset_user).ticket_count, 1)

    def test_search_by_device_facts(self):
        Ticket = self.env["helpdesk.ticket"].with_user(self.agent)
        none = self._create_ticket()
        ours = Ticket.browse((self.ticket | self.ticket_of_teacher).ids)
        for domain in (
            [("asset_code", "ilike", "tst-001")],
            [("asset_location", "ilike", "204")],
            [("asset_location", "=", self.room.id)],
            [("asset_location", "child_of", self.room.ids)],
            [("asset_building", "=", self.room.id)],
            [("asset_category", "=", "Projectors")],
            [("asset_category", "child_of", "Projectors")],
            [("asset_model", "ilike", "tx-06")],
            [("asset_custodian", "ilike", "anong")],
            [("asset_custodian", "=", self.custodian.id)],
        ):
            self.assertEqual(Ticket.search([*domain, ("id", "in", ours.ids)]), ours)
            self.assertNotIn(none, Ticket.search(domain))
        self.assertIn(none, Ticket.search([("asset_location", "not ilike", "204")]))
        self.assertIn(none, Ticket.search([("asset_location", "=", False)]))
        self.assertTrue(Ticket.formatted_read_group([], ["asset_id"], ["__count"]))
