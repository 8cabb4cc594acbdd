"""Suggest articles to people who are writing a ticket."""

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import request

#: Maximum number of ids per request; the pages never send more.
MAX_TALLY = 20
SESSION_KEY = "helpdesk_article_seen"


class HelpdeskArticleSuggestController(http.Controller):
    @http.route(
        "/helpdesk/articles/suggest",
        type="jsonrpc",
        auth="public",
        website=True,
        readonly=True,
    )
    def suggest(self, text="", **_kwargs):
        """Return articles that match the subject while it is typed.

        :param str text: the subject so far; at least three characters
        :return: ``[{"id", "title", "summary", "url"}]``, the best match first
        """
        if not isinstance(text, str):
            return []
        return [
            {
                "id": article.id,
                "title": article.title,
                "summary": article.summary,
                "url": request.env["ir.http"]._url_for(article.website_url),
            }
            for article in request.env["helpdesk.article"]._get_suggestions(text)
        ]

    @http.route(
        "/helpdesk/articles/preview",
        type="jsonrpc",
        auth="public",
        website=True,
        readonly=True,
    )
    def preview(self, article_id=None, **_kwargs):
        """Return the text of a suggested article, shown next to the form.

        :return: ``{"title", "content"}``
        :raise NotFound: if the article is missing or not readable by the current user
        """
        article = self._get_readable([article_id])
        if not article:
            raise NotFound()
        return {"title": article.title, "content": article.content or ""}

    @http.route("/helpdesk/articles/tally", type="jsonrpc", auth="public", website=True)
    def tally(self, viewed=(), shown=(), solved=(), **_kwargs):
        """Count views and suggestions. Only scripts call this, so robots do not count.

        :param viewed: ids of articles that were viewed
        :param shown: ids of articles that were suggested
        :param solved: ids of suggested articles that solved the problem
        """
        self._get_unseen(self._get_readable(viewed))._count_views()
        solved_articles = self._get_readable(solved)
        (self._get_readable(shown) | solved_articles)._count_suggestions(
            solved_articles
        )
        return True

    def _get_unseen(self, articles):
        """Return the articles that were not viewed before in this session."""
        seen = request.session.get(SESSION_KEY, [])
        unseen = articles.filtered(lambda article: article.id not in seen)
        if unseen:
            request.session[SESSION_KEY] = [*seen, *unseen.ids]
        return unseen

    def _get_readable(self, article_ids):
        """Return the articles with these ids that the current user may read."""
        Article = request.env["helpdesk.article"]
        if not isinstance(article_ids, list | tuple):
            return Article
        ids = [
            article_id
            for article_id in article_ids[:MAX_TALLY]
            if type(article_id) is int and 0 < article_id < 2**31
        ]
        return Article.search([("id", "in", ids)]) if ids else Article
