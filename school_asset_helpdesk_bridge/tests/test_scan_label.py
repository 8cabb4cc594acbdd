"""Scanning inside Odoo: access, the texts that find a device, and the actions."""

from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.school_helpdesk_base.tests.script_common import ScriptCase

from .common import BridgeCommon

UNKNOWN = (
    "",
    " ",
    "AAAAAAAAAAAAAAAAAAAAAA",
    "TST-001",
    "https://school.example/helpdesk/scan/",
    "https://school.example/helpdesk/scan/AAAAAAAAAAAAAAAAAAAAAA",
    "https://school.example/helpdesk/scan/../../web",
    "8850123456789",
    "%",
    None,
    False,
    12,
    ["a"],
    {"qr_token": "x"},
)


@tagged("post_install", "-at_install")
class TestScanLabel(BridgeCommon):
    def _assets(self, user=None):
        return self.env["asset.asset"].with_user(user or self.agent)

    def _label(self, asset=None):
        return f"https://it.school.example{(asset or self.asset)._qr_get_path()}"

    def test_address_path_or_token_finds_the_device(self):
        for label in (
            self._label(),
            f"  {self._label()}\r\n",
            f"{self._label()}?utm=x",
            f"{self._label()}#top",
            f"{self._label()}/",
            f"{self._label()}.",
            f"{self._label()}\N{ZERO WIDTH SPACE}",
            f"{self.asset.qr_token}/",
            f"http://old.example/th{self.asset._qr_get_path()}",
            self.asset._qr_get_path(),
            f" {self.asset.qr_token} ",
        ):
            with self.subTest(label):
                self.assertEqual(
                    self._assets().find_by_label(label),
                    {"id": self.asset.id, "display_name": "TST-001"},
                )

    def test_other_texts_find_nothing(self):
        for label in UNKNOWN:
            with self.subTest(label=label):
                # exactly False: the client treats other values as found
                self.assertIs(self._assets().find_by_label(label), False)
                self.assertIs(self._assets().action_tickets_of_label(label), False)
                self.assertIs(
                    self._assets(self.asset_user).action_device_of_label(label), False
                )

    def test_revoked_replaced_and_archived_labels_find_nothing(self):
        label = self._label()
        self.asset.action_qr_reissue()
        self.assertFalse(self._assets().find_by_label(label))
        label = self._label()
        self.asset.active = False
        self.assertFalse(self._assets().find_by_label(label))
        self.asset.active = True
        self.assertTrue(self._assets().find_by_label(label))
        self.asset.action_qr_revoke()
        self.assertFalse(self._assets().find_by_label(label))

    def test_only_agents_scan(self):
        public = self.env.ref("base.public_user")
        for user in (self.agent, self.own_agent):
            self.assertTrue(self._assets(user).find_by_label(self._label()))
        for user in (self.asset_user, self.teacher, self.student, public):
            for method in ("find_by_label", "action_tickets_of_label"):
                with self.subTest(user.login, method=method):
                    with self.assertRaises(AccessError):
                        getattr(self._assets(user), method)(self._label())
                    # an invalid label gets the same error
                    with self.assertRaises(AccessError):
                        getattr(self._assets(user), method)(UNKNOWN[2])

    def test_device_opens_only_for_asset_users(self):
        action = self._assets(self.asset_user).action_device_of_label(self._label())
        self.assertEqual(action["res_id"], self.asset.id)
        for user in (self.agent, self.teacher, self.student):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._assets(user).action_device_of_label(self._label())

    def test_without_open_ticket_a_new_one_opens(self):
        self._move(self._create_ticket(asset_id=self.asset.id), "resolved")
        action = self._assets().action_tickets_of_label(self._label())
        self.assertEqual(action["views"], [(False, "form")])
        self.assertEqual(action["target"], "new")
        form = Form(
            self.env["helpdesk.ticket"]
            .with_user(self.agent)
            .with_context(**action["context"])
        )
        self.assertEqual(form.asset_id, self.asset)
        self.assertEqual(form.name, "Issue with TST-001")

    def test_open_tickets_are_listed_and_new_ones_prefilled(self):
        mine = self._create_ticket(asset_id=self.asset.id)
        self._create_ticket(asset_id=self.asset_2.id)
        action = self._assets().action_tickets_of_label(self._label())
        Ticket = self.env["helpdesk.ticket"].with_user(self.agent)
        self.assertEqual(Ticket.search(action["domain"]), mine)
        self.assertIn("TST-001", action["name"])
        form = Form(Ticket.with_context(**action["context"]))
        self.assertEqual(form.asset_id, self.asset)

    def test_unreadable_tickets_do_not_count(self):
        other = new_test_user(
            self.env, "scan_other", groups="helpdesk_mgmt.group_helpdesk_user_own"
        )
        self._create_ticket(asset_id=self.asset.id, user_id=self.agent.id)
        action = self._assets(other).action_tickets_of_label(self._label())
        self.assertEqual(action["views"], [(False, "form")])

    def test_scan_button_in_list_and_kanban(self):
        Ticket = self.env["helpdesk.ticket"].with_user(self.agent)
        for kind in ("list", "kanban"):
            with self.subTest(kind):
                arch = Ticket.get_view(view_type=kind)["arch"]
                self.assertIn('display="always"', arch)
                self.assertIn('title="Scan a device', arch)
        self.assertIn("scan_device", Ticket.get_view(view_type="form")["arch"])
        arch = self._assets(self.asset_user).get_view(view_type="list")["arch"]
        self.assertIn('title="Scan a device', arch)


@tagged("post_install", "-at_install")
class TestScripts(ScriptCase):
    def test_scripts(self):
        """Run the unit tests in static/tests."""
        self.run_hoot("school_asset_helpdesk_bridge")
