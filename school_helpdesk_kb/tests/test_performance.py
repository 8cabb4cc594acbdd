"""The number of queries stays constant, and the indexes are used."""

from unittest.mock import patch

from odoo.api import Environment
from odoo.tests import HttpCase, tagged
from odoo.tools import SQL

from .common import ArticleCommon


@tagged("post_install", "-at_install")
class TestArticlePerformance(HttpCase, ArticleCommon):
    def _create_many(self, number):
        problems = ("flickers", "beeps", "freezes", "smells", "restarts", "overheats")
        devices = ("Tablet", "Whiteboard", "Scanner", "Camera", "Router", "Speaker")
        self.env["helpdesk.article"].create(
            [
                {
                    "title": f"{devices[i % 6]} {problems[i // 6 % 6]} in room {i}",
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
        """Return the number of queries of a page that was opened once before."""
        self.url_open(url)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        response = self.url_open(url)
        self.assertEqual(response.status_code, 200)
        return self.env.cr.sql_log_count - before

    def test_query_count_does_not_grow(self):
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

    def test_search_uses_the_indexes(self):
        """Common, misspelt and Thai words are searched without a sequential scan."""
        self._create_many(5000)
        visitor = self.env["helpdesk.article"].with_user(self.users["public"])
        for words, *indexes in (
            ("cable", "words", "trigrams"),
            ("scaner beps", "words", "trigrams"),
            ("projector", "words", "trigrams"),
            ("สแกนเนอร์เสีย", "trigrams"),
        ):
            plans = self._explain(lambda words=words: visitor._search_ranked(words))
            with self.subTest(words=words):
                self.assertNotRegex(plans, r"Seq Scan on helpdesk_article\b")
                for index in indexes:
                    self.assertIn(f"helpdesk_article_search_{index}_idx", plans)

    def _explain(self, search):
        """Return PostgreSQL's plans of all queries of a search."""
        plans = []

        def explain(env, query):
            env.cr.execute(SQL("EXPLAIN %s", query))
            plans.extend(line for (line,) in env.cr.fetchall())
            return execute_query(env, query)

        execute_query = Environment.execute_query
        with patch.object(Environment, "execute_query", explain):
            search()
        return "\n".join(plans)
