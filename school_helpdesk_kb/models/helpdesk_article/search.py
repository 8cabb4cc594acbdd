"""Search articles by the words that people use, also misspelt ones and in Thai.

The reasons for this design:

* Full-text search (dictionary ``simple``, prefix match) finds words. It ranks well and
  respects word boundaries.
* Thai has no spaces between words, and PostgreSQL has no dictionary to split them.
  Trigrams (sequences of three characters) match without word boundaries, so they find
  Thai words and typing errors.
* PostgreSQL generates the searched columns from the stored translations, so that a text
  from a translation file is found, too. The columns contain all languages: Thai
  teachers type "VPN", and English teachers paste Thai messages.
* Each condition of a term is a separate subquery inside the ranking query, so that
  PostgreSQL uses its indexes. With OR it would scan every text, because it does not
  consider how long the texts are. For the same reason the words are passed in
  subqueries: PostgreSQL then always assumes that few articles match.
* Each search is one query, which includes the record rules. There are up to three
  searches: for all terms, then for all terms with typing errors in the text, then for
  any of the terms. A search only runs if the one before found nothing.
"""

import re

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

#: Longer input is cut, since each word costs time.
MAX_QUERY_LENGTH = 120
MAX_TERMS = 8

#: Minimum share of a word's trigrams that a similar word in the text must contain.
SIMILAR = 0.5
SLIGHTLY_SIMILAR = 0.34

_SPACELESS = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u9fff]")
_WORDS = re.compile(r"\w+")
#: English words that do not describe a problem in a school; _THAI_FILLERS are the Thai
#: ones. They are searched only if the input has no other words.
_STOP_WORDS = {
    "a", "am", "an", "and", "any", "are", "at", "be", "but", "can", "cannot", "cant",
    "class", "classroom", "do", "does", "doesn", "don", "for", "from", "had", "has",
    "have", "help", "how", "i", "in", "is", "isn", "it", "me", "my", "no", "not", "of",
    "on", "or", "our", "please", "room", "s", "school", "since", "so", "t", "that",
    "the", "there", "this", "to", "today", "was", "we", "what", "when", "why", "will",
    "with", "won", "work", "working", "works", "you",
}  # fmt: skip
_THAI_FILLERS = re.compile(
    "ทำยังไง|ยังไง|อย่างไร|ช่วยด้วย|หน่อย|ครับ|ค่ะ|คะ|นะ|ไม่ได้|ไม่ค่อย|ห้องเรียน|ของ|ที่|และ"
)
#: SQL for the words of a stored translation, without JSON and HTML markup.
_TITLE = "jsonb_path_query_array({}, '$.*')::text"
_BODY = "regexp_replace(" + _TITLE + r", '<[^>]*>|&[a-z]+;|\\[nrt]', ' ', 'g')"


class HelpdeskArticle(models.Model):
    _name = "helpdesk.article"
    _inherit = ["helpdesk.article"]

    def init(self):
        """Create the generated columns for the search and their indexes.

        Odoo would create indexes declared on the model before the columns exist.
        """
        title = _TITLE.format("title")
        keywords = f"COALESCE({_TITLE.format('keywords')}, '')"
        body = f"COALESCE({_BODY.format('content')}, '')"
        for column, column_type, expression in (
            ("search_title", "text", f"lower({title} || ' ' || {keywords})"),
            ("search_text", "text", f"lower({title} || {keywords} || {body})"),
            (
                "search_vector",
                "tsvector",
                f"setweight(to_tsvector('simple', {title}), 'A')"
                f" || setweight(to_tsvector('simple', {keywords}), 'B')"
                f" || setweight(to_tsvector('simple', {body}), 'D')",
            ),
        ):
            self._ensure_generated_column(column, column_type, expression)
        # Articles are searched often and written seldom. fastupdate = off avoids a
        # list of pending entries, which would make PostgreSQL avoid the indexes.
        for index, columns in (
            ("helpdesk_article_search_words_idx", "search_vector"),
            (
                "helpdesk_article_search_trigrams_idx",
                "search_title gin_trgm_ops, search_text gin_trgm_ops",
            ),
        ):
            self.env.cr.execute(
                SQL(
                    "CREATE INDEX IF NOT EXISTS %s ON helpdesk_article "
                    "USING gin (%s) WITH (fastupdate = off)",
                    SQL.identifier(index),
                    SQL(columns),
                )
            )

    def _ensure_generated_column(self, column, column_type, expression):
        """Create a generated column, or recreate it if its expression has changed.

        PostgreSQL rewrites expressions, so the original is stored as column comment.
        """
        table, name = SQL.identifier(self._table), SQL.identifier(column)
        self.env.cr.execute(
            SQL(
                "SELECT col_description(attrelid, attnum) FROM pg_attribute"
                " WHERE attrelid = %s::regclass AND attname = %s",
                self._table,
                column,
            )
        )
        if self.env.cr.fetchall() == [(expression,)]:
            return
        # this also drops the indexes of the column
        self.env.cr.execute(SQL("ALTER TABLE %s DROP COLUMN IF EXISTS %s", table, name))
        self.env.cr.execute(
            SQL(
                "ALTER TABLE %s ADD COLUMN %s %s GENERATED ALWAYS AS (%s) STORED",
                table,
                name,
                SQL(column_type),
                SQL(expression),
            )
        )
        self.env.cr.execute(
            SQL("COMMENT ON COLUMN %s.%s IS %s", table, name, expression)
        )

    @api.model
    def _search_ranked(self, words, domain=Domain.TRUE, limit=20, offset=0):
        """Search the articles that the current user may read, the best match first.

        :param str words: untrusted input of the person who searches
        :param domain: additional conditions
        :return: ``(articles, number of matches without limit and offset)``
        """
        terms = self._get_search_terms(words)
        if not terms:
            return self.browse(), 0
        self.flush_model(["title", "content", "keywords"])
        for similarity, all_terms, typos_in_text in (
            (SIMILAR, True, False),
            (SIMILAR, True, True),
            (SLIGHTLY_SIMILAR, False, False),
        ):
            options = (similarity, all_terms, typos_in_text)
            rows = self._execute_search(terms, domain, limit, offset, *options)
            # An empty page after the last result must not start the next search.
            if rows or (offset and self._execute_search(terms, domain, 1, 0, *options)):
                break
        return self.browse(row[0] for row in rows), rows[0][1] if rows else 0

    def _execute_search(
        self, terms, domain, limit, offset, similarity, all_terms, typos_in_text
    ):
        query = self._search(Domain(domain))
        if query.is_empty():
            return []
        hits = [self._get_term_hits(words, typos_in_text) for words in terms]
        query.add_where(
            SQL(
                "helpdesk_article.id = ANY(ARRAY(%s))",
                SQL(" INTERSECT " if all_terms else " UNION ").join(hits),
            )
        )
        query.order = SQL(
            "%s DESC, helpdesk_article.helpful_count DESC, helpdesk_article.id",
            self._get_rank(terms, [] if all_terms else hits),
        )
        query.limit, query.offset = limit, offset
        self.env.cr.execute(
            SQL(
                "SELECT set_config('pg_trgm.word_similarity_threshold', %s, TRUE)",
                str(similarity),
            )
        )
        return self.env.execute_query(
            query.select(
                SQL.identifier("helpdesk_article", "id"), SQL("COUNT(*) OVER ()")
            )
        )

    @api.model
    def _get_search_terms(self, words):
        """Split the input into terms and add the synonyms of each term.

        :return: a list of lists: the word from the input, then its synonyms
        """
        text = " ".join((words or "").lower()[:MAX_QUERY_LENGTH].split())
        terms = []
        for group in self.env["helpdesk.article.synonym"]._get_groups():
            for phrase in group:
                if phrase not in text:
                    continue
                found = (
                    re.search(re.escape(phrase), text)
                    if _SPACELESS.search(phrase)
                    else re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", text)
                )
                if found:
                    text = f"{text[: found.start()]} {text[found.end() :]}"
                    others = [other for other in group if other != phrase]
                    terms.append([phrase, *others])
                    break
        # \w does not match Thai tone marks, which are part of a word.
        rest = re.findall(r"[\w\u0e00-\u0e7f]+", text)
        meaningful = []
        for word in rest:
            if _SPACELESS.search(word):
                meaningful += [
                    part for part in _THAI_FILLERS.split(word) if len(part) > 1
                ]
            elif word not in _STOP_WORDS and not word.isdigit():
                meaningful.append(word)
        if not meaningful and not terms:
            meaningful = rest
        return (terms + [[word] for word in dict.fromkeys(meaningful)])[:MAX_TERMS]

    @api.model
    def _get_term_hits(self, alternatives, typos_in_text):
        """Return a subquery of the articles with a term or one of its synonyms."""
        conditions = [
            SQL("search_text LIKE (SELECT %s)", f"%{_escape_like(word)}%")
            for word in alternatives
            if _SPACELESS.search(word)
        ]
        if lexemes := [found for word in alternatives if (found := _to_lexemes(word))]:
            conditions.append(SQL("search_vector @@ (SELECT %s)", _to_query(lexemes)))
        typed = alternatives[0]
        if len(typed) > 3:
            conditions.append(SQL("(SELECT %s) <%% search_title", typed))
            if typos_in_text:
                conditions.append(SQL("(SELECT %s) <%% search_text", typed))
        return SQL(
            "(%s)",
            SQL(" UNION ").join(
                SQL("SELECT id FROM helpdesk_article WHERE %s", condition)
                for condition in conditions or [SQL("FALSE")]
            ),
        )

    @api.model
    def _get_rank(self, terms, hits):
        """Return the rank in SQL: the title counts more than the text.

        :param hits: subqueries of the terms; each one that has the article adds rank
        """
        rank = [SQL("2 * (helpdesk_article.id IN %s)::int", found) for found in hits]
        for typed, *others in terms:
            similar = SQL("word_similarity(%s, helpdesk_article.search_title)", typed)
            if others:
                # A synonym in the title ranks like a word with a small typing error.
                same = SQL(" OR ").join(
                    SQL(
                        "helpdesk_article.search_title LIKE %s",
                        f"%{_escape_like(word)}%",
                    )
                    for word in others
                )
                similar = SQL("GREATEST(%s, 0.9 * (%s)::int)", similar, same)
            rank.append(similar)
        lexemes = [
            lexeme
            for alternatives in terms
            for word in alternatives
            if (lexeme := _to_lexemes(word))
        ]
        if lexemes:
            rank.append(
                SQL(
                    "ts_rank('{0.05, 0.2, 0.5, 1.0}', helpdesk_article.search_vector,"
                    " %s)",
                    _to_query(lexemes),
                )
            )
        return SQL("(%s)", SQL(" + ").join(rank))

    @api.model
    def _get_suggestions(self, text, limit=5):
        """Return articles for somebody who is describing a problem.

        :param str text: the subject so far; fewer than three characters find nothing
        :return: at most ``limit`` articles
        """
        text = (text or "").strip()
        if len(text) < 3:
            return self.browse()
        return self._search_ranked(text, domain=self._get_live_domain(), limit=limit)[0]


def _to_lexemes(word):
    """Turn a word or phrase into a safe prefix query for full-text search."""
    if _SPACELESS.search(word):
        return ""
    return " & ".join(f"{part}:*" for part in _WORDS.findall(word))


def _to_query(lexemes):
    """Return a full-text query that matches any of the words."""
    return SQL(" || ").join(SQL("to_tsquery('simple', %s)", word) for word in lexemes)


def _escape_like(word):
    return word.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
