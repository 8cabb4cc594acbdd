"""The articles on the website: browse, search, read, vote.

Nothing here decides who may read what: the record rules do, and what they refuse does
not exist (404).
"""

import re
import secrets

from werkzeug.exceptions import BadRequest, NotFound

from odoo import http
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import pager as portal_pager
from odoo.addons.school_helpdesk_base.controllers.main import parse_id, parse_text

PAGE_SIZE = 20
POPULAR = 6
LIST_URL = "/helpdesk/articles"
SESSION_KEY = "helpdesk_article_voter"
#: The words before the number in an address, as the website writes them.
WORDS = re.compile(r"[\w-]*")
#: What a list shows of an article; read in one go.
LIST_FIELDS = ["title", "seo_name", "content", "website_meta_description"]


def _reads_only(_controller, _rule, _args):
    """A search without result is noted, all else only reads."""
    return "search" not in request.httprequest.args


def _get_record(model, number, words):
    """The record of an address; only its number counts, the words are for people.

    :return: a record that exists, whether or not this user may read it
    :raise NotFound: there is none, or the website writes no such address
    """
    if not isinstance(words, str) or not WORDS.fullmatch(words):
        raise NotFound()
    # a hyphen before the number is part of the address
    record = request.env[model].browse(parse_id(abs(number)))
    # an empty recordset exists nowhere either
    if not record.exists():
        raise NotFound()
    return record


def _redirect_to_own_address(record, suffix=""):
    """Lead an old or a short address to the record's own; None where it is the one."""
    url = f"{record.website_url}{suffix}"
    if request.httprequest.path == url:
        return None
    url = request.env["ir.http"]._url_for(url)
    return request.redirect_query(url, request.httprequest.args, code=301)


def _prepare_language_values(record, suffix=""):
    """Let the page name its address in other languages, in the words of each."""

    def url_localized(lang_code=None, **kwargs):
        translated = record.with_context(lang=lang_code or request.lang.code)
        url = f"{translated.website_url}{suffix}"
        return request.env["ir.http"]._url_localized(url, lang_code, **kwargs)

    return {"record_url_localized": url_localized}


def _sitemap_articles(env, rule, query):
    """Name to search engines what a visitor may read, and nothing else."""
    if not query or query.lower() in LIST_URL:
        yield {"loc": LIST_URL}
    # sudo: res.users - the sitemap is made once, as the visitor who reads it
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
        """The start page of the knowledge base or, with ``search``, what was found."""
        page = max(parse_id(page), 1)
        search = " ".join(parse_text(search).split())
        values = self._prepare_list_values(page, search=search)
        if search:
            if not values["total"] and not request.env["ir.http"].is_a_bot():
                # sudo: helpdesk.article.search.log - a visitor adds to it unseen
                request.env["helpdesk.article.search.log"].sudo()._log_search(search)
        else:
            Article = request.env["helpdesk.article"]
            values["popular"] = Article.search(
                Article._get_live_domain(),
                order="helpful_count DESC, view_count DESC, id",
                limit=POPULAR,
            )
            values["popular"].fetch(LIST_FIELDS)
        response = request.render("school_helpdesk_kb.helpdesk_articles", values)
        if search or page > 1:
            # Endless many addresses of the same few articles are no use to anybody.
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
        """The articles of a category and of those below it."""
        category = _get_record("helpdesk.article.category", number, words)
        if not category.has_access("read"):
            raise NotFound()
        is_first = "/page/" not in request.httprequest.path
        suffix = "" if is_first else f"/page/{page}"
        if redirection := _redirect_to_own_address(category, suffix):
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
        readonly=True,
        sitemap=False,
    )
    def article(self, number, words="", **_kwargs):
        """One article. Its old addresses lead here: only the number in them counts."""
        article = _get_record("helpdesk.article", number, words)
        if not article.has_access("read"):
            # lead on to what replaced it, or deny that there ever was one
            if successor := article._get_successor():
                return request.redirect(successor.website_url, code=301)
            raise NotFound()
        if redirection := _redirect_to_own_address(article):
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
        """Take a vote, or the reason after a no.

        :param helpful: "yes" or "no"; anything else is refused
        :param kwargs: with ``fragment`` only the box with the vote is answered
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
        return request.redirect(f"{article.website_url}#helpdesk_article_vote", 303)

    def _prepare_vote_values(self, article):
        Vote = request.env["helpdesk.article.vote"]
        reason = Vote.fields_get(["reason"], ["selection"])["reason"]
        return {
            "article": article,
            "vote_sudo": article._get_vote(request.session.get(SESSION_KEY)),
            "reasons": reason["selection"],
        }

    def _prepare_list_values(self, page, search="", category=None):
        """What the list page shows, with the same few queries however much there is."""
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
        # Apart from the search: together, PostgreSQL reads all texts to sort them.
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
        """The way down to a category, itself included, in one query."""
        if not category:
            return category
        ids = [int(part) for part in category.parent_path.split("/") if part]
        ancestors = category.browse(ids)
        return ancestors.sorted(lambda ancestor: ids.index(ancestor.id))

    def _get_categories(self, parent=None):
        """The categories right below ``parent``, with how much there is to read.

        :return: a list of ``(category, number of articles)`` without empty ones
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
