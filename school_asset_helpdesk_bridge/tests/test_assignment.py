"""Rules about the device of a ticket, and the group of its requester."""

import random
from unittest.mock import patch

from odoo.tests import new_test_user, tagged

from ..hooks import archive_rules_about_devices
from .common import BridgeCommon


@tagged("post_install", "-at_install")
class TestAssignment(BridgeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Rule = cls.env["helpdesk.assignment.rule"]
        cls.Rule.search([]).active = False
        Location = cls.env["asset.location"]
        cls.building = Location.create({"name": "B", "location_type": "building"})
        cls.room = Location.create({"name": "B-101", "parent_id": cls.building.id})
        cls.other_room = Location.create({"name": "C-101"})
        Category = cls.env["asset.category"]
        cls.video = Category.create({"name": "Video"})
        cls.projectors = Category.create(
            {"name": "Projectors", "parent_id": cls.video.id}
        )
        cls.laptops = Category.create({"name": "Laptops"})
        cls.projector, cls.laptop, cls.tv = cls.env["asset.asset"].create(
            [
                {
                    "asset_code": code,
                    "name": code,
                    "brand": brand,
                    "model": model,
                    "category_id": category.id,
                    "location_id": location.id,
                }
                for code, brand, model, category, location in (
                    ("R-1", "Epson", "EB_X06", cls.projectors, cls.room),
                    ("R-2", "Dell", "5420", cls.laptops, cls.other_room),
                    ("R-3", "LG", "Epsonite", cls.video, cls.building),
                )
            ]
        )
        cls.colleague = new_test_user(
            cls.env, "bridge_colleague", groups="helpdesk_mgmt.group_helpdesk_user"
        )
        cls.team.user_ids |= cls.colleague
        cls.team.assign_in_hours = False

    @classmethod
    def _create_rule(cls, **values):
        return cls.Rule.create({"name": "Rule", "team_id": cls.team.id, **values})

    @classmethod
    def _create_ticket(cls, asset=None, **values):
        return cls.env["helpdesk.ticket"].create(
            {
                "name": "Dark",
                "description": "Dark",
                "team_id": cls.team.id,
                "user_id": False,
                "asset_id": asset and asset.id,
                **values,
            }
        )

    def test_criteria(self):
        tickets = self.env["helpdesk.ticket"].union(
            *(
                self._create_ticket(asset)
                for asset in (self.projector, self.laptop, self.tv, None)
            )
        )
        tickets[3].partner_id = self.env["res.partner"].create(
            {
                "name": "Guest",
                "parent_id": self.env["res.partner"].create({"name": "Sister_A"}).id,
            }
        )
        for values, indexes in (
            ({"location_ids": self.building}, (0, 2)),
            ({"location_ids": self.room}, (0,)),
            ({"asset_category_ids": self.video}, (0, 2)),
            ({"asset_category_ids": self.projectors | self.laptops}, (0, 1)),
            ({"asset_model": "epson eb_x06, 5420"}, (0, 1)),
            # an underscore is a letter, and not any letter
            ({"asset_model": "EB_X0_"}, ()),
            ({"asset_model": "epson"}, (0, 2)),
            ({"requester_group": "sister_a"}, (3,)),
            ({"requester_group": "sister, SISTERXA"}, ()),
            ({"location_ids": self.room, "asset_category_ids": self.laptops}, ()),
        ):
            values = {
                name: value if isinstance(value, str) else [(6, 0, value.ids)]
                for name, value in values.items()
            }
            rule = self._create_rule(**values)
            expected = self.env["helpdesk.ticket"].union(*(tickets[i] for i in indexes))
            with self.subTest(rule.criteria_text):
                self.assertEqual(rule._matches(tickets)[rule], expected)
                found = tickets.search(rule._get_criteria_domain())
                self.assertEqual(set(found & tickets), set(expected))

    def test_trees_that_change(self):
        rule = self._create_rule(
            location_ids=[(6, 0, self.building.ids)],
            asset_category_ids=[(6, 0, self.video.ids)],
        )
        ticket = self._create_ticket(self.laptop)
        self.assertFalse(rule._matches(ticket)[rule])
        self.other_room.parent_id = self.building
        self.laptops.parent_id = self.projectors
        self.assertEqual(rule._matches(ticket)[rule], ticket)
        new = self.env["asset.location"].create(
            {"name": "Cellar", "parent_id": self.other_room.id}
        )
        self.laptop.location_id = new
        self.assertEqual(rule._matches(ticket)[rule], ticket)

    def test_escalations_follow_the_trees(self):
        """A room moves to another building: other rules are for its open tickets."""
        Rule = self.env["helpdesk.escalation.rule"]
        Rule.search([]).active = False
        Rule.create(
            [
                {"name": "Building", "location_ids": [(6, 0, self.building.ids)]},
                {"name": "Video", "asset_category_ids": [(6, 0, self.video.ids)]},
            ]
        ).write({"trigger": "unassigned", "hours": 9, "raise_priority": "3"})
        ticket = self._create_ticket(self.laptop)
        Lines = self.env["helpdesk.ticket.escalation"]

        def get_planned():
            self.env.flush_all()
            self.env.invalidate_all()
            with patch.object(
                self.env.registry["ir.cron"], "_commit_progress", lambda *a, **k: 1
            ):
                ticket._cron_plan_escalations()
            lines = Lines.search([("ticket_id", "=", ticket.id)], order="rule_id")
            return lines.rule_id.mapped("name")

        self.assertEqual(get_planned(), [])
        self.other_room.parent_id = self.building
        self.assertEqual(get_planned(), ["Building"])
        self.laptops.parent_id = self.projectors
        self.assertEqual(get_planned(), ["Building", "Video"])
        self.other_room.parent_id = False
        self.laptops.parent_id = False
        self.assertEqual(get_planned(), [])

    def test_rules_after_the_uninstallation(self):
        """Without its criteria, a rule about devices would fit every ticket."""
        other = self._create_rule(priority_high=True)
        about_devices = self._create_rule(asset_model="EB-X06")
        about_devices += self._create_rule(location_ids=[(6, 0, self.room.ids)])
        about_devices += self._create_rule(requester_group="Grade 7")
        archive_rules_about_devices(self.env)
        self.assertEqual(set(about_devices.mapped("active")), {False})
        self.assertTrue(other.active)

    def test_a_scanned_device_finds_its_agent(self):
        self._create_rule(
            location_ids=[(6, 0, self.building.ids)],
            method="fixed",
            user_id=self.colleague.id,
        )
        ticket = self._create_ticket(self.projector)
        self.assertEqual(ticket.user_id, self.colleague)
        # from the portal, by somebody without access rights on rules and devices
        Ticket = self.env["helpdesk.ticket"].with_user(self.student)
        values = Ticket._prepare_submission_values(
            self.env["helpdesk.ticket.category"],
            "It is dark",
            asset_id=self.projector.id,
            team_id=self.team.id,
            stage_id=self.stages["open"].id,
        )
        ticket, _new = Ticket._create_from_submission("scan", values)
        self.assertEqual(ticket.user_id, self.colleague)
        self.assertFalse(self._create_ticket(self.laptop).user_id)

    def test_usual_technician(self):
        self._create_rule(prefer="usual_technician")
        chance = random.Random(3)
        people = [self.agent, self.colleague, self.colleague]
        chance.shuffle(people)
        for user in people:
            ticket = self._create_ticket(self.projector, user_id=user.id)
            ticket._set_status("resolved")
        self._create_ticket(self.laptop, user_id=self.agent.id)._set_status("resolved")
        # both are free, and the colleague has more to do
        self._create_ticket(user_id=self.colleague.id)
        ticket = self._create_ticket(self.projector)
        self.assertEqual(ticket.user_id, self.colleague)
        self.assertIn("who usually repairs the device", ticket.assignment_reason)
        self.assertEqual(self._create_ticket(self.tv).user_id, self.agent)

    def test_simulation_by_place(self):
        manager = new_test_user(
            self.env, "bridge_rules", groups="helpdesk_mgmt.group_helpdesk_manager"
        )
        tickets = self.env["helpdesk.ticket"].union(
            *(
                self._create_ticket(asset)
                for asset in (self.projector, self.laptop, self.tv, None)
            )
        )
        rule = self._create_rule(
            location_ids=[(6, 0, self.building.ids)], active=False, method="none"
        )
        action = rule.with_user(manager).action_simulate()
        simulation = self.env[action["res_model"]].browse(action["res_id"])
        (line,) = simulation.line_ids.filtered(lambda line: line.kind == "effect")
        self.assertEqual(line.ticket_ids, tickets[0] + tickets[2])

    def test_shadowed_by_a_rule_about_devices(self):
        for wide, narrow in (
            (
                {"location_ids": [(6, 0, self.building.ids)]},
                {"location_ids": [(6, 0, self.room.ids)], "asset_model": "EB-X06"},
            ),
            (
                {"asset_category_ids": [(6, 0, self.video.ids)]},
                {"asset_category_ids": [(6, 0, self.projectors.ids)]},
            ),
            (
                {"asset_model": "Dell, EB-X06, HP"},
                {"asset_model": "HP, EB-X06", "priority_high": True},
            ),
        ):
            with self.subTest(wide):
                self.Rule.search([]).active = False
                first = self._create_rule(name="Wide", sequence=1, **wide)
                second = self._create_rule(sequence=2, **narrow)
                self.assertIn("Wide comes first", second.problem_text)
                self.assertFalse(first.problem_text)
        self.room.active = False
        rule = self._create_rule(location_ids=[(6, 0, self.room.ids)], sequence=0)
        self.assertIn("B-101", rule.problem_text)
