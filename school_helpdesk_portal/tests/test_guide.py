"""The guides: one illustrated article for each role, behind the help icon."""

import re

from lxml import etree, html

from odoo.tests import new_test_user, tagged
from odoo.tools import convert_file, file_open
from odoo.tools.misc import file_path

from ..models.helpdesk_article_guide import GUIDES
from .common import PortalCase

MODULE = "school_helpdesk_portal"
DATA = "data/helpdesk_guide_data.xml"
PICTURES = f"/{MODULE}/static/img/guide/"
THAI = "[\u0e01-\u0e5b]"
#: In bytes: a teacher reads the page on a phone.
PICTURE_LIMIT = 80_000
#: A person reads about 200 words in a minute.
WORD_LIMITS = {"guide_teacher": 200, "guide_technician": 300, "guide_manager": 300}


@tagged("post_install", "-at_install")
class TestGuide(PortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            login="portal_manager",
            groups="helpdesk_mgmt.group_helpdesk_manager",
        )
        cls.guides = {name: cls.env.ref(f"{MODULE}.{name}") for name in GUIDES}

    def _get_own(self, user):
        return self.env["helpdesk.article"].with_user(user)._get_guide().sudo()

    def _open_help(self, user):
        self.authenticate(user.login, user.login)
        return self.url_open("/helpdesk/help")

    # ------------------------------------------------------------------
    # Each user gets the guide of the own role
    # ------------------------------------------------------------------

    def test_each_role_has_its_guide(self):
        for user, name in (
            (self.teacher, "guide_teacher"),
            (self.student, "guide_teacher"),
            (self.employee, "guide_teacher"),
            (self.agent, "guide_technician"),
            (self.manager, "guide_manager"),
        ):
            with self.subTest(user=user.name):
                self.assertEqual(self._get_own(user), self.guides[name])
                response = self._open_help(user)
                self.assertEqual(response.status_code, 200)
                page = html.fromstring(response.content)
                title = page.findtext(".//h1")
                self.assertEqual(title.strip(), self.guides[name].title)

    def test_requesters_do_not_read_the_guides_of_the_desk(self):
        for name in ("guide_technician", "guide_manager"):
            guide = self.guides[name]
            self.assertFalse(guide.with_user(self.teacher).has_access("read"))
            self.authenticate(self.teacher.login, self.teacher.login)
            self.assertEqual(self.url_open(guide.website_url).status_code, 404)

    def test_withdrawn_guides(self):
        self.guides["guide_manager"].action_draft()
        self.assertEqual(self._get_own(self.manager), self.guides["guide_technician"])
        self.guides["guide_technician"].expiry_date = "2020-01-01"
        self.guides["guide_technician"].publish_date = "2019-01-01"
        self.assertEqual(self._get_own(self.manager), self.guides["guide_teacher"])
        self.guides["guide_teacher"].unlink()
        self.assertFalse(self._get_own(self.manager))
        for user in (self.manager, self.teacher):
            response = self._open_help(user)
            self.assertEqual(response.status_code, 200)
            self.assertTrue(response.url.endswith("/helpdesk/articles"))

    def test_the_icon_is_on_our_pages(self):
        self.authenticate(self.teacher.login, self.teacher.login)
        for path in ("/my", "/my/tickets", "/new/ticket", "/helpdesk/articles"):
            with self.subTest(path=path):
                page = html.fromstring(self.url_open(path).content)
                [icon] = page.xpath("//header//a[@href='/helpdesk/help']")
                self.assertEqual(icon.get("aria-label"), "How it works")

    def test_visitors_have_no_icon(self):
        page = html.fromstring(self.url_open("/helpdesk/articles").content)
        self.assertFalse(page.xpath("//a[@href='/helpdesk/help']"))
        self.assertIn("/web/login", self.url_open("/helpdesk/help").url)

    def test_the_menu_of_the_desk(self):
        menu = self.env.ref(f"{MODULE}.guide_menu")
        self.assertEqual(menu.action.url, "/helpdesk/help")
        Menu = self.env["ir.ui.menu"]
        self.assertIn(menu.id, Menu.with_user(self.agent)._visible_menu_ids())
        self.assertNotIn(menu.id, Menu.with_user(self.employee)._visible_menu_ids())

    def test_guides_are_found_but_not_suggested(self):
        Article = self.env["helpdesk.article"].with_user(self.agent)
        for words, name in (
            ("how to get help", "guide_teacher"),
            ("for technicians", "guide_technician"),
            ("run the help desk", "guide_manager"),
        ):
            with self.subTest(words=words):
                guide = self.guides[name]
                self.assertIn(guide.id, Article._search_ranked(words)[0].ids)
                self.assertNotIn(guide.id, Article._get_suggestions(words).ids)
        # guides do not reduce the number of other suggested articles
        articles = self.env["helpdesk.article"].create(
            [
                {
                    "title": f"Technicians and managers get help {number}",
                    "state": "published",
                }
                for number in range(5)
            ]
        )
        found = Article._get_suggestions("technicians get help")
        self.assertEqual(set(found.ids), set(articles.ids))

    # ------------------------------------------------------------------
    # The text belongs to the school
    # ------------------------------------------------------------------

    def _load(self, mode):
        convert_file(self.env, MODULE, DATA, {}, mode=mode, noupdate=True)

    def test_an_update_keeps_the_schools_words(self):
        guide = self.guides["guide_teacher"]
        guide.write({"title": "Our own words", "content": "<p>Call us: 204.</p>"})
        self._load("update")
        self.assertEqual(guide.title, "Our own words")
        self.assertEqual(guide.content, "<p>Call us: 204.</p>")

    def test_an_update_adds_the_guides(self):
        """An update adds the guides to a database of an older version."""
        category = self.env.ref(f"{MODULE}.category_guide")
        (self.env["helpdesk.article"].union(*self.guides.values())).unlink()
        category.unlink()
        self._load("update")
        for name in GUIDES:
            guide = self.env.ref(f"{MODULE}.{name}")
            self.assertTrue(guide.is_live)
            self.assertTrue(guide.content)

    # ------------------------------------------------------------------
    # The text as delivered
    # ------------------------------------------------------------------

    def _get_delivered(self):
        """Yield for each guide its name and its delivered texts by field name."""
        records = etree.parse(file_path(f"{MODULE}/{DATA}")).findall(
            "record[@model='helpdesk.article']"
        )
        self.assertEqual({record.get("id") for record in records}, set(GUIDES))
        for record in records:
            yield record.get("id"), {field.get("name"): field.text for field in record}

    def test_written_in_both_languages(self):
        for name, texts in self._get_delivered():
            with self.subTest(guide=name):
                for field in ("title", "content", "keywords"):
                    self.assertNotRegex(texts[field], THAI)
                    self.assertRegex(texts[f"{field}@th"], THAI)
                english, thai = (
                    html.fromstring(f"<div>{texts[field]}</div>")
                    for field in ("content", "content@th")
                )
                for tag in ("h2", "li", "p", "img", "b"):
                    self.assertEqual(
                        len(english.findall(f".//{tag}")),
                        len(thai.findall(f".//{tag}")),
                        tag,
                    )
                words = re.findall(r"\w+", english.text_content())
                self.assertLess(len(words), WORD_LIMITS[name])

    def test_pictures(self):
        """Each picture is there, small, described, and shows the page's language."""
        for name, texts in self._get_delivered():
            for field in ("content", "content@th"):
                pictures = html.fromstring(f"<div>{texts[field]}</div>").findall(
                    ".//img"
                )
                self.assertTrue(pictures)
                for picture in pictures:
                    source = picture.get("src")
                    with self.subTest(guide=name, picture=source):
                        self.assertTrue(picture.get("alt").strip())
                        self.assertTrue(source.startswith(PICTURES))
                        self.assertEqual(
                            source.endswith("-th.png"), field == "content@th"
                        )
                        with file_open(source.lstrip("/"), "rb") as file:
                            self.assertLess(len(file.read()), PICTURE_LIMIT)

    def test_thai_readers_read_thai(self):
        self.env["res.lang"]._activate_lang("th_TH")
        module = self.env["ir.module.module"].search([("name", "=", MODULE)])
        module._update_translations(["th_TH"])
        self.teacher.lang = "th_TH"
        for name, guide in self.guides.items():
            with self.subTest(guide=name):
                thai = guide.with_context(lang="th_TH")
                self.assertRegex(thai.title, THAI)
                self.assertIn("-th.png", thai.content)
                self.assertNotIn("-th.png", guide.with_context(lang="en_US").content)
