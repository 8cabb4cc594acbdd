"""Articles on the scan page: selection, access and counting of solutions."""

from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError
from odoo.http import Request
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .scan_common import ScanCase


class ScanArticleCase(ScanCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.above = cls.env["asset.category"].create({"name": "Pictures and Sound"})
        cls.kind.parent_id = cls.above
        # do not show articles of the demo data
        cls.env["helpdesk.article"].search([]).asset_category_ids = False

    @classmethod
    def _new_article(cls, title, models=(), **values):
        return cls.env["helpdesk.article"].create(
            {
                "title": title,
                "content": f"<p>How to: {title}</p>",
                "state": "published",
                "audience": "portal",
                "publish_date": fields.Datetime.now() - timedelta(days=1),
                "asset_model_ids": [
                    (0, 0, {"brand": brand, "model": model}) for brand, model in models
                ],
                **values,
            }
        )

    def _articles(self, asset=None, user=None):
        asset = (asset or self.asset).with_user(user or self.student).sudo()
        return asset._scan_get_articles().mapped("title")


@tagged("post_install", "-at_install")
class TestScanArticles(ScanArticleCase):
    def test_model_then_category_then_parent_categories(self):
        self._new_article("Above", asset_category_ids=self.above.ids)
        self._new_article("Kind", asset_category_ids=self.kind.ids)
        self._new_article("Other brand", [("Other", "TX-06")])
        self._new_article("Other model", [("Testar", "TX-07")])
        self.assertEqual(self._articles(), ["Kind", "Above"])
        self._new_article("Any brand", [(False, "tx-06")])
        self._new_article(
            "Model", [("TESTAR ", " tx-06")], asset_category_ids=self.kind.ids
        )
        self.assertEqual(self._articles(), ["Any brand", "Model", "Kind"])
        bare = self._new_asset("X", brand=False, model=False)
        self.assertEqual(self._articles(bare), ["Kind", "Model", "Above"])
        foreign = self.env["asset.category"].create({"name": "Chairs"})
        chair = self._new_asset("Y", model="C1", category_id=foreign.id)
        self.assertEqual(self._articles(chair), [])

    def test_the_most_helpful_articles_first(self):
        for title in ("First", "Second"):
            article = self._new_article(title, asset_category_ids=self.kind.ids)
        article.with_user(self.teacher)._vote(True)
        self.assertEqual(self._articles(), ["Second", "First"])

    def test_only_readable_articles(self):
        kind = {"asset_category_ids": self.kind.ids}
        self._new_article("Internal", audience="internal", **kind)
        self._new_article("Draft", state="draft", **kind)
        self._new_article("Gone", state="archived", **kind)
        self._new_article(
            "Over", publish_date="2020-01-01", expiry_date="2020-01-02", **kind
        )
        self.assertEqual(self._articles(), [])
        self.assertEqual(self._articles(user=self.employee), ["Internal"])
        manager = new_test_user(
            self.env, "scan_manager", groups="helpdesk_mgmt.group_helpdesk_manager"
        )
        self.assertEqual(self._articles(user=manager), ["Internal"])

    def test_the_page_shows_articles_and_counts_solutions(self):
        article = self._new_article(
            "Dark",
            asset_category_ids=self.kind.ids,
            content='<p title="<img x">A</p><img src="/web/static/img/user.png"/>',
        )
        self._sign_in()
        page = self._scan()
        [fix] = page.xpath("//details")
        self.assertEqual(fix.find("summary").text, "Dark")
        self.assertEqual(fix.xpath(".//img/@loading"), ["lazy"])
        form = next(form for form in page.forms if form.action.endswith("/solved"))
        self.assertEqual(form.fields["article_id"], str(article.id))
        response = self._post(form.action, article_id=article.id)
        self.assertEqual(response.status_code, 200)
        self.assertIn("Glad that it helped", response.text)
        self.assertEqual((article.shown_count, article.solved_count), (1, 1))
        self.assertFalse(self._sent())

    def test_signed_out_visitors_see_no_article(self):
        self._new_article("Dark", audience="public", asset_category_ids=self.kind.ids)
        self.authenticate(None, None)
        self.assertNotIn("Dark", self._scan().text_content())

    def test_only_offered_articles_count_as_solution(self):
        mine = self._new_article("Mine", asset_category_ids=self.kind.ids)
        foreign = self._new_article("Foreign")
        hidden = self._new_article(
            "Hidden", audience="internal", asset_category_ids=self.kind.ids
        )
        self._sign_in()
        answers = {foreign.id: 404, hidden.id: 404}
        answers |= dict.fromkeys((0, "x", "9" * 40, ""), 400)
        for article_id, status in answers.items():
            with self.subTest(article_id=article_id):
                response = self._post(f"{self.path}/solved", article_id=article_id)
                self.assertEqual(response.status_code, status)
        response = self._post(f"/helpdesk/scan/{'A' * 22}/solved", article_id=mine.id)
        self.assertEqual(response.status_code, 404)
        self.assertEqual(self.url_open(f"{self.path}/solved").status_code, 404)
        self.authenticate(None, None)
        response = self.url_open(
            f"{self.path}/solved",
            data={"csrf_token": Request.csrf_token(self), "article_id": mine.id},
            allow_redirects=False,
        )
        self.assertIn("/web/login", response.headers["Location"])
        articles = mine | foreign | hidden
        self.assertFalse(sum(articles.mapped("solved_count")))


@tagged("post_install", "-at_install")
class TestArticleLinks(ScanArticleCase):
    def test_editors_link_models_and_see_the_number_of_devices(self):
        editor = new_test_user(
            self.env,
            "scan_editor",
            groups="school_helpdesk_kb.group_helpdesk_article_editor",
        )
        self._new_asset("EPS-0013", brand="testar", model="TX-06 ")
        with Form(self.env["helpdesk.article"].with_user(editor)) as form:
            form.title = "New"
            form.asset_category_ids.add(self.kind)
            for brand, model in (("Testar", "TX-06"), ("", "TX-06"), ("A", "slip")):
                with form.asset_model_ids.new() as link:
                    link.brand, link.model = brand, model
        article = form.save()
        counts = {
            (link.brand, link.model): link.device_count
            for link in article.asset_model_ids
        }
        self.assertEqual(
            counts,
            {("Testar", "TX-06"): 2, ("", "TX-06"): 2, ("A", "slip"): 0},
        )

    def test_readers_cannot_change_links(self):
        article = self._new_article(
            "Dark", [("Testar", "TX-06")], asset_category_ids=self.kind.ids
        )
        own = article.with_user(self.agent)
        self.assertEqual(own.asset_category_ids.mapped("name"), ["Beamers"])
        self.assertEqual(own.asset_model_ids.mapped("model"), ["TX-06"])
        with self.assertRaises(AccessError):
            own.asset_model_ids.model = "X"
        with self.assertRaises(AccessError):
            own.asset_category_ids.name = "X"
        for user in (self.student, self.employee):
            with self.subTest(user.login), self.assertRaises(AccessError):
                article.asset_model_ids.with_user(user).read(["model"])
            with self.subTest(user.login), self.assertRaises(AccessError):
                article.with_user(user).read(["asset_category_ids"])

    @mute_logger("odoo.sql_db")
    def test_a_model_is_linked_once(self):
        with self.assertRaises(UniqueViolation):
            self._new_article("Twice", [("Testar", "TX-06"), ("testar", "tx-06")])
