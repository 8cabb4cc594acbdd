"""Facts about device and requester by which the queue is searched and grouped."""

from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common import BridgeCommon

GROUPS = (
    "asset_location",
    "asset_building",
    "asset_category",
    "asset_custodian",
    "asset_location_reported",
    "asset_model",
    "requester_group",
)


@tagged("post_install", "-at_install")
class TestDeviceRecords(BridgeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Location = cls.env["asset.location"]
        cls.campus = Location.create({"name": "Campus", "location_type": "campus"})
        cls.building = Location.create(
            {
                "name": "Main Building",
                "location_type": "building",
                "parent_id": cls.campus.id,
            }
        )
        cls.floor = Location.create(
            {"name": "Floor", "location_type": "floor", "parent_id": cls.building.id}
        )
        cls.lab = Location.create(
            {"name": "Lab", "location_type": "room", "parent_id": cls.floor.id}
        )
        cls.asset.location_id = cls.lab
        cls.ticket = cls._create_ticket(asset_id=cls.asset.id, user_id=cls.agent.id)

    def test_the_building_is_the_nearest_one(self):
        for location, building in (
            (self.lab, self.building),
            (self.floor, self.building),
            (self.building, self.building),
            (self.campus, self.campus),
            (self.room, self.room),
        ):
            self.assertEqual(location.building_id, building)
        self.assertEqual(self.ticket.asset_building, self.building)

    def test_the_building_follows_the_locations(self):
        self.floor.parent_id = self.campus
        self.assertEqual(self.lab.building_id, self.campus)
        self.assertEqual(self.ticket.asset_building, self.campus)
        self.floor.location_type = "building"
        self.assertEqual(self.ticket.asset_building, self.floor)

    def test_facts_follow_the_device(self):
        boards = self.env["asset.category"].create({"name": "Boards"})
        other = self.env["hr.employee"].create({"name": "Malee"})
        self.asset.write(
            {
                "category_id": boards.id,
                "location_id": self.room.id,
                "custodian_id": other.id,
                "model": "TX-07",
                "brand": False,
            }
        )
        self.assertEqual(self.ticket.asset_category, boards)
        self.assertEqual(self.ticket.asset_location, self.room)
        self.assertEqual(self.ticket.asset_building, self.room)
        self.assertEqual(self.ticket.asset_custodian, other)
        self.assertEqual(self.ticket.asset_model, "TX-07")
        self.ticket.asset_id = False
        for name in GROUPS[:4] + ("asset_model",):
            self.assertFalse(self.ticket[name], name)

    def test_the_reported_location_stays(self):
        ticket = self.ticket
        self.assertEqual(ticket.asset_location_reported, self.lab)
        self.assertFalse(ticket.asset_moved)
        self.asset.location_id = self.room
        self.assertEqual(ticket.asset_location_reported, self.lab)
        self.assertTrue(ticket.asset_moved)
        ticket.asset_id = self.asset_2
        self.assertEqual(ticket.asset_location_reported, self.lab)
        ticket.asset_id = False
        self.assertEqual(ticket.asset_location_reported, self.lab)

    def test_the_reported_location_of_a_device_added_later(self):
        for values in ({"asset_id": self.asset.id}, {}):
            ticket = self._create_ticket()
            self.assertFalse(ticket.asset_location_reported)
            if values:
                ticket.asset_id = self.asset
            else:
                ticket.asset_link_ids.create(
                    {
                        "ticket_id": ticket.id,
                        "asset_id": self.asset.id,
                        "role": "primary",
                    }
                )
            self.assertEqual(ticket.asset_location_reported, self.lab)

    def test_a_form_keeps_the_location_of_the_saved_device(self):
        with Form(self.env["helpdesk.ticket"].with_user(self.agent)) as form:
            form.name = "Dark"
            form.description = "<p>Dark</p>"
            form.team_id = self.team
            form.partner_id = self.student.partner_id
            form.asset_id = self.asset_2
            form.asset_id = self.asset
        self.assertEqual(form.record.asset_location_reported, self.lab)

    def test_a_copy_gets_its_own_reported_location(self):
        self.asset.location_id = self.room
        copy = self.ticket.copy()
        copy.asset_id = self.asset
        self.assertEqual(copy.asset_location_reported, self.room)


@tagged("post_install", "-at_install")
class TestAgentWithoutAssetRights(BridgeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.building = cls.env["asset.location"].create(
            {"name": "Main Building", "location_type": "building"}
        )
        cls.room.parent_id = cls.building
        cls.agent.group_ids += cls.env.ref("base.group_allow_export")
        cls.ticket = cls._create_ticket(asset_id=cls.asset.id, user_id=cls.agent.id)
        cls.ticket_2 = cls._create_ticket(asset_id=cls.asset_2.id, user_id=cls.agent.id)
        cls.env.flush_all()
        cls.env.invalidate_all()
        cls.Ticket = cls.env["helpdesk.ticket"].with_user(cls.agent)
        cls.domain = [("id", "in", (cls.ticket | cls.ticket_2).ids)]

    def test_group_by(self):
        for name in GROUPS:
            with self.subTest(field=name):
                result = self.Ticket.web_read_group(
                    self.domain, [name], ["__count"], auto_unfold=True
                )
                self.assertEqual([group["__count"] for group in result["groups"]], [2])
                value = result["groups"][0][name]
                field = self.Ticket._fields[name]
                if field.type == "many2one":
                    record = self.ticket[name]
                    self.assertEqual(tuple(value), (record.id, record.display_name))
                else:
                    self.assertEqual(value, self.ticket[name])

    def test_sort(self):
        for name in GROUPS:
            found = self.Ticket.search(self.domain, order=f"{name} desc, id")
            self.assertEqual(found.ids, (self.ticket | self.ticket_2).ids, name)

    def test_read_like_a_list(self):
        [values] = self.ticket.with_user(self.agent).web_read(
            {
                name: {"fields": {"display_name": {}}}
                if self.Ticket._fields[name].relational
                else {}
                for name in GROUPS
            }
        )
        self.assertEqual(values["asset_custodian"]["display_name"], "Anong Srisuk")
        self.assertEqual(values["asset_building"]["display_name"], "Main Building")

    def test_names_of_the_search_view(self):
        arch = etree.fromstring(self.Ticket.get_view(view_type="search")["arch"])
        shown = {node.get("name") for node in arch.iter("field")}
        for name in ("asset_location", "asset_building", "asset_category"):
            self.assertIn(name, shown)
        for name, text in (
            ("asset_location", "204"),
            ("asset_building", "Main"),
            ("asset_category", "Proj"),
            ("asset_custodian", "Anong"),
        ):
            with self.subTest(field=name):
                record = self.ticket[name]
                Model = self.env[record._name].with_user(self.agent)
                found = dict(Model.name_search(text))
                self.assertIn(record.id, found)
                ours = self.Ticket.search([*self.domain, (name, "=", record.id)])
                self.assertEqual(len(ours), 2)
                typed = self.Ticket.search([*self.domain, (name, "ilike", text)])
                self.assertEqual(typed, ours)

    def test_a_building_contains_its_rooms(self):
        for value in (self.building.ids, "Main Building"):
            domain = [*self.domain, ("asset_location", "child_of", value)]
            self.assertEqual(len(self.Ticket.search(domain)), 2)

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_a_search_reveals_nothing_about_the_device(self):
        for domain in (
            [("asset_id.purchase_cost", ">", 1)],
            [("asset_custodian.private_phone", "!=", False)],
        ):
            with self.assertRaises(AccessError):
                self.Ticket.search(domain)

    def test_export(self):
        rows = self.ticket.with_user(self.agent).export_data(list(GROUPS))["datas"]
        self.assertEqual(
            rows,
            [
                [
                    "Main Building / Room 204",
                    "Main Building",
                    "Projectors",
                    "Anong Srisuk",
                    "Main Building / Room 204",
                    "Testar TX-06",
                    "",
                ]
            ],
        )

    def test_lists_show_only_the_room(self):
        [values] = self.ticket.with_user(self.agent).web_read(
            {
                "asset_location": {
                    "fields": {"display_name": {}},
                    "context": {"short_location": True},
                }
            }
        )
        self.assertEqual(values["asset_location"]["display_name"], "Room 204")

    def test_queue_shows_room_and_device(self):
        for view_type in ("list", "kanban"):
            arch = etree.fromstring(self.Ticket.get_view(view_type=view_type)["arch"])
            for name in ("asset_location", "asset_code"):
                [node] = arch.xpath(f"//field[@name='{name}']")
                self.assertNotEqual(node.get("optional"), "hide")

    def test_a_list_takes_the_same_queries_for_any_number_of_tickets(self):
        assets = [self._create_asset(f"LIST-{number}") for number in range(80)]
        tickets = self.env["helpdesk.ticket"].union(
            *(
                self._create_ticket(asset_id=asset.id, user_id=self.agent.id)
                for asset in assets
            )
        )
        arch = etree.fromstring(self.Ticket.get_view(view_type="list")["arch"])
        specification = {
            node.get("name"): {"fields": {"display_name": {}}}
            if self.Ticket._fields[node.get("name")].relational
            else {}
            for node in arch.iter("field")
        }

        def read(size):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.cr.sql_log_count
            self.Ticket.web_search_read(
                [("id", "in", tickets.ids)],
                specification,
                limit=size,
                order=arch.get("default_order"),
            )
            return self.cr.sql_log_count - start

        read(1)
        # one more, because the page does not contain all tickets
        self.assertLessEqual(read(80), read(5) + 1)


@tagged("post_install", "-at_install")
class TestRequesterGroup(BridgeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.department = cls.env["hr.department"].create({"name": "Science"})
        cls.school = cls.env["res.partner"].create({"name": "Sister School"})

    def _get_group(self, partner):
        return self._create_ticket(partner_id=partner.id).requester_group

    def test_department_of_an_employee(self):
        partner = self.teacher.partner_id
        partner.parent_id = self.school
        self.assertEqual(self._get_group(partner), "Sister School")
        employee = self.env["hr.employee"].create(
            {"name": "Teacher", "department_id": self.department.id}
        )
        employee.work_contact_id = partner
        self.assertEqual(self._get_group(partner), "Science")
        user = new_test_user(self.env, "bridge_teacher_2", groups="base.group_user")
        self.env["hr.employee"].create(
            {
                "name": "Teacher 2",
                "user_id": user.id,
                "department_id": self.department.id,
            }
        )
        self.assertEqual(self._get_group(user.partner_id), "Science")

    def test_class_of_a_student(self):
        partner = self.student.partner_id
        partner.email = "Somchai_1@school.example"
        Assignment = self.env["asset.student.assignment"]
        for email, grade in (
            ("somchai_1@school.example", "Grade 4"),
            ("SOMCHAI_1@school.example", "Grade 5"),
            ("somchaix1@school.example", "Grade 6"),
        ):
            Assignment.create(
                {
                    "student_name": "Somchai",
                    "grade_level": grade,
                    "parent_email": email,
                }
            )
        self.assertEqual(self._get_group(partner), "Grade 5")

    def test_no_requester_and_requesters_without_a_group(self):
        for partner in (
            self.env["res.partner"],
            self.env["res.partner"].create({"name": "Stranger"}),
            self.env["res.partner"].create({"name": "Mail", "email": "x@y.example"}),
        ):
            self.assertFalse(self._get_group(partner))

    def test_the_group_stays_until_the_requester_changes(self):
        partner = self.env["res.partner"].create(
            {"name": "Visitor", "parent_id": self.school.id}
        )
        ticket = self._create_ticket(partner_id=partner.id)
        # the end of the request
        self.env.flush_all()
        partner.parent_id = False
        ticket.name = "Other"
        self.assertEqual(ticket.requester_group, "Sister School")
        ticket.partner_id = self.student.partner_id
        self.assertFalse(ticket.requester_group)

    def test_many_tickets_take_the_same_queries(self):
        partners = self.env["res.partner"].create(
            [
                {"name": f"P{number}", "email": f"p{number}@school.example"}
                for number in range(40)
            ]
        )
        Ticket = self.env["helpdesk.ticket"]

        def count(people):
            self.env.invalidate_all()
            start = self.cr.sql_log_count
            Ticket._get_requester_groups(people)
            return self.cr.sql_log_count - start

        count(partners[:1])
        self.assertLessEqual(count(partners), count(partners[:2]) + 1)
