"""Devices with tickets cannot be deleted."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import BridgeCommon


@tagged("post_install", "-at_install")
class TestUsedAssets(BridgeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        category = cls.env["asset.category"].create({"name": "Projectors"})
        cls.main, cls.also, cls.unused = cls.env["asset.asset"].create(
            [
                {"asset_code": f"USED-{number}", "category_id": category.id}
                for number in range(3)
            ]
        )
        cls.ticket = cls.env["helpdesk.ticket"].create(
            {
                "name": "Dark",
                "description": "<p>Dark</p>",
                "team_id": cls.team.id,
                "asset_id": cls.main.id,
                "asset_link_ids": [(0, 0, {"asset_id": cls.also.id})],
            }
        )

    def test_devices_with_tickets_are_kept(self):
        for assets in (self.main, self.also, self.main | self.also | self.unused):
            with (
                self.subTest(assets.mapped("asset_code")),
                self.assertRaisesRegex(UserError, "Archive it instead"),
            ):
                assets.unlink()
        self.assertEqual(self.ticket.asset_id, self.main)
        self.assertEqual(self.ticket.asset_link_ids.asset_id, self.main | self.also)

    def test_other_devices_can_be_deleted(self):
        self.unused.unlink()
        self.assertFalse(self.unused.exists())
