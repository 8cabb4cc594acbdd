"""The asset's status follows its tickets and returns to the former status."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import BridgeCommon


@tagged("post_install", "-at_install")
class TestAssetStatus(BridgeCommon):
    def assertStatus(self, status, asset=None):
        self.assertEqual((asset or self.asset).status, status)

    def test_former_status_returns(self):
        for before in ("available", "assigned_teacher", "assigned_student"):
            for end in ("resolved", "closed", "cancelled"):
                with self.subTest(before=before, end=end):
                    asset = self._create_asset("X", status=before)
                    ticket = self._hold(asset)
                    self.assertStatus("maintenance", asset)
                    self._move(ticket, "waiting")
                    self.assertStatus("maintenance", asset)
                    self._move(ticket, end)
                    self.assertStatus(before, asset)
                    self.assertFalse(asset.status_before_ticket)

    def test_not_out_of_service(self):
        ticket = self._create_ticket(asset_id=self.asset.id)
        self.assertStatus("available")
        ticket.asset_link_ids.out_of_service = True
        self.assertStatus("maintenance")
        ticket.asset_link_ids.out_of_service = False
        self.assertStatus("available")

    def test_agent_without_access_to_assets(self):
        ticket = self._create_ticket(user=self.agent, asset_id=self.asset.id)
        ticket.asset_out_of_service = True
        self.assertStatus("maintenance")
        ticket.action_resolve()
        self.assertStatus("available")

    def test_two_tickets(self):
        self.asset.status = "assigned_teacher"
        first, second = self._hold(self.asset), self._hold(self.asset)
        self._move(first, "resolved")
        self.assertStatus("maintenance")
        self._move(second, "resolved")
        self.assertStatus("assigned_teacher")

    def test_two_tickets_resolved_together(self):
        tickets = self._hold(self.asset) | self._hold(self.asset)
        self._move(tickets, "resolved")
        self.assertStatus("available")

    def test_status_changed_by_hand(self):
        for by_hand in ("available", "assigned_student", "repair", "retired", "lost"):
            with self.subTest(by_hand=by_hand):
                asset = self._create_asset("X", status="assigned_teacher")
                ticket = self._hold(asset)
                asset.with_user(self.asset_user).status = by_hand
                self._move(ticket, "waiting")
                self.assertStatus(by_hand, asset)
                self._move(ticket, "resolved")
                self.assertStatus(by_hand, asset)

    def test_status_changed_by_hand_twice(self):
        ticket = self._hold(self.asset)
        self.asset.status = "available"
        self.asset.status = "maintenance"
        self._move(ticket, "resolved")
        self.assertStatus("maintenance")

    def test_new_hold_after_change_by_hand(self):
        first = self._hold(self.asset)
        self.asset.status = "assigned_student"
        second = self._hold(self.asset)
        self.assertStatus("maintenance")
        self._move(first | second, "resolved")
        self.assertStatus("assigned_student")

    def test_retired_or_lost(self):
        for gone in ("retired", "lost"):
            with self.subTest(gone=gone):
                asset = self._create_asset("X", status=gone)
                ticket = self._hold(asset)
                self.assertStatus(gone, asset)
                self._move(ticket, "resolved")
                self.assertStatus(gone, asset)

    def test_reopen(self):
        ticket = self._hold(self.asset)
        self._move(ticket, "resolved")
        self.asset.status = "assigned_teacher"
        self._move(ticket, "open")
        self.assertStatus("maintenance")
        self._move(ticket, "resolved")
        self.assertStatus("assigned_teacher")

    def test_ticket_deleted(self):
        ticket = self._hold(self.asset)
        ticket.unlink()
        self.assertStatus("available")

    def test_ticket_archived(self):
        ticket = self._hold(self.asset)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            ticket.active = False
        self.assertStatus("maintenance")
        self._move(ticket, "resolved")
        ticket.active = False
        self.assertStatus("available")
        self._move(ticket, "open")
        self.assertTrue(ticket.active)
        self.assertStatus("maintenance")

    def test_asset_archived(self):
        ticket = self._hold(self.asset)
        self.asset.active = False
        self.assertStatus("maintenance")
        self._move(ticket, "resolved")
        self.assertStatus("available")

    def test_other_device_chosen(self):
        ticket = self._hold(self.asset)
        ticket.asset_id = self.asset_2
        self.assertStatus("available")
        ticket.asset_link_ids.out_of_service = True
        ticket.asset_link_ids.asset_id = self.asset
        self.assertStatus("maintenance")
        self.assertStatus("available", self.asset_2)

    def test_merge(self):
        """The target takes over the hold without a status change in between."""
        source, target = self._hold(self.asset), self._create_ticket()
        source.with_user(self.agent)._merge_into(target.with_user(self.agent))
        self.assertEqual(source.status_category, "cancelled")
        self.assertStatus("maintenance")
        self._move(target, "resolved")
        self.assertStatus("available")

    def test_merge_same_asset(self):
        source = self._hold(self.asset)
        target = self._create_ticket(asset_id=self.asset.id)
        source._merge_assets(target)
        self.assertEqual(target.asset_link_ids.asset_id, self.asset)
        self.assertEqual(len(target.asset_link_ids), 1)
        self._move(source, "cancelled")
        self.assertStatus("maintenance")
        self._move(target, "resolved")
        self.assertStatus("available")

    def test_repair(self):
        self.asset.status = "assigned_teacher"
        ticket = self._hold(self.asset)
        ticket._open_damage_case(ticket.asset_id, {})
        case = ticket.damage_case_ids
        case.write({"status": "approved"})
        self.assertStatus("maintenance")
        case.action_send_to_repair()
        self.assertStatus("repair")
        case.action_receive_from_repair()
        self.assertStatus("maintenance")
        case.with_context(asset_close_no_offer=True).action_close_case()
        self._move(ticket, "resolved")
        self.assertStatus("assigned_teacher")

    def test_resolved_while_in_repair(self):
        self.asset.status = "assigned_teacher"
        ticket = self._hold(self.asset)
        ticket._open_damage_case(ticket.asset_id, {})
        ticket.damage_case_ids.action_send_to_repair()
        self._move(ticket, "resolved")
        self.assertStatus("assigned_teacher")

    def test_repair_of_a_case_without_ticket(self):
        """A damage case counts even if it does not belong to the ticket."""
        case = self.env["asset.damage.case"].create(
            {
                "asset_id": self.asset.id,
                "damage_source": "manual",
                "damage_description": "Lens",
            }
        )
        ticket = self._hold(self.asset)
        self.assertStatus("maintenance")
        case.action_send_to_repair()
        self.assertStatus("repair")
        case.action_receive_from_repair()
        self.assertStatus("maintenance")
        self._move(ticket, "resolved")
        self.assertStatus("available")

    def test_repair_before_the_ticket(self):
        self.asset.status = "repair"
        ticket = self._hold(self.asset)
        self.assertStatus("repair")
        self._move(ticket, "resolved")
        self.assertStatus("repair")

    def _merge(self, source, target):
        source.with_user(self.agent)._merge_into(target.with_user(self.agent))

    def test_merge_in_repair(self):
        source, target = self._hold(self.asset), self._create_ticket()
        source._open_damage_case(source.asset_id, {})
        source.damage_case_ids.action_send_to_repair()
        self._merge(source, target)
        self.assertStatus("repair")
        target.damage_case_ids.action_receive_from_repair()
        self.assertStatus("maintenance")
        self._move(target, "resolved")
        self.assertStatus("available")

    def test_merge_into_ticket_in_repair(self):
        for held in (False, True):
            with self.subTest(held=held):
                asset = self._create_asset("X", status="assigned_teacher")
                source = self._hold(asset)
                target = self._create_ticket(asset_id=asset.id)
                target.asset_link_ids.out_of_service = held
                target._open_damage_case(target.asset_id, {})
                target.damage_case_ids.action_send_to_repair()
                self.assertStatus("repair", asset)
                self._merge(source, target)
                self.assertStatus("repair", asset)
                self._move(target, "resolved")
                self.assertStatus("assigned_teacher", asset)

    def test_merge_after_change_by_hand(self):
        for known in (False, True):
            with self.subTest(known=known):
                asset = self._create_asset("X")
                source = self._hold(asset)
                target = self._create_ticket(asset_id=known and asset.id)
                asset.with_user(self.asset_user).status = "assigned_student"
                self._merge(source, target)
                self.assertStatus("assigned_student", asset)
                self._move(target, "resolved")
                self.assertStatus("assigned_student", asset)

    def test_merge_resolved_ticket(self):
        for known in (False, True):
            with self.subTest(known=known):
                asset = self._create_asset("X", status="assigned_teacher")
                source = self._hold(asset)
                target = self._create_ticket(asset_id=known and asset.id)
                self._move(source, "resolved")
                self._merge(source, target)
                self.assertStatus("assigned_teacher", asset)
                self.assertFalse(target.asset_link_ids.out_of_service)

    def test_merge_into_resolved_ticket(self):
        for known in (False, True):
            with self.subTest(known=known):
                asset = self._create_asset("X", status="assigned_teacher")
                source = self._hold(asset)
                target = self._create_ticket(asset_id=known and asset.id)
                self._move(target, "resolved")
                self._merge(source, target)
                # open work reopens the target, so the device stays out of service
                self.assertEqual(target.status_category, "open")
                self.assertStatus("maintenance", asset)
                self._move(target, "resolved")
                self.assertStatus("assigned_teacher", asset)

    def test_stage_gets_another_status_category(self):
        self.asset.status = "assigned_teacher"
        ticket = self._hold(self.asset)
        self._move(ticket, "waiting")
        stage = self.stages["waiting"]
        stage.status_category = "resolved"
        self.assertStatus("assigned_teacher")
        stage.status_category = "open"
        self.assertStatus("maintenance")
        stage.status_category = "waiting"
        self.assertStatus("maintenance")
        self.asset.with_user(self.asset_user).status = "assigned_student"
        stage.status_category = "resolved"
        self.assertStatus("assigned_student")
