"""The same few queries and a short wait, however many articles there are."""

import time

from odoo.tests import HttpCase, tagged

from .common import ArticleCommon


@tagged("post_install", "-at_install")
class TestArticlePerformance(HttpCase, ArticleCommon):
    def _create_many(self, number):
        problems = ("flickers", "beeps", "freezes", "smells", "restarts", "overheats")
        things = ("Tablet", "Whiteboard", "Scanner", "Camera", "Router", "Speaker")
        self.env["helpdesk.article"].create(
            [
                {
                    "title": f"{things[i % 6]} {problems[i // 6 % 6]} in room {i}",
                    "content": f"<p>{'Check the cable and the power. ' * 20}</p>",
                    "category_id": self.category.id,
                    "state": "published",
                    "audience": "public",
                }
                for i in range(number)
            ]
        )
        self.env.flush_all()
        self.env.cr.execute("ANALYZE helpdesk_article")

    def _count_queries(self, url):
        """The queries of a page that was opened before."""
        self.url_open(url)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        response = self.url_open(url)
        self.assertEqual(response.status_code, 200)
        return self.env.cr.sql_log_count - before

    def test_queries_at_two_sizes(self):
        self.authenticate(None, None)
        urls = (
            "/helpdesk/articles",
            "/helpdesk/articles?search=cable",
            "/helpdesk/articles?search=scanner+beeps",
            self.category.website_url,
            self.articles["public"].website_url,
        )
        self._create_many(20)
        few = {url: self._count_queries(url) for url in urls}
        self._create_many(2000)
        many = {url: self._count_queries(url) for url in urls}
        self.assertEqual(many, few)

    def test_search_in_5000(self):
        self._create_many(5000)
        visitor = self.env["helpdesk.article"].with_user(self.users["public"])
        for words in (
            "scanner beeps",
            "scaner beps",
            "cable",
            "สแกนเนอร์",
            "router 4711",
        ):
            start = time.perf_counter()
            visitor._search_ranked(words)
            spent = time.perf_counter() - start
            with self.subTest(words=words):
                self.assertLess(spent, 0.5)
