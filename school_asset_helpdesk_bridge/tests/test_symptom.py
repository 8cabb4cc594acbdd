"""Symptoms: which devices have which, who may change them, and what a ticket gets."""

from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import html2plaintext, mute_logger
from odoo.tools.misc import file_path
from odoo.tools.safe_eval import safe_eval
from odoo.tools.translate import TranslationImporter

from .common import BridgeCommon


@tagged("post_install", "-at_install")
class TestSymptom(BridgeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.display = cls.env["helpdesk.ticket.category"].create(
            {"name": "Display", "company_id": False}
        )
        cls.dark, cls.quiet = cls.env["helpdesk.symptom"].create(
            [
                {
                    "name": name,
                    "sequence": sequence,
                    "asset_category_ids": cls.projectors.ids,
                    "category_id": cls.display.id,
                    "priority": priority,
                }
                for sequence, (name, priority) in enumerate(
                    [("No picture", "2"), ("No sound", "0")]
                )
            ]
        )

    def _names(self, asset):
        return asset._get_symptoms()[asset].mapped("name")

    def test_priorities_are_those_of_tickets_in_each_language(self):
        self.env["res.lang"]._activate_lang("th_TH")
        importer = TranslationImporter(self.env.cr)
        for addon in ("school_helpdesk_base", "school_asset_helpdesk_bridge"):
            importer.load_file(file_path(f"{addon}/i18n/th.po"), "th_TH")
        importer.save(overwrite=True)
        for lang, first in (("en_US", "Low"), ("th_TH", "ต่ำ")):
            with self.subTest(lang):
                of_symptom, of_ticket = (
                    self.env[model]
                    .with_context(lang=lang)
                    .fields_get(["priority"])["priority"]["selection"]
                    for model in ("helpdesk.symptom", "helpdesk.ticket")
                )
                self.assertEqual(of_symptom, of_ticket)
                self.assertEqual(of_symptom[0], ("0", first))

    # ------------------------------------------------------------------
    # Which devices
    # ------------------------------------------------------------------

    def test_a_device_has_the_symptoms_of_its_category(self):
        self.assertEqual(self._names(self.asset), ["No picture", "No sound"])
        self.quiet.sequence = -1
        self.assertEqual(self._names(self.asset), ["No sound", "No picture"])
        self.dark.active = False
        self.assertEqual(self._names(self.asset), ["No sound"])
        other = self.env["asset.category"].create({"name": "Chairs"})
        self.asset.category_id = other
        self.assertEqual(self._names(self.asset), [])

    def test_a_subcategory_has_its_own_or_those_of_the_nearest_parent(self):
        small = self.env["asset.category"].create(
            {"name": "Small", "parent_id": self.projectors.id}
        )
        smaller = small.create({"name": "Smaller", "parent_id": small.id})
        self.asset.category_id = smaller
        self.assertEqual(self._names(self.asset), ["No picture", "No sound"])
        self.dark.copy({"name": "Battery empty", "asset_category_ids": small.ids})
        self.assertEqual(self._names(self.asset), ["Battery empty"])

    def test_the_category_of_another_company_is_not_offered(self):
        self.display.company_id = self.env["res.company"].create({"name": "Campus 2"})
        self.assertEqual(self._names(self.asset), [])

    def test_an_archived_ticket_category_is_not_offered(self):
        other = self.display.copy({"name": "Sound"})
        self.quiet.category_id = other
        self.display.active = False
        self.assertEqual(self._names(self.asset), ["No sound"])
        domain = self.env["helpdesk.ticket"]._fields["symptom_id"].domain
        offered = self.dark.with_user(self.agent).search(domain)
        self.assertEqual(offered & (self.dark | self.quiet), self.quiet)
        other.active = False
        self.assertEqual(self._names(self.asset), [])
        self.display.active = True
        self.assertEqual(self._names(self.asset), ["No picture"])

    def test_the_last_category_of_a_symptom_cannot_be_deleted(self):
        first, second = self.env["asset.category"].create(
            [{"name": "Lamps"}, {"name": "Screens"}]
        )
        symptom = self.dark.copy({"asset_category_ids": (first | second).ids})
        symptom.active = False
        with self.assertRaises(ValidationError):
            (first | second).unlink()
        first.unlink()
        self.assertEqual(symptom.asset_category_ids, second)
        second.active = False
        with self.assertRaises(ValidationError):
            second.unlink()
        symptom.asset_category_ids = self.projectors
        second.unlink()

    # ------------------------------------------------------------------
    # Names
    # ------------------------------------------------------------------

    def test_a_symptom_has_a_name(self):
        self.env["res.lang"]._activate_lang("th_TH")
        thai = self.dark.with_context(lang="th_TH")
        for name in ("  ", "\u200b", "\n\t", ""):
            with self.subTest(name=name):
                for write in (
                    lambda name: self.dark.write({"name": name}),
                    lambda name: thai.write({"name": name}),
                    lambda name: self.dark.copy({"name": name}),
                ):
                    with self.assertRaises(ValidationError):
                        write(name)
                thai.name = "ไม่มีภาพ"
                self.dark.update_field_translations("name", {"th_TH": name})
                self.assertEqual(thai.name, "No picture")
                self.dark.update_field_translations(
                    "name", {"en_US": name, "th_TH": "มืด"}
                )
                self.assertEqual((self.dark.name, thai.name), ("No picture", "มืด"))

    def test_frequent_symptoms_come_first(self):
        self.assertEqual(
            self.asset._sort_symptoms(self.asset._get_symptoms()[self.asset]).mapped(
                "name"
            ),
            ["No picture", "No sound"],
        )
        for asset in (self.asset, self.asset_2):
            self._new_ticket(asset, self.quiet)
        self._new_ticket(self.asset, self.dark)
        self.assertEqual(
            self.asset._sort_symptoms(self.asset._get_symptoms()[self.asset]).mapped(
                "name"
            ),
            ["No sound", "No picture"],
        )

    def test_one_query_for_many_devices(self):
        assets = self.asset | self.asset_2
        self._count_queries(assets)  # fills the caches
        few = self._count_queries(assets)
        many = assets | assets.browse(
            [self._create_asset(f"MANY-{number}").id for number in range(30)]
        )
        self.assertEqual(self._count_queries(many), few)

    def _count_queries(self, assets):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        assets._get_symptoms()
        return self.env.cr.sql_log_count - before

    # ------------------------------------------------------------------
    # Who may do what
    # ------------------------------------------------------------------

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_access(self):
        manager = new_test_user(
            self.env, "bridge_manager", groups="helpdesk_mgmt.group_helpdesk_manager"
        )
        public = self.env.ref("base.public_user")
        values = {
            "name": "Smells",
            "asset_category_ids": self.projectors.ids,
            "category_id": self.display.id,
        }
        rights = {
            public: "",
            self.student: "",
            self.teacher: "",
            self.asset_user: "",
            self.own_agent: "read",
            self.agent: "read",
            manager: "read write create unlink",
        }
        for user, allowed in rights.items():
            symptom = self.dark.copy().with_user(user)
            actions = {
                "read": lambda one: one.read(["name", "asset_category_ids"]),
                "write": lambda one: one.write({"name": "Other"}),
                "create": lambda one: one.create(values),
                "unlink": lambda one: one.unlink(),
            }
            for action, act in actions.items():
                with self.subTest(user=user.login, action=action):
                    if action in allowed.split():
                        act(symptom)
                    else:
                        with self.assertRaises(AccessError):
                            act(symptom)

    def test_a_manager_without_rights_on_assets_can_use_the_form(self):
        manager = new_test_user(
            self.env, "bridge_manager", groups="helpdesk_mgmt.group_helpdesk_manager"
        )
        with Form(self.env["helpdesk.symptom"].with_user(manager)) as form:
            form.name = "Flickers"
            form.category_id = self.display
            form.asset_category_ids.add(self.projectors)
        self.assertIn("Flickers", self._names(self.asset))

    def test_a_symptom_needs_an_asset_category(self):
        for value in (False, [Command.clear()], [Command.unlink(self.projectors.id)]):
            with self.subTest(value=value), self.assertRaises(ValidationError):
                self.dark.asset_category_ids = value

    def test_a_symptom_in_use_is_archived_and_not_deleted(self):
        self._new_ticket(self.asset, self.dark)
        for symptoms in (self.dark, self.quiet | self.dark):
            with self.subTest(symptoms), self.assertRaises(ValidationError):
                symptoms.unlink()
        self.quiet.unlink()
        self.dark.action_archive()

    # ------------------------------------------------------------------
    # What a ticket gets
    # ------------------------------------------------------------------

    def _new_ticket(self, asset, symptom, words="", **values):
        Ticket = self.env["helpdesk.ticket"].with_user(self.student)
        prepared = Ticket._prepare_submission_values(
            symptom.category_id,
            words,
            assets_sudo=asset.sudo(),
            symptom_sudo=symptom.sudo(),
            **values,
        )
        return self.env["helpdesk.ticket"].create(prepared)

    def test_category_priority_and_title(self):
        titles = {
            "No picture - Testar TX-06, Room 204": {},
            "No picture - Testar, Room 204": {"model": False},
            "No picture - Projector, Room 204": {"brand": False, "model": False},
            "No picture - Projectors": {
                "brand": False,
                "model": False,
                "name": False,
                "location_id": False,
            },
        }
        for title, facts in titles.items():
            asset = self._create_asset("TTL")
            asset.write(facts)
            with self.subTest(title):
                ticket = self._new_ticket(asset, self.dark, name="My own title")
                self.assertEqual(ticket.name, title)
                self.assertEqual(ticket.category_id, self.display)
                self.assertEqual(ticket.priority, "2")
                self.assertEqual(ticket.symptom_id, self.dark)
                self.assertEqual(ticket.asset_id, asset)

    def test_the_description_contains_only_what_the_requester_chose_or_wrote(self):
        Ticket = self.env["helpdesk.ticket"]
        none = self.env["helpdesk.symptom"]
        said = {
            "Dark since noon": (self.dark, self.display, "Dark since noon"),
            "No picture": (self.dark, self.display, ""),
            "Display": (none, self.display, ""),
            "": (none, self.display.browse(), ""),
        }
        for expected, (symptom, category, words) in said.items():
            with self.subTest(expected):
                ticket = Ticket.create(
                    Ticket.with_user(self.student)._prepare_submission_values(
                        category,
                        words,
                        assets_sudo=self.asset.sudo(),
                        symptom_sudo=symptom.sudo(),
                    )
                )
                self.assertEqual(html2plaintext(ticket.description or ""), expected)
                self.assertTrue(ticket.name)

    def test_in_the_language_of_the_requester(self):
        self.env["res.lang"]._activate_lang("th_TH")
        self.dark.with_context(lang="th_TH").name = "ไม่มีภาพ"
        thai = self.asset.with_context(lang="th_TH")
        self.assertEqual(thai._get_symptoms()[thai][0].name, "ไม่มีภาพ")
        ticket = self._new_ticket(self.asset, self.dark.with_context(lang="th_TH"))
        self.assertEqual(ticket.name, "ไม่มีภาพ - Testar TX-06, Room 204")

    def test_the_field_is_below_the_device_of_a_new_ticket(self):
        Ticket = self.env["helpdesk.ticket"].with_user(self.agent)
        arch = etree.fromstring(Ticket.get_view(view_type="form")["arch"])
        new, saved = arch.xpath("//field[@name='symptom_id']")
        self.assertTrue(saved.xpath("ancestor::div[@name='device_panel']"))
        [group] = new.xpath("ancestor::group[@name='new_ticket']")
        self.assertEqual(group.get("invisible"), "id")
        names = [node.get("name") for node in group.iter("field")]
        self.assertEqual(names[names.index("asset_id") + 1], "symptom_id")

    def test_an_agent_chooses_the_symptom_on_the_ticket(self):
        agent = self.env["helpdesk.ticket"].with_user(self.agent)
        with Form(agent.with_context(default_team_id=self.team.id)) as form:
            form.asset_id = self.asset
            form.symptom_id = self.dark
            form.partner_id = self.student.partner_id
            self.assertEqual(form.category_id, self.display)
            self.assertEqual(form.priority, "2")
            self.assertEqual(form.name, "No picture - Testar TX-06, Room 204")
            form.name = "My title"
            form.symptom_id = self.quiet
            self.assertEqual(form.name, "My title")

    def test_the_suggestions_follow_the_choice(self):
        """An agent corrects the device or the symptom before the ticket is saved."""
        second = self.asset_2
        second.category_id = self.projectors
        chair = self.asset.copy({"asset_code": "CHA-1", "serial_number": "CHA-1"})
        chair.category_id = self.env["asset.category"].create({"name": "Chairs"})
        dark, quiet = self.dark, self.quiet
        title = self.env["helpdesk.ticket"]._get_symptom_title
        for choices, expected in (
            ([self.asset, second], "Issue with TST-002"),
            ([self.asset, dark, second], title(dark, second)),
            ([dark, self.asset], title(dark, self.asset)),
            ([self.asset, dark, quiet], title(quiet, self.asset)),
            ([self.asset, dark, chair], "Issue with CHA-1"),
            ([dark], "No picture"),
        ):
            with self.subTest(expected):
                form = Form(
                    self.env["helpdesk.ticket"]
                    .with_user(self.agent)
                    .with_context(default_team_id=self.team.id)
                )
                for choice in choices:
                    is_device = choice._name == "asset.asset"
                    setattr(form, "asset_id" if is_device else "symptom_id", choice)
                self.assertEqual(form.name, expected)
                ticket = form.save()
                self.assertEqual(ticket.name, expected)
                if devices := [c for c in choices if c._name == "asset.asset"]:
                    self.assertIn(devices[-1].asset_code, ticket.description)
                    for other in devices[:-1]:
                        self.assertNotIn(other.asset_code, ticket.description)
                if chair in choices:
                    self.assertFalse(ticket.symptom_id)
                    self.assertFalse(ticket.category_id)
                    self.assertEqual(ticket.priority, "1")

    def test_a_title_from_the_symptom(self):
        Ticket = self.env["helpdesk.ticket"].with_user(self.agent)
        for asset, title in (
            (self.asset, "No picture - Testar TX-06, Room 204"),
            (self.env["asset.asset"], "No picture"),
        ):
            values = {"team_id": self.team.id, "symptom_id": self.dark.id}
            ticket = Ticket.create({**values, "asset_id": asset.id})
            self.assertEqual(ticket.name, title)

    def test_a_ticket_with_a_device_shows_it(self):
        """It can be chosen while the ticket is open; what is empty takes no room."""
        Ticket = self.env["helpdesk.ticket"].with_user(self.agent)
        for values, is_ended, is_shown in (
            ({"asset_id": self.asset.id, "symptom_id": self.dark.id}, False, True),
            ({"asset_id": self.asset.id}, False, True),
            ({"symptom_id": self.dark.id}, False, True),
            ({}, False, False),
            ({"asset_id": self.asset.id}, True, False),
            ({"symptom_id": self.dark.id}, True, True),
        ):
            ticket = self._create_ticket(user_id=self.agent.id, **values)
            if is_ended:
                ticket._set_status("resolved")
            form = Form(ticket.with_user(self.agent))
            with self.subTest(ended=is_ended, **values):
                shown = not form._get_modifier("symptom_id", "invisible")
                self.assertEqual(shown, is_shown)
        self.assertFalse(Form(Ticket)._get_modifier("symptom_id", "invisible"))

    def test_an_agent_adds_it_to_an_open_ticket(self):
        """The desk has already decided about priority and category."""
        other = self.env["helpdesk.ticket.category"].create({"name": "Other"})
        for category, expected in ((False, self.display), (other, other)):
            ticket = self._create_ticket(
                user_id=self.agent.id,
                asset_id=self.asset.id,
                category_id=category and category.id,
                priority="0",
            )
            with self.subTest(category), Form(ticket.with_user(self.agent)) as form:
                form.symptom_id = self.dark
            self.assertEqual(ticket.symptom_id, self.dark)
            self.assertEqual(ticket.category_id, expected)
            self.assertEqual(ticket.priority, "0")

    def test_an_agent_is_offered_those_of_the_device(self):
        foreign = self.dark.copy(
            {
                "asset_category_ids": [
                    Command.set(self.env["asset.category"].create({"name": "X"}).ids)
                ]
            }
        )
        Ticket = self.env["helpdesk.ticket"].with_user(self.agent)
        arch = etree.fromstring(Ticket.get_view(view_type="form")["arch"])
        for node in arch.xpath("//field[@name='symptom_id']"):
            for category, expected in (
                (self.projectors.id, self.dark),
                (False, self.dark | foreign),
            ):
                domain = safe_eval(node.get("domain"), {"asset_category": category})
                found = self.env["helpdesk.symptom"].search(domain)
                self.assertEqual(found & (self.dark | foreign), expected)

    def test_without_device_the_same_phrase_names_the_devices(self):
        boards = self.env["asset.category"].create({"name": "Boards"})
        phrases = self.dark
        for kinds in (boards, self.projectors | boards):
            phrases |= self.dark.copy({"asset_category_ids": [Command.set(kinds.ids)]})
        with_devices = {
            f"No picture ({', '.join(phrase.asset_category_ids.mapped('name'))})"
            for phrase in phrases
        }
        self.assertEqual(len(with_devices), 3)
        Ticket = self.env["helpdesk.ticket"].with_user(self.agent)
        arch = etree.fromstring(Ticket.get_view(view_type="form")["arch"])
        for node in arch.xpath("//field[@name='symptom_id']"):
            for category, expected in (
                (self.projectors.id, {"No picture"}),
                (False, with_devices),
            ):
                values = {"asset_category": category}
                found = (
                    self.env["helpdesk.symptom"]
                    .with_user(self.agent)
                    .with_context(**safe_eval(node.get("context"), values))
                    .name_search("No picture", safe_eval(node.get("domain"), values))
                )
                shown = {name for id_, name in found if id_ in phrases.ids}
                self.assertEqual(shown, expected)

    # ------------------------------------------------------------------
    # Demo data
    # ------------------------------------------------------------------

    def test_the_demo_has_both_languages(self):
        path = file_path("school_asset_helpdesk_bridge/demo/helpdesk_symptom_demo.xml")
        per_category = {}
        for record in etree.parse(path).iter("record"):
            values = {field.get("name"): field for field in record}
            with self.subTest(record.get("id")):
                self.assertTrue(values["name"].text)
                self.assertRegex(values["name@th"].text, "[\u0e01-\u0e5b]")
            kind = values["asset_category_ids"].get("eval")
            per_category.setdefault(kind, []).append(values["name"].text)
        self.assertEqual(len(per_category), 7)
        for names in per_category.values():
            self.assertIn(len(names), range(4, 7))
            self.assertEqual(len(set(names)), len(names))
