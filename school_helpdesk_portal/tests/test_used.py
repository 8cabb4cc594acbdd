"""Affected people and rooms cannot be deleted while a ticket has them."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .scan_common import ScanCase


@tagged("post_install", "-at_install")
class TestUsed(ScanCase):
    def test_affected_people_are_kept(self):
        ticket = self._new_report()
        people = self.env["res.partner"].create(
            [{"name": "Somchai"}, {"name": "Malee"}, {"name": "Nobody"}]
        )
        for person in people[:2]:
            ticket._add_affected(person)
        for records in (people[0], people[1], people):
            with (
                self.subTest(records.mapped("name")),
                self.assertRaisesRegex(UserError, "Archive it instead"),
            ):
                records.unlink()
        people[2].unlink()
        self.assertEqual(ticket.affected_partner_ids, people[:2])

    def test_the_room_of_a_ticket_is_kept(self):
        room = self.env["asset.location"].create({"name": "Room 9"})
        ticket = self._new_report(whole_room_id=room.id)
        with self.assertRaisesRegex(UserError, "Archive it instead"):
            room.unlink()
        ticket.whole_room_id = False
        room.unlink()
        self.assertFalse(room.exists())
