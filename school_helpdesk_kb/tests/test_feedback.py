"""Votes, views and suggestions are counted correctly and only once."""

from datetime import date, datetime, timedelta

import psycopg2

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ArticleCommon


@tagged("post_install", "-at_install")
class TestArticleFeedback(ArticleCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.article = cls.articles["public"]

    def _counts(self):
        return self.article.helpful_count, self.article.not_helpful_count

    def test_one_vote_per_person(self):
        portal = self.article.with_user(self.users["portal"])
        portal._vote(True)
        portal._vote(True)
        self.assertEqual(self._counts(), (1, 0))
        portal._vote(False, reason="unclear", comment=" Which button? ")
        self.assertEqual(self._counts(), (0, 1))
        vote = self.article.vote_ids
        self.assertEqual((vote.reason, vote.comment), ("unclear", "Which button?"))
        portal._vote(True, reason="unclear", comment="x")
        self.assertEqual((vote.reason, vote.comment), (False, False))

    def test_one_vote_per_session(self):
        visitor = self.article.with_user(self.users["public"])
        visitor._vote(True, "key-1")
        visitor._vote(False, "key-1")
        visitor._vote(True, "key-2")
        self.assertEqual(self._counts(), (1, 1))
        self.assertFalse(visitor._get_vote("key-3"))
        self.assertFalse(visitor._get_vote())

    def test_a_visitor_who_signs_in_votes_once(self):
        """The visitor's vote becomes the user's vote; it is not a second one."""
        visitor = self.article.with_user(self.users["public"])
        portal = self.article.with_user(self.users["portal"])
        vote = visitor._vote(False, "key-1", reason="unclear")
        self.assertEqual(portal._get_vote("key-1"), vote)
        portal._vote(True, "key-1")
        self.assertEqual(self._counts(), (1, 0))
        self.assertEqual(vote.user_id, self.users["portal"])
        self.assertFalse(visitor._get_vote("key-1"))
        visitor._vote(False, "key-2")
        portal._vote(True, "key-2")
        self.assertEqual(self._counts(), (1, 0))

    def test_stale(self):
        """Listed from the review date or, without one, a year after the last change."""
        self.assertFalse(self.article.is_stale)
        self.article.review_date = date.today()
        self.assertTrue(self.article.is_stale)
        self.assertIn(self.article, self.article.search([("is_stale", "=", True)]))
        self.article.review_date = date.today() + timedelta(days=1)
        self.assertFalse(self.article.is_stale)
        self.article.review_date = False
        self.article.content_date = datetime.now() - timedelta(days=400)
        self.assertTrue(self.article.is_stale)
        self.article.state = "archived"
        self.assertFalse(self.article.is_stale)

    def test_only_editors_change_the_date_of_an_article(self):
        """Votes and views of readers do not change the date of the last change."""
        long_ago = datetime(2020, 1, 1)
        self.article.content_date = long_ago
        self.env.flush_all()
        self.article.with_user(self.users["portal"])._vote(False, reason="outdated")
        self.article._count_views()
        self.article._count_suggestions(self.article)
        self.env.flush_all()
        self.assertEqual(self.article.content_date, long_ago)
        self.assertTrue(self.article.is_stale)
        self.article.content = "<p>Press the button.</p>"
        self.assertGreater(self.article.content_date, long_ago)
        self.env["res.lang"]._activate_lang("th_TH")
        self.article.content_date = long_ago
        self.article.update_field_translations("content", {"th_TH": "<p>กดปุ่ม</p>"})
        self.assertGreater(self.article.content_date, long_ago)
        self.assertFalse(self.article.is_stale)

    def test_database_allows_one_vote_per_person(self):
        """Two parallel requests cannot save two votes of one person."""
        Vote = self.env["helpdesk.article.vote"]
        person = {"article_id": self.article.id, "user_id": self.env.uid}
        visitor = {"article_id": self.article.id, "session_key": "key"}
        for first in (person, visitor):
            Vote.create(first)
            with (
                self.assertRaises(psycopg2.errors.UniqueViolation),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                Vote.create(first)
        for nobody in ({}, {"user_id": self.env.uid, "session_key": "other"}):
            with (
                self.assertRaises(psycopg2.errors.CheckViolation),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                Vote.create({"article_id": self.articles["portal"].id, **nobody})

    def test_unknown_reason(self):
        vote = self.article._vote(False, reason="<script>", comment="x" * 900)
        self.assertFalse(vote.reason)
        self.assertEqual(len(vote.comment), 500)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_no_vote_on_unreadable_articles(self):
        article = self._as("public", self.articles["portal"])
        with self.assertRaises(AccessError):
            article._vote(True, "key")

    def test_poorly_rated(self):
        visitor = self.article.with_user(self.users["public"])
        for key in ("a", "b", "c"):
            self.assertFalse(self.article.is_poorly_rated)
            visitor._vote(False, key)
        self.assertTrue(self.article.is_poorly_rated)
        for key in ("d", "e", "f"):
            visitor._vote(True, key)
        self.assertFalse(self.article.is_poorly_rated)

    def test_suggestions_per_day(self):
        other = self.articles["portal"]
        both = self.article + other
        both._count_suggestions(self.article)
        both._count_suggestions(self.article.browse())
        self.assertEqual((self.article.shown_count, self.article.solved_count), (2, 1))
        self.assertEqual((other.shown_count, other.solved_count), (2, 0))
        self.assertEqual(len(self.article.deflection_ids), 1)

    def test_views(self):
        self.article._count_views()
        self.article._count_views()
        self.article.invalidate_recordset()
        self.assertEqual(self.article.view_count, 2)

    def test_searches_without_result(self):
        Log = self.env["helpdesk.article.search.log"]
        for words in ("Flux  capacitor", "flux capacitor", "xy", "…"):
            Log._log_search(words)
        log = Log.search([("words", "=", "flux capacitor")])
        self.assertEqual(log.search_count, 2)
        self.assertEqual(len(Log.search([])), 1)
        action = log.action_write_article()
        self.assertEqual(action["context"]["default_title"], "Flux capacitor")

    def test_search_log_keeps_no_personal_data(self):
        Log = self.env["helpdesk.article.search.log"]
        Log._log_search("password of somchai@school.example student 6412345")
        words = Log.search([]).words
        self.assertIn("password of", words)
        self.assertNotIn("school.example", words)
        self.assertNotIn("6412345", words)
        self.assertNotIn("create_uid", Log._fields)

    def test_search_log_deletes_old_searches(self):
        Log = self.env["helpdesk.article.search.log"]
        Log._log_search("old thing")
        Log._log_search("new thing")
        Log.search([("words", "=", "old thing")]).last_date = "2020-01-01"
        Log._gc_search_log()
        self.assertEqual(Log.search([]).mapped("words"), ["new thing"])
