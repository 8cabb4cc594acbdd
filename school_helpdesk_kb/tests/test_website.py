"""The website pages of the knowledge base."""

from datetime import date, datetime
from urllib.parse import unquote

from lxml import html

from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import ArticleCommon

LIST_URL = "/helpdesk/articles"


@tagged("post_install", "-at_install")
class TestArticlePages(HttpCase, ArticleCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.article = cls.articles["public"]
        cls.parent = cls.env["helpdesk.article.category"].create({"name": "Rooms"})
        cls.category.parent_id = cls.parent

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def _page(self, url):
        response = self.url_open(url)
        self.assertEqual(response.status_code, 200)
        return html.fromstring(response.content)

    def test_start(self):
        page = self._page(LIST_URL)
        cards = page.xpath("//a[contains(@class, 'o_helpdesk_article_category')]/@href")
        self.assertIn(self.parent.website_url, cards)
        self.assertNotIn(self.category.website_url, cards)

    def test_category(self):
        page = self._page(self.parent.website_url)
        text = page.text_content()
        self.assertIn(self.article.title, text)
        self.assertNotIn(self.articles["portal"].title, text)

    def test_breadcrumbs(self):
        page = self._page(self.article.website_url)
        crumbs = page.xpath("//nav[@aria-label='You are here']//a/@href")
        self.assertEqual(
            crumbs, [LIST_URL, self.parent.website_url, self.category.website_url]
        )

    def test_related(self):
        other = self._create_article("Beamer remote")
        hidden = self._create_article("Beamer stock", audience="internal")
        page = self._page(self.article.website_url)
        related = page.xpath(
            "//section[contains(@class, 'o_helpdesk_article_related')]//a/@href"
        )
        self.assertIn(other.website_url, related)
        self.assertNotIn(hidden.website_url, related)

    def test_old_addresses(self):
        """An old link redirects to the URL with the new title."""
        old = self.article.website_url
        self.article.title = "Beamer stays dark"
        self.assertNotEqual(self.article.website_url, old)
        response = self.url_open(f"{old}?a=b", allow_redirects=False)
        self.assertEqual(response.status_code, 301)
        self.assertTrue(
            response.headers["Location"].endswith(f"{self.article.website_url}?a=b")
        )
        page = self._page(old)
        canonical = page.xpath("//link[@rel='canonical']/@href")[0]
        self.assertTrue(canonical.endswith(self.article.website_url))

    def test_replaced(self):
        """An archived article redirects to its replacement, if that is readable."""
        last = self._create_article("All about beamers")
        middle = self._create_article(
            "Beamers", state="archived", replaced_by_id=last.id
        )
        self.article.write({"state": "archived", "replaced_by_id": middle.id})
        response = self.url_open(self.article.website_url, allow_redirects=False)
        self.assertEqual(response.status_code, 301)
        self.assertTrue(response.headers["Location"].endswith(last.website_url))
        last.audience = "internal"
        self.assertEqual(self.url_open(self.article.website_url).status_code, 404)

    def test_sitemap(self):
        self.article.content_date = datetime(2020, 1, 2)
        self.article._vote(True, "key")
        urls = {
            page["loc"]: page.get("lastmod")
            for page in self.env["website"]
            .get_current_website()
            .with_user(self.users["public"])
            ._enumerate_pages()
            if page["loc"].startswith(LIST_URL)
        }
        self.assertEqual(urls[self.article.website_url], date(2020, 1, 2))
        self.assertIn(LIST_URL, urls)
        self.assertIn(self.article.website_url, urls)
        self.assertIn(self.category.website_url, urls)
        for audience in ("portal", "internal", "teams"):
            self.assertNotIn(self.articles[audience].website_url, urls)

    def test_search_page_is_not_indexed(self):
        response = self.url_open(f"{LIST_URL}?search=beamer")
        self.assertEqual(response.headers["X-Robots-Tag"], "noindex")
        self.assertNotIn("X-Robots-Tag", self.url_open(LIST_URL).headers)
        article = self.url_open(self.article.website_url)
        self.assertNotIn("X-Robots-Tag", article.headers)

    def test_search_without_result_is_logged(self):
        Log = self.env["helpdesk.article.search.log"]
        self.assertIn(
            "We found no article", self.url_open(f"{LIST_URL}?search=qwertz").text
        )
        self.assertEqual(Log.search([]).mapped("words"), ["qwertz"])
        self.url_open(f"{LIST_URL}?search=beamer")
        self.url_open(
            f"{LIST_URL}?search=robots", headers={"User-Agent": "Googlebot/2.1"}
        )
        self.assertEqual(Log.search([]).mapped("words"), ["qwertz"])

    def _vote(self, article=None, **data):
        return self.url_open(
            f"{(article or self.article).website_url}/vote",
            data={"csrf_token": Request.csrf_token(self), **data},
        )

    def test_vote_without_scripts(self):
        """Voting works with plain HTML forms, once per visitor."""
        page = self._page(self.article.website_url)
        self.assertEqual(
            page.xpath("//*[@id='helpdesk_article_vote']//button/@value"), ["yes", "no"]
        )
        response = self._vote(helpful="no")
        self.assertIn("What was wrong?", response.text)
        response = self._vote(
            helpful="no", reason="failed", comment="<script>x</script>"
        )
        self.assertIn("An editor will look at it", response.text)
        self._vote(helpful="no", reason="failed", comment="<script>x</script>")
        vote = self.article.vote_ids
        self.assertEqual(len(vote), 1)
        self.assertEqual(vote.reason, "failed")
        self.assertFalse(vote.user_id)
        self.assertTrue(vote.sudo().session_key)

    def test_vote_signed_in(self):
        user = self.users["portal"]
        self.authenticate(user.login, user.login)
        response = self._vote(helpful="yes", fragment="1")
        self.assertNotIn("<html", response.text)
        self.assertEqual(self.article.vote_ids.user_id, user)

    @mute_logger("odoo.http")
    def test_vote_refused(self):
        self.assertEqual(self._vote(helpful="maybe").status_code, 400)
        self.assertEqual(
            self._vote(self.articles["portal"], helpful="yes").status_code, 404
        )
        url = f"{self.article.website_url}/vote"
        self.assertEqual(self.url_open(url, data={"helpful": "yes"}).status_code, 400)
        self.assertEqual(self.url_open(url).status_code, 405)
        self.assertFalse(self.env["helpdesk.article.vote"].search([]))

    def test_tally(self):
        response = self.url_open(
            f"{LIST_URL}/tally",
            json={
                "params": {
                    "viewed": self.article.ids,
                    "shown": (self.article + self.articles["internal"]).ids,
                    "solved": self.article.ids,
                }
            },
        )
        self.assertTrue(response.json()["result"])
        self.env.invalidate_all()
        self.assertEqual(self.article.view_count, 1)
        self.assertEqual((self.article.shown_count, self.article.solved_count), (1, 1))
        self.assertEqual(self.articles["internal"].shown_count, 0)

    def test_views_count_once_per_session(self):
        """The server counts one view per session, also with several tabs."""
        other = self._create_article("Beamer remote")
        for viewed in (self.article.ids, (self.article + other).ids, other.ids):
            self.url_open(f"{LIST_URL}/tally", json={"params": {"viewed": viewed}})
        self.env.invalidate_all()
        self.assertEqual(self.article.view_count, 1)
        self.assertEqual(other.view_count, 1)
        self.authenticate(None, None)
        self.url_open(f"{LIST_URL}/tally", json={"params": {"viewed": other.ids}})
        self.env.invalidate_all()
        self.assertEqual(other.view_count, 2)

    def test_reading_writes_nothing(self):
        self.url_open(self.article.website_url)
        self.env.invalidate_all()
        self.assertEqual(self.article.view_count, 0)

    def test_stored_script(self):
        """No page runs a script from a title, text, category or search."""
        attack = "<script>alert(1)</script>"
        self.article.write({"title": attack, "content": f"<p>x</p>{attack}"})
        self.category.write(
            {"name": attack, "icon": f'"{attack}', "description": attack}
        )
        for url in (
            self.article.website_url,
            self.category.website_url,
            self.parent.website_url,
            LIST_URL,
            f"{LIST_URL}?search={attack}",
        ):
            with self.subTest(url=url):
                self.assertNotIn(attack, self.url_open(url).text)

    def test_drafts_are_marked(self):
        self.article.state = "draft"
        editor = self.users["editor"]
        self.authenticate(editor.login, editor.login)
        response = self.url_open(self.article.website_url)
        self.assertIn("Only editors see this article now", response.text)
        self.assertEqual(response.headers["X-Robots-Tag"], "noindex")

    def test_ticket_form_offers_articles(self):
        user = self.users["portal"]
        self.authenticate(user.login, user.login)
        page = self._page("/new/ticket")
        subject = page.xpath("//input[@name='subject']")[0]
        self.assertTrue(subject.get("data-helpdesk-article-suggest"))
        [words] = page.xpath("//*[@class='o_helpdesk_article_words']")
        self.assertEqual(words.get("data-done"), "Done")

    def test_thai(self):
        self.env["res.lang"]._activate_lang("th_TH")
        website = self.env["website"].get_current_website()
        website.language_ids += self.env["res.lang"]._lang_get("th_TH")
        self.article.with_context(lang="th_TH").title = "คู่มือเครื่องฉาย"
        thai = self.article.with_context(lang="th_TH")
        response = self.url_open(f"/th{LIST_URL}/{self.article.id}")
        self.assertIn("คู่มือเครื่องฉาย", response.text)
        self.assertTrue(unquote(response.url).endswith(f"/th{thai.website_url}"))
        # A slug in another language redirects to the slug in the page's language
        response = self.url_open(f"/th{self.article.website_url}?a=b")
        self.assertEqual(
            [old.status_code for old in response.history], [301], response.history
        )
        self.assertTrue(unquote(response.url).endswith(f"/th{thai.website_url}?a=b"))

    def test_addresses_in_other_languages(self):
        """Search engines and the language menu get the slug of each language."""
        self.env["res.lang"]._activate_lang("th_TH")
        website = self.env["website"].get_current_website()
        website.language_ids += self.env["res.lang"]._lang_get("th_TH")
        for record, name in (
            (self.article, "title"),
            (self.category, "name"),
            (self.parent, "name"),
        ):
            record.with_context(lang="th_TH")[name] = f"ไทย {record.id}"
            thai = record.with_context(lang="th_TH")
            english = self._page(record.website_url)
            with self.subTest(record=record):
                [other] = english.xpath("//link[@hreflang='th']/@href")
                self.assertTrue(unquote(other).endswith(f"/th{thai.website_url}"))
                [own] = english.xpath("//link[@hreflang='en']/@href")
                self.assertTrue(own.endswith(record.website_url))
                menu = english.xpath("//a[@data-url_code='th']/@href")
                self.assertEqual(set(map(unquote, menu)), {f"/th{thai.website_url}"})
                answer = self.url_open(other, allow_redirects=False)
                self.assertEqual(answer.status_code, 200)

    def test_malformed_addresses(self):
        """URLs that the website never creates are 404, never a server error."""
        number = self.article.id
        for path in (
            "0",
            "x-0",
            f"x-{'9' * 30}",
            "2147483648",
            "x-2147483648",
            f"%00-{number}",
            f"x y-{number}",
            f"<b>-{number}",
            f"x+{number}",
            f"x-{number}x",
            "category",
            "category/0",
            "category/x-0",
            f"category/%00-{self.category.id}",
            f"category/{self.category.id}/vote",
        ):
            with self.subTest(path=path):
                response = self.url_open(f"{LIST_URL}/{path}", allow_redirects=False)
                self.assertEqual(response.status_code, 404)
                self.assertIn("<html", response.text)

    def test_redirection_of_the_website(self):
        """Redirections of the website still work for URLs without an id."""
        self.env["website.rewrite"].create(
            {
                "name": "Wi-Fi",
                "redirect_type": "301",
                "url_from": f"{LIST_URL}/wifi",
                "url_to": self.article.website_url,
            }
        )
        response = self.url_open(f"{LIST_URL}/wifi", allow_redirects=False)
        self.assertEqual(response.status_code, 301)
        self.assertTrue(response.headers["Location"].endswith(self.article.website_url))

    def test_old_address_of_a_category_page(self):
        """An old category URL redirects and keeps the page number."""
        old, new = f"{self.parent.id}/page/2", f"{self.parent.website_url}/page/2"
        response = self.url_open(f"{LIST_URL}/category/{old}", allow_redirects=False)
        self.assertEqual(response.status_code, 301)
        self.assertTrue(response.headers["Location"].endswith(new))
        self._page(new)
