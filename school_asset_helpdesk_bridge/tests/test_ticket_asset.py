"""Devices on tickets and tickets on devices."""

from psycopg2 import IntegrityError

from odoo import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import BridgeCommon


@tagged("post_install", "-at_install")
class TestTicketAsset(BridgeCommon):
    def test_main_device_creates_its_link(self):
        ticket = self._create_ticket(user=self.agent, asset_id=self.asset.id)
        self.assertRecordValues(
            ticket.asset_link_ids, [{"asset_id": self.asset.id, "role": "primary"}]
        )
        ticket.asset_id = self.asset_2
        self.assertEqual(ticket.asset_link_ids.asset_id.ids, self.asset_2.ids)
        ticket.asset_id = False
        self.assertFalse(ticket.asset_link_ids)

    def test_links_set_the_main_device(self):
        ticket = self._create_ticket(
            asset_link_ids=[
                Command.create({"asset_id": self.asset.id, "role": "affected"}),
                Command.create({"asset_id": self.asset_2.id, "role": "primary"}),
            ]
        )
        self.assertEqual(ticket.asset_id, self.asset_2)
        self.assertEqual(ticket.asset_code, "TST-002")
        # another device of the ticket becomes the main device: both stay
        ticket.asset_id = self.asset
        self.assertEqual(
            {link.asset_id: link.role for link in ticket.asset_link_ids},
            {self.asset: "primary", self.asset_2: "affected"},
        )
        links = ticket.asset_link_ids
        links.filtered(lambda link: link.role == "affected").role = "primary"
        self.assertEqual(ticket.asset_id, self.asset_2)

    @mute_logger("odoo.sql_db")
    def test_device_only_once_per_ticket(self):
        ticket = self._create_ticket(asset_id=self.asset.id)
        with self.assertRaises(IntegrityError):
            self.env["helpdesk.ticket.asset.link"].create(
                {"ticket_id": ticket.id, "asset_id": self.asset.id}
            )

    @mute_logger("odoo.sql_db")
    def test_only_one_main_device(self):
        ticket = self._create_ticket()
        with self.assertRaises(IntegrityError):
            self.env["helpdesk.ticket.asset.link"].create(
                [
                    {"ticket_id": ticket.id, "asset_id": asset.id, "role": "primary"}
                    for asset in self.asset | self.asset_2
                ]
            )

    def test_copied_ticket_has_no_device(self):
        ticket = self._create_ticket(asset_id=self.asset.id)
        self.assertFalse(ticket.copy().asset_link_ids)

    def test_fill_empty_title_and_description(self):
        Ticket = self.env["helpdesk.ticket"].with_user(self.agent)
        with Form(Ticket) as form:
            form.asset_id = self.asset
            self.assertEqual(form.name, "Issue with TST-001")
            self.assertIn("Room 204", str(form.description))
            form.team_id = self.team
        self.assertEqual(form.record.asset_link_ids.asset_id, self.asset)
        created = Ticket.create({"asset_id": self.asset.id, "team_id": self.team.id})
        self.assertEqual(created.name, "Issue with TST-001")
        self.assertIn("Testar TX-06", created.description)

    def test_keep_title_and_description(self):
        with Form(self.env["helpdesk.ticket"].with_user(self.agent)) as form:
            form.name = "Dark"
            form.description = "<p>Very</p>"
            form.asset_id = self.asset
            self.assertEqual(form.name, "Dark")
            self.assertEqual(str(form.description), "<p>Very</p>")

    def test_tickets_of_the_asset(self):
        ticket = self._create_ticket(asset_id=self.asset.id)
        done = self._create_ticket(asset_id=self.asset.id)
        self._move(done, "closed")
        cart = self._create_ticket(
            asset_link_ids=[Command.create({"asset_id": self.asset.id})]
        )
        other = self._create_ticket(asset_id=self.asset_2.id)
        self.assertEqual(self.asset.ticket_ids, ticket | done | cart)
        self.assertEqual(self.asset.ticket_count, 3)
        self.assertEqual(self.asset.open_ticket_count, 2)
        action = self.asset.action_view_tickets()
        found = self.env["helpdesk.ticket"].search(action["domain"])
        self.assertEqual(found, ticket | done | cart)
        self.assertEqual(action["context"]["default_asset_id"], self.asset.id)
        self.assertEqual(ticket.asset_other_ticket_count, 2)
        self.assertEqual(ticket.asset_other_open_count, 1)
        self.assertEqual(done.asset_other_open_count, 2)
        self.assertEqual(other.asset_other_ticket_count, 0)
        found = self.env["helpdesk.ticket"].search(
            ticket.action_view_asset_tickets()["domain"]
        )
        self.assertEqual(found, done | cart)

    def test_common_issues(self):
        no_picture, no_sound = self.env["helpdesk.ticket.category"].create(
            [{"name": "No picture"}, {"name": "No sound"}]
        )
        other_model = self._create_asset("OTH-1", brand="Testar", model="TX-07")
        other_category = self._create_asset(
            "LAP-1",
            model=False,
            category_id=self.env["asset.category"].create({"name": "Laptops"}).id,
        )
        for asset, category, count in [
            (self.asset, no_picture, 2),
            (self.asset_2, no_sound, 3),
            (other_model, no_sound, 1),
            (other_category, no_sound, 1),
        ]:
            for _number in range(count):
                self._create_ticket(asset_id=asset.id, category_id=category.id)
        void = self._create_ticket(asset_id=self.asset.id, category_id=no_sound.id)
        self._move(void, "cancelled")
        levels = self.asset._get_common_issues()[self.asset]
        self.assertEqual(
            [
                [(issue["name"], issue["count"]) for issue in level["issues"]]
                for level in levels
            ],
            [
                [("No picture", 2)],
                [("No sound", 3), ("No picture", 2)],
                [("No sound", 4), ("No picture", 2)],
            ],
        )
        self.assertEqual(len(other_category._get_common_issues()[other_category]), 2)
        ticket = self.asset.ticket_ids[:1].with_user(self.agent)
        self.assertIn("No picture", ticket.asset_common_issues)
        self.assertIn("Testar TX-06", self.asset.common_issues)

    def test_merge_moves_devices_and_cases(self):
        third = self._create_asset("TST-003")
        source = self._create_ticket(
            asset_link_ids=[
                Command.create({"asset_id": self.asset.id, "role": "primary"}),
                Command.create({"asset_id": self.asset_2.id, "note": "Lamp"}),
            ]
        )
        target = self._create_ticket(
            asset_link_ids=[
                Command.create({"asset_id": third.id, "role": "primary"}),
                Command.create({"asset_id": self.asset_2.id}),
            ]
        )
        source._open_damage_case(source.asset_id, {})
        case = source.damage_case_ids
        source.with_user(self.agent)._merge_into(target.with_user(self.agent))
        self.assertFalse(source.asset_link_ids)
        self.assertEqual(
            {link.asset_id: link.role for link in target.asset_link_ids},
            {third: "primary", self.asset: "affected", self.asset_2: "affected"},
        )
        links = target.asset_link_ids
        twin = links.filtered(lambda link: link.asset_id == self.asset_2)
        self.assertEqual(twin.note, "Lamp")
        self.assertEqual(case.ticket_id, target)

    def test_merge_moves_main_device(self):
        source = self._create_ticket(asset_id=self.asset.id)
        target = self._create_ticket()
        source.with_user(self.agent)._merge_into(target.with_user(self.agent))
        self.assertEqual(target.asset_id, self.asset)

    def test_follow_up_has_the_same_devices(self):
        ticket = self._create_ticket(
            asset_link_ids=[
                Command.create({"asset_id": self.asset.id, "role": "primary"}),
                Command.create(
                    {
                        "asset_id": self.asset_2.id,
                        "out_of_service": True,
                        "note": "Lamp",
                    }
                ),
            ]
        )
        self._move(ticket, "closed")
        # like the portal: the requester may post but not write
        ticket.with_user(self.student).sudo().message_post(
            body="It is back",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        follow_up = ticket.follow_up_id
        self.assertEqual(follow_up.asset_id, self.asset)
        self.assertEqual(
            {link.asset_id: link.role for link in follow_up.asset_link_ids},
            {self.asset: "primary", self.asset_2: "affected"},
        )
        # an agent must decide again whether a device is usable
        self.assertFalse(any(follow_up.asset_link_ids.mapped("out_of_service")))
        self.assertEqual(self.asset_2.status, "available")
        self.assertEqual(len(ticket.asset_link_ids), 2)

    def test_query_budget(self):
        """The number of queries does not depend on the number of records."""
        assets = self.env["asset.asset"].browse(
            [self._create_asset(f"BUD-{number}").id for number in range(40)]
        )
        tickets = self.env["helpdesk.ticket"].browse(
            [self._create_ticket(asset_id=asset.id).id for asset in assets]
        )
        ticket_fields = [
            "asset_id",
            "asset_code",
            "asset_name",
            "asset_location",
            "asset_custodian",
            "asset_other_ticket_count",
            "damage_case_summary",
            "asset_common_issues",
        ]
        asset_fields = ["ticket_ids", "ticket_count", "open_ticket_count"]

        def count(records, fields):
            self.env.invalidate_all()
            records = records.with_user(self.agent).sudo(records._name != tickets._name)
            start = self.cr.sql_log_count
            records.read(fields)
            return self.cr.sql_log_count - start

        for records, fields in [(tickets, ticket_fields), (assets, asset_fields)]:
            count(records, fields)
            few, many = count(records[:4], fields), count(records, fields)
            self.assertLessEqual(many, few + 2)
            self.assertLess(many, 45)
