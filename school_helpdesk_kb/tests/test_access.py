"""Access of each kind of user to each kind of article, granted and refused."""

from datetime import datetime, timedelta

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import DELETERS, READERS, WRITERS, ArticleCommon

RULES = "odoo.addons.base.models.ir_rule"


@tagged("post_install", "-at_install")
class TestArticleAccess(ArticleCommon):
    def _check_readers(self, article, readers):
        for name in self.users:
            as_user = self._as(name, article)
            found = as_user.search([("id", "=", article.id)])
            with self.subTest(article=article.title, user=name):
                self.assertEqual(bool(found), name in readers)
                if name in readers:
                    self.assertEqual(as_user.read(["title"])[0]["id"], article.id)
                else:
                    with self.assertRaises(AccessError), mute_logger(RULES):
                        as_user.read(["title"])

    def test_updates_change_the_rules(self):
        names = self.env["ir.model.data"].search(
            [("module", "=", "school_helpdesk_kb"), ("model", "=", "ir.rule")]
        )
        self.assertTrue(names)
        self.assertFalse(any(names.mapped("noupdate")))

    def test_read_published(self):
        for audience, readers in READERS.items():
            self._check_readers(self.articles[audience], readers)

    def test_read_unpublished(self):
        """Only editors read draft, archived, future and expired articles."""
        now = datetime.now()
        for values in (
            {"state": "draft"},
            {"state": "archived"},
            {"publish_date": now + timedelta(hours=1)},
            {"expiry_date": now - timedelta(hours=1)},
        ):
            for audience in READERS:
                article = self.articles[audience].copy(
                    {
                        "title": f"{audience} {values}",
                        "state": "published",
                        "publish_date": now - timedelta(days=1),
                        **values,
                    }
                )
                self._check_readers(article, WRITERS)

    def test_team_membership_applies_immediately(self):
        article = self.articles["teams"]
        self.assertFalse(self._as("own", article).has_access("read"))
        self.team.user_ids += self.users["own"]
        self.assertTrue(self._as("own", article).has_access("read"))
        self.team.user_ids -= self.users["own"]
        self.assertFalse(self._as("own", article).has_access("read"))

    @mute_logger(RULES, "odoo.addons.base.models.ir_model")
    def test_write_create_unlink(self):
        for name in self.users:
            article = self._create_article(f"To change by {name}")
            as_user = self._as(name, article)
            with self.subTest(user=name):
                if name in WRITERS:
                    as_user.title = "Changed"
                    as_user.create({"title": "New"})
                else:
                    with self.assertRaises(AccessError):
                        as_user.title = "Changed"
                    with self.assertRaises(AccessError):
                        as_user.create({"title": "New"})
                if name in DELETERS:
                    as_user.unlink()
                    self.assertFalse(article.exists())
                else:
                    with self.assertRaises(AccessError):
                        as_user.unlink()

    @mute_logger(RULES, "odoo.addons.base.models.ir_model")
    def test_versions_votes_and_counts(self):
        """Only editors read versions, votes, counts and searches; no user writes."""
        article = self.articles["public"]
        article._vote(False, reason="failed", comment="Nothing")
        article._count_suggestions(article)
        self.env["helpdesk.article.search.log"]._log_search("flux capacitor")
        for model in (
            "helpdesk.article.version",
            "helpdesk.article.vote",
            "helpdesk.article.deflection",
            "helpdesk.article.search.log",
            "helpdesk.article.synonym",
        ):
            for name, user in self.users.items():
                Model = self.env[model].with_user(user)
                with self.subTest(model=model, user=name):
                    if name in WRITERS:
                        self.assertTrue(Model.search([], limit=1))
                    else:
                        with self.assertRaises(AccessError):
                            Model.search([], limit=1)
                    if name in DELETERS and model == "helpdesk.article.synonym":
                        continue
                    with self.assertRaises(AccessError):
                        Model.check_access("create")
                    with self.assertRaises(AccessError):
                        Model.check_access("write")

    @mute_logger("odoo.orm.models")
    def test_internal_fields(self):
        """Visitors and portal users cannot read the internal fields of an article."""
        article = self.articles["public"]
        for field in (
            "author_id", "team_ids", "review_date", "source_ticket_id", "vote_ids",
            "version_ids", "shown_count", "is_poorly_rated", "keywords",
        ):  # fmt: skip
            for name in ("public", "portal"):
                with self.subTest(field=field, user=name):
                    with self.assertRaises(AccessError):
                        self._as(name, article).read([field])

    def test_categories(self):
        """Users see a category only if they may read an article in it."""
        empty = self.env["helpdesk.article.category"].create({"name": "Empty"})
        for audience, readers in READERS.items():
            parent = empty.create({"name": f"Above {audience}"})
            category = empty.create({"name": audience, "parent_id": parent.id})
            self.articles[audience].category_id = category
            self.assertEqual(parent.audience, audience)
            for name in self.users:
                with self.subTest(audience=audience, user=name):
                    self.assertEqual(
                        self._as(name, category).has_access("read"), name in readers
                    )
                    self.assertEqual(
                        self._as(name, parent).has_access("read"), name in readers
                    )
        for name in self.users:
            with self.subTest(user=name):
                self.assertEqual(
                    self._as(name, empty).has_access("read"), name in WRITERS
                )

    def test_categories_without_readable_article(self):
        """The name of a category must not reveal hidden articles."""
        category = self.env["helpdesk.article.category"].create({"name": "Layoffs"})
        article = self._create_article("Plan", category_id=category.id)
        elsewhere = self.env["res.company"].create({"name": "Other school"})
        now = datetime.now()
        for values in (
            {"publish_date": now + timedelta(days=1)},
            {"publish_date": now - timedelta(days=2), "expiry_date": now},
            {"state": "archived"},
            {"company_id": elsewhere.id},
        ):
            self.assertTrue(self._as("public", category).has_access("read"))
            before = article.read(list(values), load=False)[0]
            article.write(values)
            self.env.flush_all()
            for name in ("public", "portal", "employee"):
                as_user = self._as(name, category)
                with self.subTest(values=values, user=name):
                    self.assertFalse(as_user.has_access("read"))
                    self.assertFalse(as_user.search([("id", "=", category.id)]))
            article.write({name: before[name] for name in values})
            self.env.flush_all()

    def test_companies(self):
        """Articles of another company are hidden, also from editors."""
        article = self.articles["internal"]
        article.company_id = self.env["res.company"].create({"name": "Other school"})
        for name in ("employee", "editor", "helpdesk_manager"):
            self.assertFalse(self._as(name, article).has_access("read"))


@tagged("post_install", "-at_install")
class TestArticleAccessHttp(HttpCase, ArticleCommon):
    """The same access over HTTP: pages and JSON routes."""

    def test_pages_and_scripts(self):
        for name in self.users:
            if name == "public":
                self.authenticate(None, None)
            else:
                self.authenticate(f"reader_{name}", f"reader_{name}")
            suggested = {
                article["id"] for article in self._rpc("suggest", text="beamer guide")
            }
            listing = self.url_open("/helpdesk/articles?search=beamer guide").text
            for audience, readers in READERS.items():
                article = self.articles[audience]
                expected = name in readers
                with self.subTest(user=name, audience=audience):
                    response = self.url_open(article.website_url)
                    self.assertEqual(response.status_code, 200 if expected else 404)
                    self.assertEqual(article.title in response.text, expected)
                    self.assertEqual(article.title in listing, expected)
                    self.assertEqual(article.id in suggested, expected)
                    preview = self._rpc("preview", article_id=article.id)
                    self.assertEqual(bool(preview), expected)

    def test_garbage(self):
        """Malformed ids and texts are answered without a server error."""
        self.authenticate(None, None)
        for path in ("0", "99999999", "x-99999999", "category/99999999"):
            response = self.url_open(f"/helpdesk/articles/{path}")
            self.assertEqual(response.status_code, 404, path)
        for page in ("0", "999"):
            response = self.url_open(f"/helpdesk/articles/page/{page}")
            self.assertEqual(response.status_code, 200, page)
        for article_id in ("1; DROP TABLE x", None, {}, [], -1, 2**40, True):
            self.assertFalse(self._rpc("preview", article_id=article_id))
            self.assertTrue(self._rpc("tally", shown=[article_id], viewed=article_id))
        for text in (None, 3, {}, [], "'", "%%%", "\\\\\\", "!&|()<->:*", "a" * 9000):
            self.assertEqual(self._rpc("suggest", text=text), [], text)

    def test_portal_over_rpc(self):
        """RPC calls of a portal user get the same access as the pages."""
        user = self.users["portal"]
        self.authenticate(user.login, user.login)
        titles = {
            values["title"]
            for values in self._call("search_read", [[["id", ">", 0]], ["title"]])[
                "result"
            ]
        }
        self.assertIn(self.articles["portal"].title, titles)
        self.assertNotIn(self.articles["internal"].title, titles)
        self.assertNotIn(self.articles["teams"].title, titles)
        article_id = self.articles["portal"].id
        with mute_logger("odoo.http"):
            for method, args in (
                ("write", [[article_id], {"title": "Mine"}]),
                ("unlink", [[article_id]]),
                ("action_publish", [[article_id]]),
                ("read", [[self.articles["internal"].id], ["title"]]),
                ("_vote", [[article_id], True]),
                ("_search_ranked", ["beamer"]),
            ):
                with self.subTest(method=method):
                    self.assertIn("error", self._call(method, args))

    def test_other_user_cannot_change_a_vote(self):
        """A vote is found by the current user, never by an id from the request."""
        other = new_test_user(self.env, "reader_other", groups="base.group_portal")
        article = self.articles["portal"]
        vote = article.with_user(self.users["portal"])._vote(True)
        self.assertFalse(article.with_user(other)._get_vote())
        article.with_user(other)._vote(False, reason="failed")
        self.assertTrue(vote.helpful)
        self.assertEqual(len(article.vote_ids), 2)

    def _rpc(self, route, **params):
        with mute_logger("odoo.http"):
            response = self.url_open(
                f"/helpdesk/articles/{route}", json={"method": "call", "params": params}
            ).json()
        return response.get("result")

    def _call(self, method, args):
        return self.url_open(
            "/web/dataset/call_kw",
            json={
                "params": {
                    "model": "helpdesk.article",
                    "method": method,
                    "args": args,
                    "kwargs": {},
                }
            },
        ).json()
