"""Fields that must be filled in before a ticket may enter a stage."""

from odoo.exceptions import ValidationError
from odoo.tests import new_test_user, tagged

from .sla_common import SlaCommon


@tagged("post_install", "-at_install")
class TestStageRequirement(SlaCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Requirement = cls.env["helpdesk.stage.requirement"]
        cls.Requirement.search([]).active = False
        Category = cls.env["helpdesk.ticket.category"]
        cls.hardware = Category.create({"name": "Hardware"})
        cls.printers = Category.create(
            {"name": "Printers", "parent_id": cls.hardware.id}
        )
        cls.network = Category.create({"name": "Network"})
        cls.ticket = cls._create_ticket().with_user(cls.agent)

    def _require(self, name, *stages, **values):
        stages = stages or (self.stage_resolved,)
        return self.Requirement.create(
            {
                "field_name": name,
                "stage_ids": [(6, 0, [stage.id for stage in stages])],
                **values,
            }
        )

    def _assert_refused(self, *words, ticket=None, stage=None):
        ticket = ticket or self.ticket
        with self.assertRaises(ValidationError) as caught, self.env.cr.savepoint():
            ticket.stage_id = stage or self.stage_resolved
        for word in words:
            self.assertIn(word, str(caught.exception))
        return str(caught.exception)

    def test_kinds_of_fields(self):
        for name, label, empty, full in (
            ("category_id", "Category", False, self.network.id),
            ("tag_ids", "Tags", [(5,)], "new tag"),
            ("partner_phone", False, "  ", "12"),
        ):
            if name not in self.ticket._fields:
                continue
            with self.subTest(name):
                if full == "new tag":
                    tag = self.env["helpdesk.ticket.tag"].create({"name": "T"})
                    full = [(4, tag.id)]
                row = self._require(name)
                self.ticket[name] = empty
                label = label or self.ticket._fields[name].string
                self._assert_refused(label, "Solved", self.ticket.number)
                # together with the stage, in one step
                self.ticket.write({name: full, "stage_id": self.stage_resolved.id})
                self.ticket.stage_id = self.stage_open
                row.active = False

    def test_solution_of_the_dialog(self):
        self._require("solution")
        self._assert_refused("Solution")
        self.ticket._resolve("Replaced the lamp")
        self.assertEqual(self.ticket.stage_id, self.stage_resolved)

    def test_stage_team_and_category(self):
        other = self.env["helpdesk.ticket.team"].create(
            {"name": "Other", "user_ids": [(6, 0, self.agent.ids)]}
        )
        row = self._require(
            "tag_ids",
            self.stage_resolved,
            self.stage_closed,
            team_ids=[(6, 0, self.team.ids)],
            category_ids=[(6, 0, self.hardware.ids)],
        )
        self.ticket.stage_id = self.stage_resolved  # no category
        for category, refused in (
            (self.hardware, True),
            (self.printers, True),
            (self.network, False),
        ):
            self.ticket.write(
                {"stage_id": self.stage_open.id, "category_id": category.id}
            )
            if refused:
                self._assert_refused("Tags")
                self._assert_refused("Tags", stage=self.stage_closed)
                self.ticket.stage_id = self.stage_waiting
            else:
                self.ticket.stage_id = self.stage_resolved
        # the tree of categories has changed
        self.ticket.stage_id = self.stage_open
        self.network.parent_id = self.printers
        self._assert_refused("Tags")
        row.team_ids = other
        self.ticket.stage_id = self.stage_resolved

    def test_several_tickets_and_fields(self):
        tickets = (self.ticket + self._create_ticket()).with_user(self.agent)
        tickets[0].category_id = self.network
        self._require("category_id", hint="We count them")
        self._require("tag_ids")
        text = self._assert_refused("Tags", ticket=tickets[0])
        self.assertNotIn("Category", text)
        text = self._assert_refused(
            "Category: We count them", "Tags", ticket=tickets[1]
        )
        self.assertIn(tickets[1].number, text)
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            tickets.write({"stage_id": self.stage_resolved.id})
        self.assertEqual(tickets.stage_id, self.ticket.stage_id)

    def test_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("th_TH")
        self.agent.lang = "th_TH"
        self._require("category_id")
        label = "หมวดหมู่"
        # the database of the test has no Thai labels
        field = self.env["ir.model.fields"]._get("helpdesk.ticket", "category_id")
        field.with_context(lang="th_TH").field_description = label
        ticket = self.ticket.with_context(lang="th_TH")
        text = self._assert_refused(label, ticket=ticket)
        self.assertNotIn("cannot go", text)

    def test_only_people_of_the_desk_are_asked(self):
        self._require("category_id", self.stage_resolved, self.stage_cancelled)
        self.ticket.sudo().stage_id = self.stage_resolved
        self.ticket.sudo().stage_id = self.stage_open
        # the requester answers, and nothing stops it
        self.env["helpdesk.ticket"].with_user(self.requester).browse(
            self.ticket.id
        ).sudo()._set_status("resolved")
        self.assertEqual(self.ticket.stage_id, self.stage_resolved)
        source = self._create_ticket()
        self._merge(source, self._create_ticket())
        self.assertEqual(source.stage_id, self.stage_cancelled)

    def test_new_tickets(self):
        self._require("tag_ids", self.stage_new)
        with self.assertRaises(ValidationError):
            self.env["helpdesk.ticket"].with_user(self.agent).create(
                {"name": "New", "description": "Text", "team_id": self.team.id}
            )
        self._create_ticket()  # by the system

    def test_setup(self):
        names = dict(self.Requirement._get_fields_to_require())
        self.assertLessEqual(
            {"category_id", "tag_ids", "solution", "user_id"}, {*names}
        )
        self.assertFalse({"stage_id", "number", "message_ids", "name"} & {*names})
        with self.assertRaises(ValidationError):
            self.Requirement.create({"field_name": "tag_ids"})
        manager = new_test_user(
            self.env, "stage_manager", groups="helpdesk_mgmt.group_helpdesk_manager"
        )
        row = self.Requirement.with_user(manager).create(
            {"field_name": "tag_ids", "stage_ids": [(6, 0, self.stage_closed.ids)]}
        )
        # the field of an addon that was uninstalled
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE helpdesk_stage_requirement SET field_name = 'gone' WHERE id = %s",
            [row.id],
        )
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        self.ticket.stage_id = self.stage_closed

    def test_archived_rows_ask_nothing_wherever_the_ticket_is_changed(self):
        self._require("category_id", self.stage_closed).active = False
        for ticket in (
            self.ticket.with_context(active_test=False),
            self.ticket,  # what the first one keeps in the cache
        ):
            ticket.stage_id = self.stage_closed
            ticket.stage_id = self.stage_open

    def test_it_costs_no_query(self):
        self._require("category_id", self.stage_closed)
        self.ticket.category_id = self.network
        self.ticket._check_required_fields()
        with self.assertQueryCount(0):
            self.ticket._check_required_fields()
