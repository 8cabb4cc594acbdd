"""The articles on the website: browse, search, read, vote.

Only the record rules decide who may read an article. If they refuse a record, the
answer is 404, as if the record did not exist.
"""

import re
import secrets

from werkzeug.exceptions import BadRequest, NotFound

from odoo import http
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import pager as portal_pager
from odoo.addons.school_helpdesk_base.controllers.main import (
    CHANGED,
    parse_id,
    parse_text,
    reads_only,
)

PAGE_SIZE = 20
POPULAR_LIMIT = 6
LIST_URL = "/helpdesk/articles"
SESSION_KEY = "helpdesk_article_voter"
#: The text before the record id in a URL, in the form that Odoo's slugs have.
SLUG_WORDS = re.compile(r"[\w-]*")
#: Fields that the list shows, fetched in one query.
LIST_FIELDS = ["title", "seo_name", "content", "website_meta_description"]


def _reads_only(_controller, _rule, _args):
    """Use a read-only cursor unless there is a search, which may be logged."""
    return "search" not in request.httprequest.args


def _get_record(model, number, words):
    """Return the record of a URL. Only its id is used; the words make it readable.

    :return: an existing record, which the current user may or may not read
    :raise NotFound: if there is no record or the URL is malformed
    """
    if not isinstance(words, str) or not SLUG_WORDS.fullmatch(words):
        raise NotFound()
    # the hyphen between words and id makes the id negative
    record = request.env[model].browse(parse_id(abs(number)))
    # the recordset is empty if the id is invalid
    if not record.exists():
        raise NotFound()
    return record


def _redirect_to_current_url(record, suffix=""):
    """Return a redirect to the record's current URL, or None if this is that URL."""
    url = f"{record.website_url}{suffix}"
    if request.httprequest.path == url:
        return None
    url = request.env["ir.http"]._url_for(url)
    return request.redirect_query(url, request.httprequest.args, code=301)


def _prepare_language_values(record, suffix=""):
    """Return the template value that builds the URL of the page in another language.

    Odoo's own function would keep the slug of the current language.
    """

    def url_localized(lang_code=None, **kwargs):
        translated = record.with_context(lang=lang_code or request.lang.code)
        url = f"{translated.website_url}{suffix}"
        return request.env["ir.http"]._url_localized(url, lang_code, **kwargs)

    return {"record_url_localized": url_localized}


def _sitemap_articles(env, rule, query):
    """Yield for search engines only the pages that a visitor may read."""
    if not query or query.lower() in LIST_URL:
        yield {"loc": LIST_URL}
    # sudo: res.users - the cached sitemap must list only what visitors may read
    visitor = env.ref("base.public_user")
    Article = env["helpdesk.article"].with_user(visitor).sudo(False)
    articles = Article.search_fetch([], ["title", "seo_name", "content_date"])
    for article in articles:
        if not query or query.lower() in article.website_url:
            yield {"loc": article.website_url, "lastmod": article.content_date.date()}
    categories = env["helpdesk.article.category"].with_user(visitor).sudo(False)
    for category in categories.search_fetch([], ["name", "seo_name"]):
        if not query or query.lower() in category.website_url:
            yield {"loc": category.website_url}


class HelpdeskArticleController(http.Controller):
    @http.route(
        [LIST_URL, f"{LIST_URL}/page/<int:page>"],
        type="http",
        auth="public",
        website=True,
        readonly=_reads_only,
        sitemap=_sitemap_articles,
    )
    def articles(self, page=1, search="", **_kwargs):
        """Show the start page of the knowledge base or the results of ``search``."""
        page = max(parse_id(page), 1)
        search = " ".join(parse_text(search).split())
        values = self._prepare_list_values(page, search=search)
        if search:
            if not values["total"] and not request.env["ir.http"].is_a_bot():
                # sudo: helpdesk.article.search.log - visitors may not write it
                request.env["helpdesk.article.search.log"].sudo()._log_search(search)
        else:
            Article = request.env["helpdesk.article"]
            values["popular"] = Article.search(
                Article._get_live_domain(),
                order="helpful_count DESC, view_count DESC, id",
                limit=POPULAR_LIMIT,
            )
            values["popular"].fetch(LIST_FIELDS)
        response = request.render("school_helpdesk_kb.helpdesk_articles", values)
        if search or page > 1:
            # Search engines should not index countless URLs of the same articles.
            response.headers["X-Robots-Tag"] = "noindex"
        return response

    @http.route(
        [
            f"{LIST_URL}/category/<int:number>",
            f"{LIST_URL}/category/<string:words>-<int:number>",
            f"{LIST_URL}/category/<int:number>/page/<int:page>",
            f"{LIST_URL}/category/<string:words>-<int:number>/page/<int:page>",
        ],
        type="http",
        auth="public",
        website=True,
        readonly=True,
        sitemap=False,
    )
    def category(self, number, words="", page=1, **_kwargs):
        """Show the articles of a category and its subcategories."""
        category = _get_record("helpdesk.article.category", number, words)
        if not category.has_access("read"):
            raise NotFound()
        is_first = "/page/" not in request.httprequest.path
        suffix = "" if is_first else f"/page/{page}"
        if redirection := _redirect_to_current_url(category, suffix):
            return redirection
        page = max(parse_id(page), 1)
        values = self._prepare_list_values(page, category=category)
        values |= _prepare_language_values(category, suffix)
        return request.render("school_helpdesk_kb.helpdesk_articles", values)

    @http.route(
        [
            f"{LIST_URL}/<int:number>",
            f"{LIST_URL}/<string:words>-<int:number>",
        ],
        type="http",
        auth="public",
        website=True,
        readonly=reads_only,
        sitemap=False,
    )
    def article(self, number, words="", **_kwargs):
        """Show an article. Old URLs still work, because only their id is used."""
        article = _get_record("helpdesk.article", number, words)
        if not article.has_access("read"):
            # redirect to the replacement; without one, do not reveal the article
            if successor := article._get_successor():
                return request.redirect(successor.website_url, code=301)
            raise NotFound()
        if redirection := _redirect_to_current_url(article):
            return redirection
        response = request.render(
            "school_helpdesk_kb.helpdesk_article",
            {
                **self._prepare_vote_values(article),
                **_prepare_language_values(article),
                "main_object": article,
                "breadcrumbs": self._get_ancestors(article.category_id),
                "related": article._get_related(),
            },
        )
        if article.audience != "public" or not article.is_live:
            response.headers["X-Robots-Tag"] = "noindex"
        return response

    @http.route(
        [
            f"{LIST_URL}/<int:number>/vote",
            f"{LIST_URL}/<string:words>-<int:number>/vote",
        ],
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
        sitemap=False,
    )
    def vote(self, number, words="", helpful=None, reason=None, comment=None, **kwargs):
        """Save a vote, or the reason after the vote "no".

        :param helpful: "yes" or "no"; anything else is refused with 400
        :param kwargs: with ``fragment``, the response has only the vote box
        """
        article = _get_record("helpdesk.article", number, words)
        if not article.has_access("read"):
            raise NotFound()
        if helpful not in ("yes", "no"):
            raise BadRequest()
        session_key = request.session.get(SESSION_KEY)
        if not session_key and request.env.user._is_public():
            session_key = secrets.token_urlsafe(16)
            request.session[SESSION_KEY] = session_key
        article._vote(
            helpful == "yes",
            session_key,
            reason=parse_text(reason),
            comment=parse_text(comment),
        )
        if kwargs.get("fragment"):
            return request.render(
                "school_helpdesk_kb.helpdesk_article_vote",
                self._prepare_vote_values(article),
            )
        path = f"{article.website_url}?{CHANGED}=1#helpdesk_article_vote"
        return request.redirect(path, 303)

    def _prepare_vote_values(self, article):
        Vote = request.env["helpdesk.article.vote"]
        reason = Vote.fields_get(["reason"], ["selection"])["reason"]
        return {
            "article": article,
            "vote_sudo": article._get_vote(request.session.get(SESSION_KEY)),
            "reasons": reason["selection"],
        }

    def _prepare_list_values(self, page, search="", category=None):
        """Return the values of the list page, in a constant number of queries."""
        Article = request.env["helpdesk.article"]
        offset = (page - 1) * PAGE_SIZE
        articles, total = Article, 0
        domain = Article._get_live_domain()
        if search:
            articles, total = Article._search_ranked(
                search, domain=domain, limit=PAGE_SIZE, offset=offset
            )
        elif category:
            domain &= Domain("category_id", "child_of", category.id)
            total = Article.search_count(domain)
            articles = Article.search(
                domain,
                order="helpful_count DESC, title, id",
                limit=PAGE_SIZE,
                offset=offset,
            )
        # Fetch after the search: one query would sort all texts along with the ids.
        articles.fetch(LIST_FIELDS)
        return {
            **({"main_object": category} if category else {}),
            "search": search,
            "category": category,
            "breadcrumbs": self._get_ancestors(category.parent_id) if category else [],
            "categories": self._get_categories(category),
            "articles": articles,
            "total": total,
            "pager": portal_pager(
                url=category.website_url if category else LIST_URL,
                url_args={"search": search} if search else {},
                total=total,
                page=page,
                step=PAGE_SIZE,
            ),
        }

    def _get_ancestors(self, category):
        """Return the category and its ancestors in one query, the root first."""
        if not category:
            return category
        ids = [int(part) for part in category.parent_path.split("/") if part]
        ancestors = category.browse(ids)
        return ancestors.sorted(lambda ancestor: ids.index(ancestor.id))

    def _get_categories(self, parent=None):
        """Return the direct subcategories of ``parent`` with their article counts.

        :return: a list of ``(category, number of articles)``; empty ones are left out
        """
        Category = request.env["helpdesk.article.category"]
        Article = request.env["helpdesk.article"]
        children = Category.search_fetch(
            [("parent_id", "=", parent.id if parent else False)],
            ["name", "description", "icon", "parent_path", "seo_name"],
        )
        counts = Article._read_group(
            Article._get_live_domain()
            & Domain("category_id", "child_of", children.ids),
            ["category_id"],
            ["__count"],
        )
        numbers = dict.fromkeys(children, 0)
        by_path = {child.parent_path: child for child in children}
        for category, count in counts:
            for path, child in by_path.items():
                if category.parent_path.startswith(path):
                    numbers[child] += count
        return [(child, number) for child, number in numbers.items() if number]
