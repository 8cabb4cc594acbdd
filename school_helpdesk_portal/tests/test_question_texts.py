"""The texts of a team's questions are translated for requesters."""

from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools.misc import file_path
from odoo.tools.safe_eval import safe_eval

from .common import PortalCase

QUESTIONS = [
    {"name": "login", "string": "Your login", "type": "char"},
    {
        "name": "meanwhile",
        "string": "Can you work meanwhile?",
        "type": "selection",
        "selection": [["yes", "Yes, I can"], ["no", "No, it stops me"]],
    },
    {
        "name": "places",
        "string": "Where?",
        "type": "tags",
        "tags": [["room", "In the room", 1], ["home", "At home", 2]],
    },
    {"name": "size", "string": "How long?", "type": "integer", "suffix": "minutes"},
]
THAI = {
    "Your login": "ชื่อผู้ใช้ของคุณ",
    "Can you work meanwhile?": "ทำงานต่อได้หรือไม่",
    "Yes, I can": "ทำได้",
    "No, it stops me": "ทำไม่ได้",
    "Where?": "ที่ไหน",
    "In the room": "ในห้อง",
    "At home": "ที่บ้าน",
    "How long?": "นานเท่าใด",
    "minutes": "นาที",
}


@tagged("post_install", "-at_install")
class TestQuestionTexts(PortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("th_TH")
        cls.manager = new_test_user(
            cls.env, "texts_manager", groups="helpdesk_mgmt.group_helpdesk_manager"
        )
        cls.asking = cls.env["helpdesk.ticket.team"].create(
            {"name": "Asking", "ticket_properties": QUESTIONS}
        )

    def _translate(self):
        texts = self.asking.with_user(self.manager).question_text_ids
        for text in texts:
            text.with_context(lang="th_TH").text = THAI[text.source]

    def _get_inputs(self, lang):
        team = self.asking.with_user(self.teacher).with_context(lang=lang)
        return team._portal_get_property_inputs()

    def _get_texts(self, inputs):
        return {
            text
            for one in inputs
            for text in (
                one["label"],
                one["suffix"],
                *(label for _key, label in one["options"]),
            )
            if text
        }

    def test_the_demo_questions_have_thai_texts(self):
        tree = etree.parse(
            file_path("school_helpdesk_portal/demo/helpdesk_ticket_team_demo.xml")
        )
        [questions] = tree.findall(".//field[@name='ticket_properties']")
        self.asking.ticket_properties = safe_eval(questions.get("eval"))
        texts = {}
        for record in tree.findall("record[@model='helpdesk.ticket.team.text']"):
            values = {field.get("name"): field.text for field in record}
            self.assertEqual(values["text"], values["source"])
            self.assertRegex(values["text@th"], "[\u0e01-\u0e5b]")
            texts[values["source"]] = values["text@th"]
        sources = self.asking.question_text_ids.mapped("source")
        self.assertEqual(set(texts), set(sources))

    def test_each_text_can_be_translated(self):
        texts = self.asking.question_text_ids
        self.assertEqual(set(texts.mapped("source")), set(THAI))
        self.assertEqual(texts.mapped("text"), texts.mapped("source"))

    def test_the_form_is_in_the_language_of_the_reader(self):
        for lang in ("en_US", "th_TH"):
            self.assertEqual(self._get_texts(self._get_inputs(lang)), set(THAI))
        self._translate()
        self.assertEqual(self._get_texts(self._get_inputs("en_US")), set(THAI))
        thai = self._get_inputs("th_TH")
        self.assertEqual(self._get_texts(thai), set(THAI.values()))
        options = {one["label"]: one["options"] for one in thai}
        self.assertEqual(options["ทำงานต่อได้หรือไม่"], [("yes", "ทำได้"), ("no", "ทำไม่ได้")])

    def test_answers_are_stored_and_shown_in_both_languages(self):
        self._translate()
        names = {one["label"]: one["name"] for one in self._get_inputs("th_TH")}
        sent = {
            names["ชื่อผู้ใช้ของคุณ"]: ["tara"],
            names["ทำงานต่อได้หรือไม่"]: ["no"],
            names["ที่ไหน"]: ["home", "room"],
            names["นานเท่าใด"]: ["5"],
        }
        team = self.asking.with_user(self.teacher).with_context(lang="th_TH")
        values, errors = team._portal_parse_properties(lambda name: sent.get(name, []))
        self.assertFalse(errors)
        ticket = self._new_tickets(self.teacher, name="Dark", team_id=self.asking.id)
        ticket.properties = values
        for lang, expected in (
            ("en_US", {"Where?": "At home, In the room"}),
            ("th_TH", {"ที่ไหน": "ที่บ้าน, ในห้อง", "ทำงานต่อได้หรือไม่": "ทำไม่ได้"}),
        ):
            with self.subTest(lang):
                shown = dict(
                    ticket.with_context(lang=lang)._portal_properties(self.teacher)
                )
                for label, text in expected.items():
                    self.assertEqual(shown.get(label), text)

    def test_errors_name_the_translated_question(self):
        self._translate()
        team = self.asking.with_user(self.teacher).with_context(lang="th_TH")
        _values, errors = team._portal_parse_properties(lambda name: ["x"])
        self.assertIn("นานเท่าใด", "".join(errors))

    def test_changed_questions_keep_the_other_translations(self):
        self._translate()
        kept, changed = QUESTIONS[0], dict(QUESTIONS[3], string="How many minutes?")
        self.asking.with_user(self.manager).ticket_properties = [kept, changed]
        texts = self.asking.question_text_ids.with_context(lang="th_TH")
        self.assertEqual(
            {text.source: text.text for text in texts},
            {
                "Your login": "ชื่อผู้ใช้ของคุณ",
                "How many minutes?": "How many minutes?",
                "minutes": "นาที",
            },
        )
        self.asking.ticket_properties = False
        self.assertFalse(self.asking.question_text_ids)

    def test_an_update_adds_the_texts_of_older_questions(self):
        self.asking.question_text_ids.unlink()
        self.asking.active = False
        for _again in range(2):
            self.env["helpdesk.ticket.team"]._update_all_question_texts()
            sources = self.asking.question_text_ids.mapped("source")
            self.assertEqual(sorted(sources), sorted(THAI))

    def test_only_managers_translate(self):
        agent = new_test_user(
            self.env, "texts_agent", groups="helpdesk_mgmt.group_helpdesk_user"
        )
        text = self.asking.question_text_ids[0]
        self.assertTrue(text.with_user(agent).text)
        for user in (agent, self.teacher):
            with self.subTest(user.login), self.assertRaises(AccessError):
                text.with_user(user).text = "Other"
        with self.assertRaises(AccessError):
            text.with_user(self.teacher).read(["text"])
        with self.assertRaises(AccessError):
            text.with_user(self.manager).unlink()
