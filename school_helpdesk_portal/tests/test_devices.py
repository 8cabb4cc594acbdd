"""The page "My devices": only own devices and tickets; the query count is constant."""

from datetime import date

from freezegun import freeze_time
from lxml import html

from odoo.tests import tagged

from .common import PortalCase


@tagged("post_install", "-at_install")
class TestDevices(PortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kind = cls.env["asset.category"].create({"name": "Laptops"})
        cls.room = cls.env["asset.location"].create({"name": "Room 204"})
        cls.staff, cls.colleague = cls.env["hr.employee"].create(
            [
                {"name": user.name, "work_contact_id": user.partner_id.id}
                for user in (cls.teacher, cls.student)
            ]
        )

    @classmethod
    def _new_assets(cls, custodian, *codes, **values):
        return cls.env["asset.asset"].create(
            [
                {
                    "asset_code": code,
                    "name": f"Notebook {code}",
                    "brand": "Testar",
                    "model": "NB-9",
                    "category_id": cls.kind.id,
                    "location_id": cls.room.id,
                    "custodian_id": custodian.id,
                    **values,
                }
                for code in codes
            ]
        )

    def _devices(self, user=None):
        user = user or self.teacher
        self.authenticate(user.login, user.login)
        response = self.url_open("/my/devices")
        self.assertEqual(response.status_code, 200)
        return html.fromstring(response.content)

    def _text(self, node):
        return " ".join(node.text_content().split())

    def test_only_own_devices_are_shown(self):
        self._new_assets(self.staff, "MINE-1", "MINE-2")
        self._new_assets(self.colleague, "THEIRS-1")
        for user, mine, theirs in (
            (self.teacher, "MINE", "THEIRS"),
            (self.student, "THEIRS", "MINE"),
            (self.employee, "No device is registered for you", "-1"),
        ):
            with self.subTest(user=user.login):
                page = self._text(self._devices(user).find("body"))
                self.assertIn(mine, page)
                self.assertNotIn(theirs, page)

    def test_visitors_must_sign_in(self):
        response = self.url_open("/my/devices", allow_redirects=False)
        self.assertEqual(response.status_code, 303)
        self.assertIn("/web/login", response.headers["Location"])

    def test_facts_of_a_device(self):
        self._new_assets(self.staff, "MINE-1", warranty_end_date=date(2030, 3, 9))
        with freeze_time("2030-03-08"):
            [device] = self._devices().find_class("o_helpdesk_devices")[0]
        text = self._text(device)
        for said in (
            "Notebook MINE-1",
            "Testar NB-9",
            "Room 204",
            # 03/09 would be the third of September to others
            "Yes, until Mar 9, 2030",
        ):
            self.assertIn(said, text)

    def test_the_warranty_is_up_to_date(self):
        [asset] = self._new_assets(
            self.staff, "MINE-1", warranty_end_date=date(2030, 3, 9)
        )
        for today, said in (("2030-03-09", "Yes"), ("2030-03-10", "No")):
            with freeze_time(today):
                self.assertIn(said, asset._portal_get_warranty())
        asset.warranty_end_date = False
        self.assertEqual(asset._portal_get_warranty(), "No, not covered")
        self.env["res.lang"]._activate_lang("th_TH")
        thai = asset.with_context(lang="th_TH")
        self.assertEqual(thai._portal_get_warranty(), "ไม่อยู่ในประกัน")

    def test_only_own_tickets_are_shown(self):
        [asset] = self._new_assets(self.staff, "MINE-1")
        self._new_tickets(self.student, name="Of another", asset_id=asset.id)
        done = self._new_tickets(self.teacher, name="Done", asset_id=asset.id)
        done._set_status("resolved")
        self.assertFalse(self._devices().find_class("o_helpdesk_reported"))
        mine = self._new_tickets(self.teacher, name="No picture", asset_id=asset.id)
        page = self._devices()
        [link] = page.find_class("o_helpdesk_reported")
        self.assertEqual(link.get("href"), f"/my/ticket/{mine.id}")
        self.assertIn("No picture", self._text(link))
        self.assertNotIn("Of another", self._text(page))

    def test_each_device_links_to_a_report(self):
        [asset] = self._new_assets(self.staff, "MINE-1")
        [button] = self._devices().xpath("//ul//a[@aria-labelledby]")
        self.assertEqual(button.get("href"), asset._qr_get_path())
        asset.action_qr_revoke()
        [button] = self._devices().xpath("//ul//a[@aria-labelledby]")
        self.assertEqual(button.get("href"), f"/new/ticket?asset_id={asset.id}")

    def test_the_home_page_links_to_the_devices(self):
        self.authenticate(self.teacher.login, self.teacher.login)
        page = html.fromstring(self.url_open("/my").content)
        [link] = page.xpath("//nav//a[@href='/my/devices']")
        self.assertIn("My devices", self._text(link))

    def test_same_queries_for_any_number(self):
        few = self._new_assets(self.staff, "MINE-1", "MINE-2")
        for asset in few:
            self._new_tickets(self.teacher, asset_id=asset.id)
        cost = self._count_queries("/my/devices")
        many = self._new_assets(self.staff, *[f"MORE-{n}" for n in range(60)])
        for asset in many:
            self._new_tickets(self.teacher, asset_id=asset.id)
        self.assertEqual(self._count_queries("/my/devices"), cost)
