"""Finding a person's devices: as custodian and by assignments."""

from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from .common import PortalCase


@tagged("post_install", "-at_install")
class TestOwnAssets(PortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kind = cls.env["asset.category"].create({"name": "Laptops"})
        cls.room, cls.other_room = cls.env["asset.location"].create(
            [{"name": "Room 204"}, {"name": "Room 205"}]
        )
        cls.teacher.partner_id.email = "tara_t@school.example"
        cls.student.partner_id.email = "sunan@school.example"
        cls.staff = cls.env["hr.employee"].create(
            {"name": "Tara Teacher", "work_contact_id": cls.teacher.partner_id.id}
        )

    @classmethod
    def _new_asset(cls, code, **values):
        return cls.env["asset.asset"].create(
            {
                "asset_code": code,
                "category_id": cls.kind.id,
                "location_id": cls.room.id,
                **values,
            }
        )

    def _hand_out(self, asset, to, state="checked_out", **values):
        """Assign an asset to an employee or to the student with an e-mail address."""
        if isinstance(to, str):
            model = "asset.student.assignment"
            values |= {"student_name": "A Student", "parent_email": to}
        else:
            model, values = "asset.teacher.assignment", {"teacher_id": to.id}
        line = Command.create({"asset_id": asset.id})
        return self.env[model].create(
            {"state": state, "asset_line_ids": [line], **values}
        )

    def _own(self, user):
        Asset = self.env["asset.asset"].with_user(user)
        return Asset._portal_get_own_assets(user.partner_id).mapped("asset_code")

    def _room_assets(self, user):
        Asset = self.env["asset.asset"].with_user(user)
        own = Asset._portal_get_own_assets(user.partner_id)
        return own._portal_get_room_assets().mapped("asset_code")

    def test_agents_see_the_devices_of_a_requester(self):
        lent = self._new_asset("LENT-1")
        self._hand_out(lent, "sunan@school.example")
        self._new_asset("KEPT-1", custodian_id=self.staff.id)
        self._new_asset("FREE-1")
        Asset = self.env["asset.asset"].with_user(self.agent)
        people = (self.student | self.teacher).partner_id.with_user(self.agent)
        found = Asset._get_requester_assets(people)
        self.assertEqual(found[people[0]].mapped("asset_code"), ["LENT-1"])
        self.assertEqual(found[people[1]].mapped("asset_code"), ["KEPT-1"])
        ticket = self._new_tickets(self.student).with_user(self.agent)
        self.assertIn(
            {"name": "LENT-1"},
            [item for line in ticket.requester_facts for item in line["items"]],
        )

    def test_custodian(self):
        self._new_asset("KEPT-1", custodian_id=self.staff.id)
        self._new_asset("FREE-1")
        self.assertEqual(self._own(self.teacher), ["KEPT-1"])
        self.assertFalse(self._own(self.student))

    def test_employees_are_found_by_user_contact_or_address(self):
        partner = self.student.partner_id
        for user, values in (
            (self.employee, {"user_id": self.employee.id}),
            (self.student, {"work_contact_id": partner.id}),
            (self.student, {"work_email": "Sunan@School.example"}),
        ):
            with self.subTest(values):
                self.assertFalse(self._own(user))
                staff = self.env["hr.employee"].create({"name": "Em", **values})
                asset = self._new_asset("KEPT-1", custodian_id=staff.id)
                self.assertEqual(self._own(user), ["KEPT-1"])
                asset.custodian_id = False

    def test_assigned_to_a_teacher_until_returned(self):
        assignment = self._hand_out(self._new_asset("LENT-1"), self.staff)
        for state, expected in (
            ("draft", []),
            ("checked_out", ["LENT-1"]),
            ("inspected", ["LENT-1"]),
            ("checked_in", []),
        ):
            with self.subTest(state):
                assignment.state = state
                self.assertEqual(self._own(self.teacher), expected)
                self.assertFalse(self._own(self.student))

    def test_assigned_to_a_student_by_address(self):
        assignment = self._hand_out(self._new_asset("LENT-2"), "Sunan@school.example")
        self.assertEqual(self._own(self.student), ["LENT-2"])
        self.assertFalse(self._own(self.teacher))
        assignment.state = "checked_in"
        self.assertFalse(self._own(self.student))

    def test_an_address_is_not_a_pattern(self):
        self._hand_out(self._new_asset("LENT-3"), "taraxt@school.example")
        self.assertFalse(self._own(self.teacher))
        self._hand_out(self._new_asset("LENT-4"), "")
        self.student.partner_id.email = False
        self.assertFalse(self._own(self.student))

    def test_gone_devices_are_left_out(self):
        for status in ("retired", "lost"):
            self._new_asset(status, custodian_id=self.staff.id, status=status)
        self._new_asset("OLD", custodian_id=self.staff.id, active=False)
        self._new_asset("FIX", custodian_id=self.staff.id, status="repair")
        self.assertEqual(self._own(self.teacher), ["FIX"])

    def test_a_changed_address_gives_no_devices(self):
        """Users who change their own address do not get the devices of other people."""
        self._hand_out(self._new_asset("LENT-5"), "victim@school.example")
        partner = self.student.partner_id
        for user in (self.student, self.env.ref("base.public_user")):
            with self.subTest(user.login):
                partner.with_user(user).sudo().email = "victim@school.example"
                self.assertFalse(self._own(self.student))
                partner.email = "sunan@school.example"
        partner = self.employee.partner_id
        partner.with_user(self.employee).sudo().email = "victim@school.example"
        self.assertFalse(self._own(self.employee))
        # an address that the school has set is used
        self.student.partner_id.email = "victim@school.example"
        self.assertEqual(self._own(self.student), ["LENT-5"])

    def test_writing_the_same_address_changes_nothing(self):
        self._hand_out(self._new_asset("LENT-6"), "sunan@school.example")
        partner = self.student.partner_id
        partner.with_user(self.student).sudo().email = "SUNAN@school.example "
        self.assertEqual(self._own(self.student), ["LENT-6"])

    def test_the_address_of_a_new_portal_user_is_not_verified(self):
        public = self.env.ref("base.public_user")
        Partner = self.env["res.partner"].with_user(public).sudo()
        partner = Partner.create({"name": "New", "email": "victim@school.example"})
        self.assertFalse(partner._get_known_email())

    def test_without_a_person_or_assignment_models(self):
        Asset = self.env["asset.asset"]
        self._new_asset("FREE-2")
        nobody = self.env["res.partner"]
        self.assertFalse(Asset._portal_get_own_assets(nobody))
        self.assertFalse(Asset._portal_get_room_assets())
        self._new_asset("KEPT-2", custodian_id=self.staff.id)
        known = dict(self.env.registry.models)
        for model in ("asset.assignment.line", "asset.student.line"):
            del known[model]
        with patch.object(self.env.registry, "models", known):
            self.assertEqual(self._own(self.teacher), ["KEPT-2"])

    def test_other_devices_of_the_room(self):
        self._new_asset("KEPT-3", custodian_id=self.staff.id)
        self._new_asset("BEAMER")
        self._new_asset("LOST", status="lost")
        self._new_asset("FAR", location_id=self.other_room.id)
        self._new_asset("THEIRS-1", status="assigned_student")
        self._hand_out(self._new_asset("THEIRS-2"), "sunan@school.example")
        self.assertEqual(self._room_assets(self.teacher), ["BEAMER"])
        self.assertEqual(self._room_assets(self.student), ["KEPT-3", "BEAMER"])
        self.assertFalse(self._room_assets(self.employee))

    def test_a_building_is_not_a_room(self):
        self.room.location_type = "building"
        self._new_asset("KEPT-4", custodian_id=self.staff.id)
        self._new_asset("BEAMER")
        self.assertFalse(self._room_assets(self.teacher))
