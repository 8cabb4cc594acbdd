"""Problems of a whole room, offered if several of its devices have new tickets."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .scan_common import ScanCase


@tagged("post_install", "-at_install")
class TestScanRoom(ScanCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.power = cls.env.ref("school_asset_helpdesk_bridge.category_power_issues")
        cls.others = [cls._new_asset(f"EPS-002{number}") for number in range(3)]

    def setUp(self):
        super().setUp()
        self._sign_in()

    def _is_asked(self, path=None):
        return "Is it the whole room?" in self._scan(path).text_content()

    def _age(self, tickets, hours):
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET create_date = %s WHERE id IN %s",
            [fields.Datetime.now() - timedelta(hours=hours), tuple(tickets.ids)],
        )

    def test_three_devices_with_new_open_tickets(self):
        tickets = self._new_report(self.others[0], count=3)
        tickets |= self._new_report(self.others[1])
        self.assertFalse(self._is_asked())
        third = self._new_report(self.others[2])
        self.assertTrue(self._is_asked())
        self._age(third, 25)
        self.assertFalse(self._is_asked())
        self._age(third, 23)
        self.assertTrue(self._is_asked())
        third._set_status("resolved")
        self.assertFalse(self._is_asked())

    def test_other_rooms_and_large_locations_do_not_count(self):
        for asset in self.others:
            self._new_report(asset)
        elsewhere = self._new_asset(
            "EPS-0030",
            location_id=self.env["asset.location"].create({"name": "Room 205"}).id,
        )
        nowhere = self._new_asset("EPS-0031", location_id=False)
        for asset in (elsewhere, nowhere):
            self.assertFalse(self._is_asked(f"/helpdesk/scan/{asset.qr_token}"))
        self.room.location_type = "campus"
        self.assertFalse(self._is_asked())

    def test_the_question_reveals_nothing_of_the_tickets(self):
        for asset in self.others:
            self._new_report(asset, name="Private matter")
        self._sign_in()
        page = self._scan()
        text = page.text_content()
        for secret in ("Private matter", "EPS-002", self.teacher.name):
            self.assertNotIn(secret, text)
        self.assertIn("Power issues", text)

    def test_all_devices_of_the_room_show_the_ticket(self):
        for asset in self.others:
            self._new_report(asset)
        self._report(category=f"room-{self.power.id}", words="Since the thunderstorm")
        ticket = self._sent()
        self.assertEqual(ticket.name, "Power issues - Room 204")
        self.assertEqual(ticket.whole_room_id, self.room)
        self.assertEqual(ticket.category_id, self.power)
        self.assertEqual(ticket.asset_id, self.asset)
        self._sign_in(self.employee)
        for asset in (self.asset, *self.others):
            path = f"/helpdesk/scan/{asset.qr_token}"
            self.assertFalse(self._is_asked(path))
            self.assertIn("The whole room", self._scan(path).text_content())
        self._post(f"{path}/affected", ticket_id=ticket.id)
        self.assertEqual(ticket.affected_count, 1)

    def test_only_offered_room_categories_are_accepted(self):
        for asset in self.others:
            self._new_report(asset)
        nowhere = self._new_asset("EPS-0031", location_id=False)
        for path, category in (
            (self.path, f"room-{self.hidden.id}"),
            (self.path, f"room-{self.dark.id}"),
            (self.path, "room-other"),
            (self.path, "room-"),
            (self.path, "room-room-1"),
            (f"/helpdesk/scan/{nowhere.qr_token}", f"room-{self.power.id}"),
        ):
            with self.subTest(category=category):
                response = self._report(path, category=category)
                self.assertEqual(response.status_code, 422)
        self.assertFalse(self._sent())

    def test_one_broken_device_does_not_offer_the_room(self):
        response = self._report(category=f"room-{self.power.id}")
        self.assertEqual(response.status_code, 422)
        self.assertFalse(self._sent())

    def test_hidden_room_categories_are_not_offered(self):
        for asset in self.others:
            self._new_report(asset)
        self.power.show_in_portal = False
        self.assertNotIn("Power issues", self._scan().text_content())
