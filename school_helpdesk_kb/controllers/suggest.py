"""Articles offered to somebody who is about to write a ticket."""

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import request

#: No honest page names more articles than this at a time.
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
        """Offer articles for a subject that is being typed.

        :param str text: the subject so far, three characters or more
        :return: ``[{"id", "title", "summary", "url"}]``, the best answer first
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
        """The text of a suggested article, to be read beside the form.

        :return: ``{"title", "content"}``
        :raise NotFound: for what this user may not read, and for what is not there
        """
        article = self._get_readable([article_id])
        if not article:
            raise NotFound()
        return {"title": article.title, "content": article.content or ""}

    @http.route("/helpdesk/articles/tally", type="jsonrpc", auth="public", website=True)
    def tally(self, viewed=(), shown=(), solved=(), **_kwargs):
        """Count readers and suggestions; sent by the pages, so robots do not count.

        :param viewed: ids of articles that were read
        :param shown: ids of articles that were suggested
        :param solved: ids of those suggestions that solved the problem
        """
        self._get_unseen(self._get_readable(viewed))._count_views()
        solved_articles = self._get_readable(solved)
        (self._get_readable(shown) | solved_articles)._count_suggestions(
            solved_articles
        )
        return True

    def _get_unseen(self, articles):
        """Those of the articles that this session sees for the first time."""
        seen = request.session.get(SESSION_KEY, [])
        unseen = articles.filtered(lambda article: article.id not in seen)
        if unseen:
            request.session[SESSION_KEY] = [*seen, *unseen.ids]
        return unseen

    def _get_readable(self, article_ids):
        """The articles of the given ids, as far as this user may read them."""
        Article = request.env["helpdesk.article"]
        if not isinstance(article_ids, list | tuple):
            return Article
        ids = [
            article_id
            for article_id in article_ids[:MAX_TALLY]
            if type(article_id) is int and 0 < article_id < 2**31
        ]
        return Article.search([("id", "in", ids)]) if ids else Article
