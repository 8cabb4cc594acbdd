"""The report form: choices, devices, questions, and reports for other people."""

import uuid
from unittest.mock import patch

from lxml import html

from odoo.http import Request
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.school_helpdesk_portal.controllers import report

from ..models.helpdesk_ticket_team.question_records import OFFERED_RECORDS
from .common import PortalCase
from .scan_common import PIXEL

DEFINITIONS = [
    {"name": "why", "string": "Why?", "type": "char"},
    {"name": "story", "string": "Story", "type": "text"},
    {"name": "count", "string": "How many?", "type": "integer"},
    {"name": "size", "string": "Size", "type": "float", "suffix": "cm"},
    {"name": "urgent", "string": "Blocks a lesson", "type": "boolean"},
    {"name": "day", "string": "Since", "type": "date"},
    {"name": "until", "string": "Until", "type": "datetime"},
    {
        "name": "pick",
        "string": "Which",
        "type": "selection",
        "selection": [["a", "Alpha"], ["b", "Beta"]],
    },
    {
        "name": "marks",
        "string": "Marks",
        "type": "tags",
        "tags": [["x", "Ex", 1], ["y", "Why", 2]],
    },
    {"name": "friend", "string": "Friend", "type": "many2one", "comodel": "res.users"},
]


class ReportCase(PortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Team = cls.env["helpdesk.ticket.team"]
        cls.desk, cls.other_desk = Team.create(
            [
                {"name": "Machines", "show_in_portal": True},
                {"name": "Accounts", "show_in_portal": True},
            ]
        )
        cls.desk.ticket_properties = DEFINITIONS
        cls.other_desk.ticket_properties = [
            {"name": "login", "string": "Your login", "type": "char"}
        ]
        Type = cls.env["helpdesk.ticket.type"]
        cls.machine, cls.account, cls.hidden_type = Type.create(
            [
                {"name": "Machine", "team_ids": [(4, cls.desk.id)]},
                {"name": "Account", "team_ids": [(4, cls.other_desk.id)]},
                {"name": "Hidden type", "show_in_portal": False},
            ]
        )
        cls.dark, cls.locked, cls.hidden, cls.of_hidden = cls.env[
            "helpdesk.ticket.category"
        ].create(
            [
                {"name": "Too dark", "type_id": cls.machine.id, "company_id": False},
                {"name": "Locked out", "type_id": cls.account.id, "company_id": False},
                {"name": "Secret", "company_id": False, "show_in_portal": False},
                {
                    "name": "Under cover",
                    "company_id": False,
                    "type_id": cls.hidden_type.id,
                },
            ]
        )
        cls.teacher.email = "tara@school.example"
        cls.student.email = "sunan@school.example"
        cls.employee_of = {
            user: cls.env["hr.employee"].create({"name": user.name, "user_id": user.id})
            for user in (cls.teacher, cls.student)
        }
        cls.kind = cls.env["asset.category"].create({"name": "Laptops"})
        cls.room = cls._new_room("Room 204")
        cls.own = cls._new_asset("LAP-0001", cls.student)
        cls.in_room = cls._new_asset("PRJ-0001")
        cls.foreign = cls._new_asset(
            "LAP-0002", cls.teacher, location_id=cls._new_room("Room 9").id
        )
        cls.env.ref(
            "school_helpdesk_portal.group_helpdesk_on_behalf"
        ).user_ids += cls.teacher

    @classmethod
    def _new_room(cls, name):
        return cls.env["asset.location"].create({"name": name, "location_type": "room"})

    @classmethod
    def _new_asset(cls, code, user=None, **values):
        return cls.env["asset.asset"].create(
            {
                "asset_code": code,
                "name": "Laptop",
                "category_id": cls.kind.id,
                "location_id": cls.room.id,
                "custodian_id": user and cls.employee_of[user].id,
                **values,
            }
        )

    def setUp(self):
        super().setUp()
        self._sign_in(self.student)

    def _sign_in(self, user):
        self.authenticate(user.login, user.login)

    def _page(self, path="/new/ticket"):
        response = self.url_open(path)
        self.assertEqual(response.status_code, 200)
        return html.fromstring(response.content)

    def _send(self, files=None, **data):
        data = {
            "csrf_token": Request.csrf_token(self),
            "key": uuid.uuid4().hex,
            "subject": "It is dark",
            "category": str(self.dark.id),
            **data,
        }
        return self.url_open("/helpdesk/report", data, files, allow_redirects=False)

    def _sent(self, user=None):
        user = user or self.student
        return self.env["helpdesk.ticket"].search([("create_uid", "=", user.id)])

    def _assert_made(self, response):
        self.assertEqual(response.status_code, 303, self._errors(response))
        ticket = self.env["helpdesk.ticket"].browse(
            int(response.headers["Location"].rsplit("/", 1)[-1])
        )
        return ticket.exists()

    def _assert_refused(self, response, status, user=None):
        self.assertEqual(response.status_code, status)
        self.assertFalse(self._sent(user))

    def _errors(self, response):
        if not response.content:
            return []
        page = html.fromstring(response.content)
        return [
            line.text_content().strip()
            for line in page.xpath("//*[@class='o_helpdesk_errors']/*")
        ]

    def _field(self, name, team=None):
        return f"field_{(team or self.desk).id}_{name}"


@tagged("post_install", "-at_install")
class TestReport(ReportCase):
    def test_the_category_determines_type_and_team(self):
        ticket = self._assert_made(
            self._send(description="Since today.", type=str(self.account.id))
        )
        self.assertEqual(ticket.name, "It is dark")
        self.assertIn("Since today.", ticket.description)
        self.assertEqual(ticket.category_id, self.dark)
        self.assertEqual(ticket.type_id, self.machine)
        self.assertEqual(ticket.team_id, self.desk)
        self.assertEqual(ticket.partner_id, self.student.partner_id)
        self.assertFalse(ticket.submitter_id)
        self.assertFalse(ticket.user_id)
        self.assertEqual(
            ticket.channel_id, self.env.ref("school_helpdesk_portal.channel_portal")
        )
        self.assertIn(self.student.partner_id, ticket.message_partner_ids)
        self.assertEqual(ticket.status_category, "open")

    def test_works_if_the_channel_was_deleted(self):
        self.env["helpdesk.ticket.channel"].search([]).unlink()
        ticket = self._assert_made(self._send(type=str(self.account.id)))
        self.assertFalse(ticket.channel_id)

    def test_a_type_without_category_is_enough(self):
        ticket = self._assert_made(self._send(type=str(self.account.id), category=""))
        self.assertFalse(ticket.category_id)
        self.assertEqual(ticket.type_id, self.account)
        self.assertEqual(ticket.team_id, self.other_desk)

    def test_the_setting_can_require_a_category(self):
        self.env.company.helpdesk_mgmt_portal_category_id_required = True
        response = self._send(type=str(self.account.id), category="")
        self._assert_refused(response, 422)

    def test_hidden_types_and_categories_are_not_offered(self):
        page = self._page()
        text = page.text_content()
        for name in ("Too dark", "Locked out", "Machine", "Account"):
            self.assertIn(name, text)
        for name in ("Secret", "Under cover", "Hidden type"):
            self.assertNotIn(name, text)
        for category in (self.hidden, self.of_hidden):
            self._assert_refused(self._send(category=str(category.id)), 422)
        response = self._send(category="", type=str(self.hidden_type.id))
        self._assert_refused(response, 422)
        self.assertIn("Please choose what it is about.", self._errors(response))
        self._assert_refused(self._send(category=""), 422)
        self._assert_refused(self._send(category="999999999"), 422)

    def test_a_subject_of_invisible_characters_is_missing(self):
        for subject in ("\u200b", " \u2060\n\ufeff", "\u00ad\u202e"):
            with self.subTest(subject=subject):
                response = self._send(subject=subject)
                self._assert_refused(response, 422)
                self.assertIn("in a few words", "".join(self._errors(response)))

    def test_garbage(self):
        for name, values in {
            "category": ("x", "-1", "9" * 30, "1,2", "٣"),
            "type": ("x", "-1"),
            "asset": ("x", "-1", "9" * 30, ""),
            "room": ("x", "0"),
            "key": ("", "x", "A" * 32),
        }.items():
            for value in values:
                with self.subTest(name=name, value=value):
                    self._assert_refused(self._send(**{name: value}), 400)
        # a file is sent instead of a text
        for name in ("subject", "key", "category", "behalf", "person", "asset"):
            with self.subTest(name=name):
                data = {"csrf_token": Request.csrf_token(self), "key": "0" * 32}
                data.pop(name, None)
                response = self.url_open(
                    "/helpdesk/report", data, {name: ("a.txt", b"x")}
                )
                self.assertIn(response.status_code, (400, 422))
        for value in ("x", "", "-1"):
            response = self.url_open(f"/new/ticket?asset_id={value}")
            self.assertEqual(response.status_code, 400)

    def test_other_fields_are_ignored(self):
        ticket = self._assert_made(
            self._send(
                partner_id=str(self.teacher.partner_id.id),
                submitter_id=str(self.teacher.partner_id.id),
                user_id=str(self.agent.id),
                stage_id="3",
                priority="3",
                team_id=str(self.other_desk.id),
                team=str(self.other_desk.id),
            )
        )
        plain = self._assert_made(self._send())
        for name in ("partner_id", "submitter_id", "user_id", "stage_id", "priority"):
            self.assertEqual(ticket[name], plain[name], name)
        self.assertEqual(ticket.team_id, self.desk)

    def test_a_refused_form_keeps_its_values(self):
        response = self._send(
            subject="",
            description="<b>My</b> long story",
            asset=str(self.own.id),
            **{self._field("why"): "Because", self._field("count"): "many"},
        )
        self._assert_refused(response, 422)
        page = html.fromstring(response.content)
        form = page.forms[-1]
        self.assertEqual(form.fields["description"], "<b>My</b> long story")
        self.assertEqual(form.fields[self._field("why")], "Because")
        self.assertEqual(form.fields["category"], str(self.dark.id))
        self.assertTrue(page.xpath(f"//input[@value='{self.own.id}'][@checked]"))
        errors = self._errors(response)
        self.assertIn("“How many?”: please enter a whole number.", errors)
        self.assertEqual(len(errors), 2)
        self._assert_refused(self._send(subject="x" * 121), 422)
        self._assert_refused(self._send(description="x" * 10_001), 422)

    def test_texts_are_escaped(self):
        ticket = self._assert_made(
            self._send(
                subject="<script>alert(1)</script>",
                description="<img src=x onerror=alert(2)>",
                **{self._field("why"): "<script>alert(3)</script>"},
            )
        )
        text = self.url_open(f"/my/ticket/{ticket.id}").text
        for secret in ("<script>alert", "<img src=x"):
            self.assertNotIn(secret, text)

    def test_a_form_sent_twice_creates_one_ticket(self):
        key = uuid.uuid4().hex
        first = self._assert_made(self._send(key=key))
        self.assertEqual(self._assert_made(self._send(key=key)), first)
        self.assertEqual(len(self._sent()), 1)

    def test_rate_limit(self):
        self.env.company.helpdesk_portal_limit = 1
        self._assert_made(self._send())
        response = self._send()
        self.assertEqual(response.status_code, 422)
        self.assertIn("many tickets", self._errors(response)[0])

    def test_files(self):
        ticket = self._assert_made(
            self._send([("photo", ("a.png", PIXEL)), ("photo", ("b.txt", b"log"))])
        )
        files = self.env["ir.attachment"].search(
            [("res_model", "=", ticket._name), ("res_id", "=", ticket.id)]
        )
        self.assertEqual(set(files.mapped("name")), {"a.png", "b.txt"})
        self.assertIn("a.png", self.url_open(f"/my/ticket/{ticket.id}").text)

    def test_refused_files_keep_the_other_values(self):
        for name, content in (
            ("virus.exe", b"MZ\x90\x00 binary"),
            ("photo.png", b"MZ\x90\x00 binary"),
            ("empty.png", b""),
        ):
            with self.subTest(name=name):
                response = self._send(
                    [("photo", (name, content)), ("photo", ("a.png", PIXEL))]
                )
                self._assert_refused(response, 422)
                self.assertIn(name, self._errors(response)[0])
                page = html.fromstring(response.content)
                self.assertEqual(page.forms[-1].fields["subject"], "It is dark")
                self.assertIn("choose your files again", page.text_content())

    @mute_logger("odoo.http")
    def test_needs_account_post_and_csrf_token(self):
        data = {"key": uuid.uuid4().hex, "subject": "x", "category": self.dark.id}
        for path in ("/helpdesk/report", "/helpdesk/report/people"):
            response = self.url_open(path, data=data, allow_redirects=False)
            self.assertEqual(response.status_code, 400)
        response = self.url_open("/helpdesk/report", allow_redirects=False)
        self.assertTrue(response.headers["Location"].endswith("/new/ticket"))
        self.assertEqual(self.url_open("/helpdesk/report/people").status_code, 405)
        self.authenticate(None, None)
        for path in ("/new/ticket", "/helpdesk/report/people"):
            token = Request.csrf_token(self)
            response = self.url_open(
                path,
                data={"csrf_token": token} if "report" in path else None,
                allow_redirects=False,
            )
            self.assertIn("/web/login", response.headers["Location"])
        response = self._send()
        self.assertIn("/web/login", response.headers["Location"])
        self.assertFalse(self._sent())

    def test_the_page_loads_nothing_from_other_servers(self):
        response = self.url_open("/new/ticket")
        self.assertIn("script-src 'self';", response.headers["Content-Security-Policy"])
        self.assertEqual(response.headers["Cache-Control"], "no-store")

    def test_employees_can_use_the_form(self):
        self._sign_in(self.employee)
        self.assertIn("Too dark", self._page().text_content())
        ticket = self._assert_made(self._send())
        self.assertEqual(ticket.partner_id, self.employee.partner_id)

    def test_ocas_route_is_checked_too(self):
        """OCA's own route shows this form with errors and creates no ticket."""
        response = self._post(
            "/submitted/ticket",
            subject="Kept words",
            description="",
            asset=str(self.foreign.id),
            person=str(self.teacher.partner_id.id),
        )
        self._assert_refused(response, 422)
        self.assertIn("Kept words", response.text)
        self.env.company.helpdesk_mgmt_portal_team_id_required = False
        response = self._post(
            "/submitted/ticket",
            subject="By OCA",
            description="Words",
            asset=str(self.foreign.id),
            person=str(self.teacher.partner_id.id),
            partner_id=str(self.teacher.partner_id.id),
        )
        self.assertEqual(response.status_code, 200)
        ticket = self._sent()
        self.assertEqual(ticket.partner_id, self.student.partner_id)
        self.assertFalse(ticket.submitter_id)
        self.assertFalse(ticket.asset_id)

    def test_same_queries_for_any_number_of_devices(self):
        for number in range(20):
            self._new_asset(f"FEW-{number}", self.student if number % 2 else None)
        few = self._count_queries("/new/ticket")
        self.env["asset.asset"].create(
            [
                {
                    "asset_code": f"MANY-{number}",
                    "name": "Laptop",
                    "category_id": self.kind.id,
                    "location_id": self.room.id,
                }
                for number in range(2000)
            ]
        )
        # Odoo reads at most a thousand records in one query
        self.assertLessEqual(self._count_queries("/new/ticket"), few + 2)
        boxes = self._page().xpath("//input[@name='asset']")
        self.assertEqual(len(boxes), 300)


@tagged("post_install", "-at_install")
class TestReportDevices(ReportCase):
    def test_own_devices_and_those_of_the_room(self):
        ids = set(self._page().xpath("//input[@name='asset']/@value"))
        self.assertEqual(ids, {str(self.own.id), str(self.in_room.id)})
        self._sign_in(self.employee)
        self.assertFalse(self._page().xpath("//input[@name='asset']"))

    def test_several_devices(self):
        third = self._new_asset("LAP-0003", self.student)
        ticket = self._assert_made(
            self._send(asset=[third.id, self.own.id, self.in_room.id, third.id])
        )
        self.assertEqual(ticket.asset_id, third)
        self.assertEqual(
            ticket.asset_link_ids.asset_id, third | self.own | self.in_room
        )
        self.assertEqual(
            sorted(ticket.asset_link_ids.mapped("role")),
            ["affected", "affected", "primary"],
        )
        page = self._page(f"/my/ticket/{ticket.id}")
        self.assertIn("LAP-0003", page.xpath("//dl")[0].text_content())
        # the text of the user is unchanged
        self.assertEqual(ticket.name, "It is dark")

    def test_a_whole_room(self):
        ticket = self._assert_made(self._send(room=str(self.room.id)))
        self.assertEqual(ticket.asset_link_ids.asset_id, self.own | self.in_room)
        ticket = self._assert_made(
            self._send(room=str(self.room.id), asset=str(self.in_room.id))
        )
        self.assertEqual(ticket.asset_id, self.in_room)
        self.assertEqual(len(ticket.asset_link_ids), 2)

    def test_devices_and_rooms_of_others_are_refused(self):
        for user, asset in (
            (self.student, self.foreign),
            (self.teacher, self.own),
            (self.employee, self.own),
        ):
            self._sign_in(user)
            for values in (
                {"asset": str(asset.id)},
                {"asset": [asset.id, self.own.id]},
                {"room": str(asset.location_id.id)},
                {"asset": "999999999"},
            ):
                with self.subTest(user=user.login, **values):
                    self._assert_refused(self._send(**values), 404, user)
            page = self.url_open(f"/new/ticket?asset_id={asset.id}")
            self.assertEqual(page.status_code, 404)

    def test_a_link_selects_a_device(self):
        page = self._page(f"/new/ticket?asset_id={self.in_room.id}")
        [chosen] = page.xpath("//input[@name='asset'][@checked]")
        self.assertEqual(chosen.get("value"), str(self.in_room.id))
        self.assertEqual(
            page.xpath("(//input[@name='asset'])[1]/@value"), [str(self.in_room.id)]
        )


@tagged("post_install", "-at_install")
class TestReportQuestions(ReportCase):
    def test_each_type_of_property(self):
        self.student.tz = "Asia/Bangkok"
        ticket = self._assert_made(
            self._send(
                **{
                    self._field("why"): "Because",
                    self._field("story"): "Long\nstory",
                    self._field("count"): "3",
                    self._field("size"): "2.5",
                    self._field("urgent"): "1",
                    self._field("day"): "2026-11-20",
                    self._field("until"): "2026-11-20T15:30",
                    self._field("pick"): "b",
                    self._field("marks"): ["x", "y"],
                }
            )
        )
        [row] = ticket.read(["properties"])
        values = {line["name"]: line.get("value") for line in row["properties"]}
        for name, value in {
            "why": "Because",
            "story": "Long\nstory",
            "count": 3,
            "size": 2.5,
            "urgent": True,
            "pick": "b",
            "marks": ["x", "y"],
        }.items():
            self.assertEqual(values[name], value)
        self.assertEqual(str(values["day"])[:10], "2026-11-20")
        self.assertEqual(str(values["until"])[:16], "2026-11-20 08:30")
        self.assertFalse(values["friend"])
        page = self._page(f"/my/ticket/{ticket.id}")
        text = " ".join(page.text_content().split())
        for words in (
            "Which Beta",
            "Marks Ex, Why",
            "Size 2.5 cm",
            "Blocks a lesson Yes",
        ):
            self.assertIn(words, text)
        self.assertNotIn("Friend", text)

    def test_invalid_answers_are_refused(self):
        for name, texts in {
            "why": ["x" * 251],
            "count": ["1.5", "x", "9" * 20, "1e3"],
            "size": ["x", "nan", "inf", "1e999"],
            "day": ["x", "2026-02-30", "20.11.2026"],
            "until": ["x", "2026-11-20T25:00", "2026-11-20T10:00+02:00"],
            "pick": ["c", "Alpha"],
            "marks": ["z"],
        }.items():
            for text in texts:
                with self.subTest(name=name, text=text):
                    response = self._send(**{self._field(name): text})
                    self._assert_refused(response, 422)
                    self.assertEqual(len(self._errors(response)), 1)

    def test_answers_are_optional(self):
        ticket = self._assert_made(self._send())
        self.assertFalse(any(dict(ticket.properties).values()))
        text = self._page(f"/my/ticket/{ticket.id}").text_content()
        for name in ("How many?", "Size", "Why?", "Marks"):
            self.assertNotIn(name, text)

    def test_answers_to_other_questions_are_ignored(self):
        ticket = self._assert_made(
            self._send(
                **{
                    self._field("friend"): str(self.agent.id),
                    self._field("made_up"): "x",
                    self._field("login", self.other_desk): "x",
                    "properties": "{}",
                }
            )
        )
        self.assertFalse(any(dict(ticket.properties).values()))
        self.assertNotIn("made_up", dict(ticket.properties))
        self.assertNotIn("login", dict(ticket.properties))
        ticket = self._assert_made(
            self._send(
                category=str(self.locked.id),
                **{self._field("login", self.other_desk): "tara"},
            )
        )
        self.assertEqual(ticket.properties["login"], "tara")

    def _ask(self, **definitions):
        self.desk.ticket_properties = [
            {"name": name, "string": name.title(), **definition}
            for name, definition in definitions.items()
        ]

    def test_only_readable_records_are_offered(self):
        article = {"type": "many2one", "comodel": "helpdesk.article"}
        public, secret = self.env["helpdesk.article"].create(
            [
                {"title": "For all", "audience": "public", "state": "published"},
                {"title": "For the desk", "audience": "internal", "state": "published"},
            ]
        )
        self._ask(
            one={**article, "domain": str([("id", "in", (public + secret).ids)])},
            several={**article, "type": "many2many"},
            # the user may read neither mail.mail nor the field "keywords"
            mail={"type": "many2one", "comodel": "mail.mail"},
            hidden={**article, "domain": "[('keywords', '=', False)]"},
            people={"type": "many2many", "comodel": "res.partner"},
        )
        page = self._page()
        field = self._field
        options = page.xpath(f"//select[@name='{field('one')}']/option/@value")
        self.assertEqual(options, ["", str(public.id)])
        offered = page.xpath(f"//input[@name='{field('several')}']/@value")
        self.assertIn(str(public.id), offered)
        self.assertNotIn(str(secret.id), offered)
        for name in ("mail", "hidden", "people"):
            self.assertFalse(page.xpath(f"//*[@name='{field(name)}']"))
        ticket = self._assert_made(
            self._send(
                **{
                    field("one"): str(public.id),
                    field("several"): [str(public.id)],
                    field("people"): str(self.student.partner_id.id),
                    field("mail"): "x",
                }
            )
        )
        self.assertFalse(ticket.properties["people"])
        self.assertEqual(ticket.properties["one"], public)
        self.assertEqual(ticket.properties["several"], public)
        text = " ".join(self._page(f"/my/ticket/{ticket.id}").text_content().split())
        self.assertIn("One For all", text)
        # if an agent selects an internal record, the requester does not see its name
        ticket.properties = {"one": secret.id, "several": (public + secret).ids}
        text = " ".join(self._page(f"/my/ticket/{ticket.id}").text_content().split())
        self.assertIn("Several For all", text)
        self.assertNotIn("For the desk", text)

    def test_invalid_records_are_refused(self):
        country = {"type": "many2one", "comodel": "res.country"}
        thailand, laos = self.env.ref("base.th"), self.env.ref("base.la")
        self._ask(
            one={**country, "domain": str([("code", "=", "TH")])},
            several={**country, "type": "many2many"},
        )
        for name, sent in {
            "one": [str(laos.id), "0", "-1", "x", "9" * 30, [str(thailand.id)] * 2],
            "several": ["x", [str(laos.id), "999999999"]],
        }.items():
            for texts in sent:
                with self.subTest(name=name, texts=texts):
                    response = self._send(**{self._field(name): texts})
                    self._assert_refused(response, 422)
                    self.assertEqual(len(self._errors(response)), 1)

    def test_a_long_list_of_choices_is_complete(self):
        choices = [[f"c{number}", f"Choice {number}"] for number in range(150)]
        self._ask(
            one={"type": "selection", "selection": choices},
            several={"type": "tags", "tags": [[*choice, 1] for choice in choices]},
        )
        page = self._page()
        [select] = page.xpath(f"//select[@name='{self._field('one')}']")
        self.assertEqual(len(select), 1 + len(choices))
        boxes = page.xpath(f"//input[@name='{self._field('several')}']")
        self.assertEqual(len(boxes), len(choices))
        self.assertNotIn("This list is not complete", page.text_content())

    def test_a_long_list_of_records_is_marked(self):
        self._ask(
            one={
                "type": "many2one",
                "comodel": "res.country",
                "default": self.env.ref("base.ad").id,
            }
        )
        page = self._page()
        [select] = page.xpath(f"//select[@name='{self._field('one')}']")
        self.assertEqual(len(select), 1 + OFFERED_RECORDS)
        self.assertEqual(
            select.xpath("option[@selected]/@value"), [str(self.env.ref("base.ad").id)]
        )
        self.assertIn("This list is not complete", page.text_content())
        last = self.env["res.country"].search([], order="id desc", limit=1)
        ticket = self._assert_made(self._send(**{self._field("one"): str(last.id)}))
        self.assertEqual(ticket.properties["one"], last)

    def test_the_page_uses_native_inputs(self):
        page = self._page()
        kinds = {
            field.get("name"): field.get("type") or field.tag
            for field in page.xpath("//*[starts-with(@name, 'field_')]")
        }
        for name, kind in {
            "why": "text",
            "story": "textarea",
            "count": "number",
            "size": "number",
            "urgent": "checkbox",
            "day": "date",
            "until": "datetime-local",
            "pick": "select",
            "marks": "checkbox",
        }.items():
            self.assertEqual(kinds[self._field(name)], kind)
        self.assertNotIn(self._field("friend"), kinds)
        self.assertIn(self._field("login", self.other_desk), kinds)


@tagged("post_install", "-at_install")
class TestReportForOthers(ReportCase):
    def _find(self, text):
        return self.url_open(
            "/helpdesk/report/people",
            {"csrf_token": Request.csrf_token(self), "text": text},
        )

    def test_for_a_student(self):
        self._sign_in(self.teacher)
        ticket = self._assert_made(
            self._send(person=str(self.student.partner_id.id), behalf="Sunan")
        )
        self.assertEqual(ticket.partner_id, self.student.partner_id)
        self.assertEqual(ticket.submitter_id, self.teacher.partner_id)
        both = self.student.partner_id | self.teacher.partner_id
        self.assertLessEqual(both, ticket.message_partner_ids)
        for user in (self.teacher, self.student):
            self._sign_in(user)
            page = self._page(f"/my/ticket/{ticket.id}")
            self.assertIn("Tara Teacher", page.text_content())

    def test_who_may_report_for_others(self):
        for user, expected in (
            (self.teacher, True),
            (self.employee, True),
            (self.agent, True),
            (self.student, False),
        ):
            with self.subTest(user.login):
                self._sign_in(user)
                page = self._page()
                self.assertEqual(bool(page.xpath("//*[@name='behalf']")), expected)
                self.assertEqual(
                    self._find("Sunan").status_code, 200 if expected else 403
                )

    def test_without_the_right_no_ticket_is_created(self):
        for values in (
            {"person": str(self.teacher.partner_id.id)},
            {"behalf": "Tara Teacher"},
            {"person": str(self.student.partner_id.id)},
        ):
            with self.subTest(**values):
                self._assert_refused(self._send(**values), 403)

    def test_for_whom_users_may_report(self):
        nobody = self.env["res.partner"].create(
            {"name": "No Account", "parent_id": self.school.id}
        )
        former = self._new_user("portal_former", "Former Student")
        former.active = False
        company = self.env["res.company"].create({"name": "Another School"})
        elsewhere = new_test_user(
            self.env,
            login="portal_elsewhere",
            name="Else Where",
            groups="base.group_portal",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        self._sign_in(self.teacher)
        for partner in (
            nobody,
            former.partner_id,
            elsewhere.partner_id,
            self.school,
            self.teacher.partner_id,
            self.env.ref("base.partner_root"),
            self.env.ref("base.public_partner"),
        ):
            with self.subTest(partner.name):
                response = self._send(person=str(partner.id))
                self._assert_refused(response, 404, self.teacher)
                self.assertFalse(self._find(partner.name).json())
        self._assert_refused(self._send(person="999999999"), 404, self.teacher)
        self._assert_refused(self._send(person="x"), 400, self.teacher)

    def test_people_are_found_by_what_is_typed(self):
        self._sign_in(self.teacher)
        names = ("100% Somchai", "1000 Somchai", "Ann_Lee Na", "AnnXLee Na", "คุณคำแก้ว")
        for number, name in enumerate(names):
            self._new_user(f"portal_typed_{number}", name)
        for typed, found in (
            ("100%", names[0]),
            ("ann_lee", names[2]),
            ("คุณค\u0e4d\u0e32", names[4]),
            ("%%%", None),
            ("\\\\\\", None),
        ):
            with self.subTest(typed=typed):
                people = [one["name"] for one in self._find(typed).json()]
                self.assertEqual(people, [found] if found else [])

    def test_found_by_name_or_address(self):
        self._sign_in(self.teacher)
        found = [{"id": self.student.partner_id.id, "name": "Sunan Student"}]
        for text in ("sunan", "n Stud", "sunan@sch"):
            self.assertEqual(self._find(text).json(), found, text)
        for text in ("", "su", "%%%", "___", "  s  ", "school.example", "\x00\x00\x00"):
            self.assertEqual(self._find(text).json(), [], text)

    def test_at_most_ten_people_are_found(self):
        for number in range(12):
            self._new_user(f"portal_many_{number}", f"Manyone {number}")
        self._sign_in(self.teacher)
        self.assertEqual(len(self._find("Manyone").json()), 10)

    def test_the_rate_limit_of_searches(self):
        self._sign_in(self.teacher)
        with patch.object(report, "SEARCH_LIMIT", 2):
            statuses = [self._find("Sunan").status_code for _time in range(3)]
        self.assertEqual(statuses, [200, 200, 429])

    def test_without_the_script(self):
        """A unique name is accepted; otherwise the page asks to choose a person."""
        self._sign_in(self.teacher)
        ticket = self._assert_made(self._send(behalf="sunan"))
        self.assertEqual(ticket.partner_id, self.student.partner_id)
        ticket.unlink()
        self._new_user("portal_sunan", "Sunan Second")
        response = self._send(behalf="sunan")
        self._assert_refused(response, 422, self.teacher)
        page = html.fromstring(response.content)
        self.assertEqual(len(page.xpath("//input[@name='person']")), 2)
        response = self._send(behalf="Qqq")
        self._assert_refused(response, 422, self.teacher)
        self.assertIn("Nobody is called “Qqq”.", self._errors(response)[0])
