"""Holds on assets are stored, and only the synchronization changes them."""

from odoo import Command, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.modules.migration import load_script
from odoo.orm.model_classes import add_to_registry
from odoo.tests import tagged
from odoo.tools import file_path, mute_logger

from .common import BridgeCommon


@tagged("post_install", "-at_install")
class TestAssetHold(BridgeCommon):
    def test_hold_is_stored_on_the_link(self):
        ticket = self._create_ticket(asset_id=self.asset.id)
        link = ticket.asset_link_ids
        self.assertFalse(link.is_holding)
        link.out_of_service = True
        self.assertTrue(link.is_holding)
        for category, is_holding in (
            ("waiting", True),
            ("resolved", False),
            ("open", True),
            ("cancelled", False),
        ):
            self._move(ticket, category)
            self.assertEqual(link.is_holding, is_holding, category)

    def test_new_ticket_holds_its_device(self):
        ticket = self._create_ticket(
            asset_link_ids=[
                Command.create({"asset_id": self.asset.id, "out_of_service": True})
            ]
        )
        self.assertTrue(ticket.asset_link_ids.is_holding)
        self.assertEqual(self.asset.status, "maintenance")

    def test_new_device_gets_a_new_hold(self):
        link = self._hold(self.asset).asset_link_ids
        self.asset.with_user(self.asset_user).status = "assigned_student"
        self.assertTrue(link.is_holding)
        link.asset_id = self.asset_2
        self.assertTrue(link.is_holding)
        self.assertEqual(self.asset.status, "assigned_student")
        self.assertEqual(self.asset_2.status, "maintenance")

    def test_lost_and_found_by_hand(self):
        """Without a remembered status, holds do not change a lost and found device."""
        ticket = self._hold(self.asset)
        self.asset.with_user(self.asset_user).status = "lost"
        self.asset.with_user(self.asset_user).status = "available"
        self.asset._sync_holds()
        self.assertEqual(self.asset.status, "available")
        self._move(ticket, "waiting")
        self.assertEqual(self.asset.status, "available")

    def test_users_cannot_write_is_holding(self):
        ticket = self._create_ticket(user=self.agent, asset_id=self.asset.id)
        link = ticket.asset_link_ids
        with self.assertRaises(AccessError):
            link.write({"is_holding": True})
        with self.assertRaises(AccessError):
            ticket.write(
                {"asset_link_ids": [Command.update(link.id, {"is_holding": True})]}
            )
        Link = link.browse().with_context(default_is_holding=True)
        for vals in ({}, {"is_holding": True}):
            other = self._create_ticket(user=self.agent)
            created = Link.create(
                {"ticket_id": other.id, "asset_id": self.asset.id, **vals}
            )
            self.assertFalse(created.is_holding)
        self.assertFalse(link.is_holding)
        self.assertEqual(self.asset.status, "available")
        copied = self._hold(self.asset).asset_link_ids.copy(
            {"ticket_id": ticket.id, "asset_id": self.asset_2.id}
        )
        self.assertTrue(copied.is_holding)
        self.assertEqual(self.asset_2.status, "maintenance")

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_no_hold_on_a_hidden_ticket(self):
        """The access right on the ticket is checked before a device is held."""
        ticket = self._create_ticket(user_id=self.agent.id, asset_id=self.asset.id)
        Link = self.env["helpdesk.ticket.asset.link"].with_user(self.own_agent)
        vals = {"asset_id": self.asset_2.id, "out_of_service": True}
        with self.assertRaises(AccessError):
            Link.create({**vals, "ticket_id": ticket.id})
        with self.assertRaises(AccessError):
            Link.with_context(default_ticket_id=ticket.id).create(vals)
        with self.assertRaises(AccessError):
            ticket.asset_link_ids.with_user(self.own_agent).write(vals)
        self.assertEqual(self.asset_2.status, "available")

    def test_sync_action_after_sql_import(self):
        """The asset managers' action corrects the status after an import by SQL."""
        ticket = self._create_ticket(asset_id=self.asset.id)
        link = ticket.asset_link_ids
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE helpdesk_ticket_asset_link SET out_of_service = TRUE,"
            " is_holding = NULL WHERE id = %s",
            [link.id],
        )
        self.env.invalidate_all()
        manager = self.asset_user
        action = self.env.ref(
            "school_asset_helpdesk_bridge.asset_asset_action_sync_holds"
        ).with_context(active_model="asset.asset", active_ids=self.asset.ids)
        with self.assertRaises(AccessError):
            action.with_user(self.agent).run()
        manager.group_ids += self.env.ref("school_asset_management.group_asset_manager")
        for _twice in range(2):
            action.with_user(manager).run()
            self.assertTrue(link.is_holding)
            self.assertEqual(self.asset.status, "maintenance")
            self.assertEqual(self.asset.status_before_ticket, "available")
        with self.assertRaises(AccessError):
            self.asset.with_user(self.agent).action_sync_holds()

    def test_migration_keeps_holds(self):
        """The migration stores existing holds; no hold begins and no status changes."""
        held, by_hand = self._hold(self.asset), self._hold(self.asset_2)
        self.asset_2.with_user(self.asset_user).status = "assigned_student"
        archived = self._hold(self._create_asset("TST-003"))
        # a ticket that was archived while it was open, before this was refused
        archived.flush_recordset()
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET active = FALSE WHERE id = %s", (archived.id,)
        )
        archived.invalidate_recordset()
        archived._on_active_changed(archived)
        done = self._hold(self._create_asset("TST-004"))
        self._move(done, "resolved")
        links = (held | by_hand | archived | done).asset_link_ids
        assets = links.asset_id
        before = assets.read(["status", "status_before_ticket"])
        self.env.flush_all()
        self.env.cr.execute("UPDATE helpdesk_ticket_asset_link SET is_holding = NULL")
        path = file_path(
            "school_asset_helpdesk_bridge/migrations/19.0.1.3.0/pre-migration.py"
        )
        load_script(path, "pre-migration").migrate(self.env.cr, "19.0.1.2.0")
        self.env.invalidate_all()
        self.assertEqual(links.filtered("is_holding"), (held | by_hand).asset_link_ids)
        assets._sync_holds()
        self.assertEqual(assets.read(["status", "status_before_ticket"]), before)

    def test_index_of_holds(self):
        self.env.cr.execute(
            "SELECT indexdef FROM pg_indexes"
            " WHERE tablename = 'helpdesk_ticket_asset_link'"
            " AND indexdef LIKE '%(asset_id) WHERE (is_holding IS TRUE)'"
        )
        self.assertEqual(self.env.cr.rowcount, 1)

    def test_query_count_is_constant(self):
        """The synchronization of thirty devices takes as many queries as of three."""
        counts = []
        for number in (3, 30):
            assets = self.env["asset.asset"].union(
                *(self._create_asset(f"CART-{n}") for n in range(number))
            )
            ticket = self._create_ticket(
                asset_link_ids=[
                    Command.create({"asset_id": asset.id, "out_of_service": True})
                    for asset in assets
                ]
            )
            self.assertEqual(set(assets.mapped("status")), {"maintenance"})
            self.env.flush_all()
            self.env.invalidate_all()
            ticket.status_category, assets.mapped("status")
            start = self.env.cr.sql_log_count
            ticket._sync_assets()
            assets._sync_holds()
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(*counts)


@tagged("post_install", "-at_install")
class TestOtherHolder(BridgeCommon):
    """A model of another addon can hold assets by only inheriting the mixin."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()

        class AssetHoldTestRun(models.Model):
            _name = "asset.hold.test.run"
            _description = "Maintenance Run of a Test"
            _inherit = ["asset.hold.mixin"]
            _module = None

            is_running = fields.Boolean()

            def _get_hold_domain(self):
                return Domain("is_running", "=", True)

        name = AssetHoldTestRun._name
        add_to_registry(cls.registry, AssetHoldTestRun)
        cls.addClassCleanup(cls.registry._setup_models__, cls.env.cr, [])
        cls.addClassCleanup(cls.registry.__delitem__, name)
        cls.registry._setup_models__(cls.env.cr, [name])
        cls.registry.init_models(
            cls.env.cr, [name], {"module": "school_asset_helpdesk_bridge"}
        )
        cls.Run = cls.env[name]

    def _run(self, **values):
        return self.Run.create({"asset_id": self.asset.id, **values})

    def test_run_holds(self):
        self.asset.status = "assigned_teacher"
        run = self._run()
        self.assertEqual(self.asset.status, "assigned_teacher")
        run.is_running = True
        self.assertTrue(run.is_holding)
        self.assertEqual(self.asset.status, "maintenance")
        run.asset_id = self.asset_2
        self.assertEqual(self.asset.status, "assigned_teacher")
        self.assertEqual(self.asset_2.status, "maintenance")
        run.unlink()
        self.assertEqual(self.asset_2.status, "available")

    def test_run_and_ticket(self):
        self.asset.status = "assigned_teacher"
        run, ticket = self._run(is_running=True), self._hold(self.asset)
        self._move(ticket, "resolved")
        self.assertEqual(self.asset.status, "maintenance")
        self._move(ticket, "open")
        run.is_running = False
        self.assertEqual(self.asset.status, "maintenance")
        self._move(ticket, "closed")
        self.assertEqual(self.asset.status, "assigned_teacher")

    def test_run_takes_over_a_hold(self):
        """No new hold begins, so a status that was changed by hand stays."""
        for by_hand in (False, "assigned_student"):
            with self.subTest(by_hand=by_hand):
                asset = self._create_asset("TST-009")
                ticket = self._hold(asset)
                if by_hand:
                    asset.with_user(self.asset_user).status = by_hand
                run = self._run(asset_id=asset.id)
                run._take_over_hold(ticket.asset_link_ids)
                run.is_running = True
                self._move(ticket, "resolved")
                self.assertEqual(asset.status, by_hand or "maintenance")
                run.is_running = False
                self.assertEqual(asset.status, by_hand or "available")
