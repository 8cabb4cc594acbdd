"""Attacks on the articles, grouped by kind."""

import base64
import json

from lxml import html

from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import READERS, ArticleCommon

LIST_URL = "/helpdesk/articles"
ATTACK = "<script>alert(1)</script>"
ELSEWHERE = "//evil.example"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAA"
    "AABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestArticleAttacks(HttpCase, ArticleCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.article = cls.articles["public"]

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def _sign_in(self, name):
        if name == "public":
            self.authenticate(None, None)
        else:
            self.authenticate(self.users[name].login, self.users[name].login)

    def _post(self, path, **data):
        return self.url_open(
            path, data={"csrf_token": Request.csrf_token(self), **data}
        )

    def _vote(self, article, **data):
        return self._post(f"{LIST_URL}/{article.id}/vote", **data)

    def _rpc(self, route, **params):
        return self.url_open(f"{LIST_URL}/{route}", json={"params": params})

    # Stored scripts (XSS)

    def test_script_from_editors(self):
        """No page runs a script from a title, text, category, image or synonym."""
        self.article.write(
            {
                "title": ATTACK,
                "content": f"<p>x</p>{ATTACK}<img src=x onerror=alert(1)>",
                "seo_name": ATTACK,
                "website_meta_title": ATTACK,
                "website_meta_description": ATTACK,
            }
        )
        self.category.write({"name": ATTACK, "icon": f'"{ATTACK}'})
        self.env["helpdesk.article.synonym"].create({"words": f"{ATTACK}, beamer"})
        for url in (
            LIST_URL,
            f"{LIST_URL}/{self.article.id}",
            f"{LIST_URL}/category/{self.category.id}",
            f"{LIST_URL}?search=beamer",
            f"{LIST_URL}?search={ATTACK}",
            "/sitemap.xml",
        ):
            response = self.url_open(url)
            with self.subTest(url=url):
                self.assertEqual(response.status_code, 200)
                self.assertNotIn(ATTACK, response.text)
                self.assertNotIn("onerror=alert", response.text)

    def test_script_in_suggestions(self):
        """Suggestions contain plain text, and the preview sanitized HTML."""
        self.article.write({"title": ATTACK, "content": f"<p>beamer</p>{ATTACK}"})
        preview = self._rpc("preview", article_id=self.article.id).json()["result"]
        self.assertEqual(preview["title"], ATTACK)
        self.assertNotIn("<script", preview["content"])
        suggested = self._rpc("suggest", text="beamer").json()["result"]
        self.assertNotIn("<", "".join(article["summary"] for article in suggested))

    def test_script_from_readers(self):
        """Comments and searches are shown to editors as plain text."""
        self._vote(self.article, helpful="no", reason="failed", comment=ATTACK)
        self.url_open(f"{LIST_URL}?search=xyzzy{ATTACK}")
        vote = self.article.vote_ids
        self.assertEqual(vote.comment, ATTACK)
        self.assertEqual(vote._fields["comment"].type, "text")
        self.assertEqual(
            self.env["helpdesk.article.search.log"]._fields["words"].type, "char"
        )
        response = self.url_open(f"{LIST_URL}/{self.article.id}")
        self.assertNotIn(ATTACK, response.text)

    # Hidden articles

    def test_hidden_pages(self):
        """A hidden article is 404 with its id alone and with any slug."""
        for name in ("public", "portal", "employee"):
            self._sign_in(name)
            for audience, readers in READERS.items():
                article = self.articles[audience]
                status = 200 if name in readers else 404
                for path in (article.id, f"x-{article.id}", f"-{article.id}"):
                    response = self.url_open(f"{LIST_URL}/{path}")
                    with self.subTest(user=name, audience=audience, path=path):
                        self.assertEqual(response.status_code, status)
                        self.assertEqual(article.title in response.text, status == 200)

    @mute_logger("odoo.http")
    def test_hidden_articles_take_no_votes_or_counts(self):
        for name in ("public", "portal", "employee"):
            self._sign_in(name)
            for audience, readers in READERS.items():
                article = self.articles[audience]
                if name in readers:
                    continue
                with self.subTest(user=name, audience=audience):
                    response = self._vote(article, helpful="yes")
                    self.assertEqual(response.status_code, 404)
                    self._rpc("tally", viewed=article.ids, solved=article.ids)
        self.env.invalidate_all()
        self.assertFalse(self.articles["teams"].vote_ids)
        self.assertEqual(self.articles["teams"].view_count, 0)
        self.assertEqual(self.articles["teams"].solved_count, 0)

    def test_hidden_pictures(self):
        """An image opens by its id for employees who may read the article.

        Everybody else needs the access token in the image's URL in the text.
        """
        pictures = {
            audience: self.env["ir.attachment"].create(
                {
                    "name": "picture.png",
                    "raw": PIXEL,
                    "res_model": "helpdesk.article",
                    "res_id": article.id,
                }
            )
            for audience, article in self.articles.items()
        }
        self.env.flush_all()
        for name in ("public", "portal", "employee", "member"):
            self._sign_in(name)
            for audience, picture in pictures.items():
                response = self.url_open(f"/web/content/{picture.id}")
                allowed = name in ("employee", "member") and name in READERS[audience]
                with self.subTest(user=name, audience=audience):
                    self.assertEqual(response.status_code, 200 if allowed else 404)
        self._sign_in("public")
        picture = pictures["public"]
        [token] = picture.generate_access_token()
        url = f"/web/content/{picture.id}?access_token="
        self.assertEqual(self.url_open(url + token).status_code, 200)
        self.assertEqual(self.url_open(url + token[::-1]).status_code, 404)

    @mute_logger("odoo.http")
    def test_hidden_versions(self):
        """Users without editor rights cannot read versions, votes and searches."""
        for name in ("portal", "employee"):
            self._sign_in(name)
            for model, field in (
                ("helpdesk.article.version", "title"),
                ("helpdesk.article.vote", "comment"),
                ("helpdesk.article.search.log", "words"),
            ):
                response = self.url_open(
                    "/web/dataset/call_kw",
                    json={
                        "params": {
                            "model": model,
                            "method": "search_read",
                            "args": [[], [field]],
                            "kwargs": {},
                        }
                    },
                )
                with self.subTest(user=name, model=model):
                    self.assertIn("error", response.json())

    def test_hidden_from_the_sitemap(self):
        draft = self._create_article("Beamer draft", state="draft")
        future = self._create_article("Beamer news", publish_date="2999-01-01")
        text = self.url_open("/sitemap.xml").text
        self.assertIn(self.article.website_url, text)
        for article in (
            draft,
            future,
            *(self.articles[name] for name in ("portal", "internal", "teams")),
        ):
            self.assertNotIn(article.website_url, text)

    def test_hidden_behind_a_successor(self):
        """An old URL does not redirect to a replacement the user may not read."""
        self.article.write(
            {"state": "archived", "replaced_by_id": self.articles["internal"].id}
        )
        response = self.url_open(self.article.website_url, allow_redirects=False)
        self.assertEqual(response.status_code, 404)
        self.assertNotIn("Location", response.headers)

    # Cross-site requests (CSRF)

    @mute_logger("odoo.http")
    def test_forged_votes(self):
        """Votes without a valid CSRF token are refused."""
        url = f"{LIST_URL}/{self.article.id}/vote"
        for data in (
            {"helpful": "yes"},
            {"helpful": "no", "reason": "failed"},
            {"helpful": "yes", "csrf_token": "forged"},
        ):
            self.assertEqual(self.url_open(url, data=data).status_code, 400)
        response = self.url_open(f"{url}?helpful=yes")
        self.assertEqual(response.status_code, 405)
        self.assertFalse(self.article.vote_ids)

    @mute_logger("odoo.http")
    def test_forged_tallies(self):
        """Content types that a form on another site can send are refused."""
        body = json.dumps({"params": {"viewed": self.article.ids}})
        for content_type in (
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
        ):
            response = self.url_open(
                f"{LIST_URL}/tally", data=body, headers={"Content-Type": content_type}
            )
            self.assertEqual(response.status_code, 415)
        response = self.url_open(f"{LIST_URL}/tally", method="OPTIONS")
        self.assertNotIn("Access-Control-Allow-Origin", response.headers)
        self.env.invalidate_all()
        self.assertEqual(self.article.view_count, 0)

    # Redirects to other sites

    def test_redirects_stay_on_this_site(self):
        for path in (
            f"{LIST_URL}/{self.article.id}?redirect={ELSEWHERE}&r={ELSEWHERE}",
            f"{LIST_URL}/{ELSEWHERE}-{self.article.id}",
            f"{LIST_URL}/%2F%2Fevil.example-{self.article.id}",
            f"{LIST_URL}/{self.article.id}/..{ELSEWHERE}",
        ):
            response = self.url_open(path, allow_redirects=False)
            location = response.headers.get("Location", "/")
            with self.subTest(path=path):
                self.assertTrue(
                    location.startswith((f"{self.base_url()}/", "/"))
                    and not location.startswith("//"),
                    location,
                )
        response = self.url_open(
            f"{LIST_URL}/{self.article.id}/vote",
            data={
                "csrf_token": Request.csrf_token(self),
                "helpful": "yes",
                "redirect": ELSEWHERE,
            },
            allow_redirects=False,
        )
        self.assertEqual(response.status_code, 303)
        self.assertIn(self.article.website_url, response.headers["Location"])

    def test_no_address_redirects_to_itself(self):
        self.env["res.lang"]._activate_lang("th_TH")
        self.env["website"].get_current_website().language_ids = self.env[
            "res.lang"
        ].search([("code", "in", ("en_US", "th_TH"))])
        article, category = self.article.id, self.category.id
        for path in (
            f"{LIST_URL}/%2541-{article}",
            f"{LIST_URL}/100%2525-{article}",
            f"{LIST_URL}/a%252Fb-{article}",
            f"{LIST_URL}/%25252541-{article}",
            f"{LIST_URL}/%25E0%25B8%2581-{article}",
            f"{LIST_URL}/a%252B-{article}",
            f"{LIST_URL}/category/%2541-{category}",
            f"{LIST_URL}/category/%2541-{category}/page/1",
            f"/th{LIST_URL}/%2541-{article}",
        ):
            with self.subTest(path=path):
                response = self.url_open(path, allow_redirects=False)
                self.assertEqual(response.status_code, 404)
        # other redirects stay
        for path in (f"{LIST_URL}/{article}", f"{LIST_URL}/old-{article}"):
            with self.subTest(path=path):
                response = self.url_open(path)
                self.assertTrue(response.url.endswith(self.article.website_url))

    def test_seo_name_cannot_point_to_another_site(self):
        self.article.seo_name = f"{ELSEWHERE}/x"
        self.assertRegex(self.article.website_url, rf"^{LIST_URL}/[\w-]+-\d+$")

    # Malformed requests

    @mute_logger("odoo.http", "odoo.sql_db")
    def test_garbage(self):
        """Malformed URLs and texts never cause a server error."""
        article = self.article.id
        for path, status in (
            ("?search=abc%00xyzzy", 200),
            ("?search=%ED%A0%80abc", 200),
            ("?search[]=a&search=b", 200),
            ("?page=zz&search=beamer&category=zz", 200),
            ("?page=zz", 200),
            (f"/category/{self.category.id}?page=zz", 200),
            (f"/page/{'9' * 30}?search=beamer", 200),
            (f"/category/{self.category.id}/page/{'9' * 30}", 200),
            ("/page/x", 404),
            (f"/x-{'9' * 30}", 404),
            (f"/category/x-{'9' * 30}", 404),
            ("/xyz", 404),
            (f"/%00-{article}", 404),
            (f"/{article}?x=%00", 200),
            (f"/{article}?article=x", 200),
        ):
            with self.subTest(path=path):
                self.assertEqual(self.url_open(LIST_URL + path).status_code, status)
        for comment in ("a\x00b", "\x00", "é" * 9000):
            response = self._vote(self.article, helpful="no", comment=comment)
            self.assertEqual(response.status_code, 200)
        for number in ("9" * 30, "0", "xyz"):
            response = self._post(f"{LIST_URL}/{number}/vote", helpful="yes")
            self.assertEqual(response.status_code, 404)

    @mute_logger("odoo.http")
    def test_garbage_to_json_routes(self):
        for route in ("suggest", "preview", "tally"):
            for body, status in (("garbage", 400), ("[]", 400), ("{}", 200)):
                response = self.url_open(
                    f"{LIST_URL}/{route}",
                    data=body,
                    headers={"Content-Type": "application/json"},
                )
                with self.subTest(route=route, body=body):
                    self.assertEqual(response.status_code, status)
                    self.assertNotIn("Odoo Server Error", response.text)

    def test_pages_are_well_formed_for_any_search(self):
        """Search words cannot break out of the HTML attribute that shows them."""
        for search in ('"><b id=out>', "'onfocus=x", "</title><b id=out>"):
            page = html.fromstring(self.url_open(f"{LIST_URL}?search={search}").text)
            with self.subTest(search=search):
                self.assertFalse(page.xpath("//*[@id='out']"))
                field = page.get_element_by_id("helpdesk_article_search")
                self.assertEqual(field.get("value"), search)
                self.assertIsNone(field.get("onfocus"))
