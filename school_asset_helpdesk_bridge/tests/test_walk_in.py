"""A ticket at the counter: channel, devices in the order of likelihood, title."""

from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common import BridgeCommon


@tagged("post_install", "-at_install")
class TestWalkIn(BridgeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.custodian.work_contact_id = cls.teacher.partner_id
        cls.other_room = cls.env["asset.location"].create(
            {"name": "Room 301", "location_type": "room"}
        )
        elsewhere = {"location_id": cls.other_room.id, "custodian_id": False}
        cls.laptop = cls._create_asset("WLK-1", location_id=False)
        cls.beside = cls._create_asset("WLK-2", custodian_id=False)
        cls.serial = cls._create_asset("WLK-9", serial_number="X204Y", **elsewhere)
        cls.far = cls._create_asset("WLK-8", **elsewhere)

    def _form(self):
        return Form(self.env["helpdesk.ticket"].with_user(self.agent))

    def _find(self, name="", requester=None, user=None, limit=100):
        found = (
            self.env["asset.asset"]
            .with_user(user or self.agent)
            .with_context(
                asset_picker=True,
                asset_picker_requester=requester and requester.partner_id.id,
            )
            .web_name_search(name, {"display_name": {}}, limit=limit)
        )
        return [one["display_name"] for one in found]

    def test_channel(self):
        walk_in = self.env.ref("school_asset_helpdesk_bridge.channel_walk_in")
        phone = self.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_phone")
        form = self._form()
        self.assertEqual(form.channel_id, walk_in)
        form.partner_id = self.student.partner_id
        form.channel_id = phone
        form.name = "No sound"
        ticket = form.save()
        self.assertEqual(ticket.channel_id, phone)
        self.assertEqual(ticket.user_id, self.agent)
        self.assertEqual(ticket.team_id, self.team)
        # not for tickets that come another way
        self.assertFalse(self._create_ticket(user=self.agent).channel_id)
        walk_in.active = False
        self.assertFalse(self._form().channel_id)

    def test_devices_of_requester_and_room_come_first(self):
        mine = {"WLK-1", "TST-001", "TST-002"}
        found = self._find(requester=self.teacher)
        self.assertEqual(set(found[:3]), mine)
        self.assertEqual(found[3], "WLK-2")
        self.assertGreater(found.index("WLK-9"), 3)
        self.assertNotEqual(set(self._find()[:3]), mine)
        self.assertEqual(set(self._find(requester=self.teacher, limit=3)), mine)

    def test_a_room_comes_before_serial_numbers(self):
        for name in ("204", "room 204", "204 projector"):
            with self.subTest(name):
                found = self._find(name)
                self.assertEqual(set(found[:3]), {"TST-001", "TST-002", "WLK-2"})
        self.assertEqual(self._find("204"), [*self._find("204")[:3], "WLK-9"])
        self.assertEqual(self._find("WLK-9")[0], "WLK-9")

    def test_an_unreadable_requester_does_not_change_the_order(self):
        self.assertEqual(
            self._find(requester=self.teacher, user=self.asset_user)[3], "WLK-2"
        )
        hidden = (
            self.env["asset.asset"]
            .with_user(self.agent)
            .with_context(asset_picker=True, asset_picker_requester=999_999_999)
        )
        self.assertTrue(hidden.name_search(""))

    def test_title_from_device_and_words(self):
        Ticket = self.env["helpdesk.ticket"].with_user(self.agent)
        for description, title in (
            (False, "Issue with TST-001"),
            ("<p><br></p>", "Issue with TST-001"),
            ("<p>No picture</p>", "No picture - TST-001"),
            ("<p>" + "ก" * 300 + "</p>", "ก" * 69 + "… - TST-001"),
        ):
            with self.subTest(title):
                ticket = Ticket.create(
                    {
                        "asset_id": self.asset.id,
                        "team_id": self.team.id,
                        "description": description,
                    }
                )
                self.assertEqual(ticket.name, title)

    def test_the_form_completes_its_own_title_only(self):
        form = self._form()
        form.asset_id = self.asset
        self.assertEqual(form.name, "Issue with TST-001")
        form.description = "<p>No picture</p>"
        self.assertEqual(form.name, "No picture - TST-001")
        form.name = "Dark"
        form.description = "<p>No picture at all</p>"
        self.assertEqual(form.name, "Dark")

    def test_panel_shows_room_and_devices(self):
        ticket = self._create_ticket(partner_id=self.teacher.partner_id.id)

        def lines(user):
            self.env.invalidate_all()
            facts = ticket.with_user(user).requester_facts
            return {line["icon"]: line["items"] for line in facts}

        facts = lines(self.agent)
        self.assertEqual(facts["fa-map-marker"], [{"name": "Room 204"}])
        self.assertEqual(
            {item["name"] for item in facts["fa-desktop"]},
            {"WLK-1 · Projector", "TST-001 · Projector", "TST-002 · Projector"},
        )
        # an agent without access to assets cannot open them
        self.assertFalse(any("id" in item for item in facts["fa-desktop"]))
        self.agent.group_ids += self.env.ref("school_asset_management.group_asset_user")
        self.assertTrue(all(item.get("id") for item in lines(self.agent)["fa-desktop"]))

    def test_ready_made_answers_in_two_languages(self):
        data = self.env["ir.model.data"].search(
            [
                ("module", "=", "school_asset_helpdesk_bridge"),
                ("model", "=", "mail.canned.response"),
            ]
        )
        Canned = self.env["mail.canned.response"].with_user(self.agent)
        answers = Canned.search([("id", "in", data.mapped("res_id"))])
        english = answers.filtered(lambda one: not one.source.endswith("-th"))
        thai = answers - english
        self.assertEqual((len(english), len(thai)), (30, 30))
        self.assertEqual(
            set(thai.mapped("source")), {f"{one.source}-th" for one in english}
        )
        for answer in thai:
            self.assertRegex(answer.substitution, "[ก-๙]")
        self.assertFalse(
            Canned.with_user(self.teacher).search_count([("id", "in", answers.ids)])
        )

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_managers_change_ready_made_answers(self):
        answer = self.env.ref("school_asset_helpdesk_bridge.canned_wifi")
        manager = new_test_user(
            self.env, "bridge_manager", groups="helpdesk_mgmt.group_helpdesk_manager"
        )
        answer.with_user(manager).substitution = "Ask the library."
        for user in self.agent, self.teacher:
            with self.subTest(user.login), self.assertRaises(AccessError):
                answer.with_user(user).substitution = "No"
