"""Finding an article from the words people use, misspelt and in Thai as well.

Why it is done this way:

* Words are found by text search (dictionary ``simple``, by their beginnings), since it
  ranks well and knows where a word ends.
* Thai has no spaces between words and PostgreSQL has no dictionary to part them. There,
  and for typing errors, trigrams do the work: three letters in a row are the same
  whether or not one knows where the word began.
* What is searched lies in columns which PostgreSQL derives from the stored translations
  by itself, so that a text loaded from a translation file is found as well. They hold
  all languages: a Thai teacher types "VPN" and an English one pastes a Thai message.
* Each way to find a word is a query of its own below the one that ranks. PostgreSQL
  then asks its index; put together by OR it would rather read every text, of whose size
  it knows nothing. For the same reason the words are handed over by a sub-query: it
  guesses that few articles have them, whatever the words are.
* One query ranks on top of the domain the access rules allow. A second and a third are
  only made when the one before found nothing: all words, then all words with typing
  errors in the text too, then any of the words.
"""

import re

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

#: Longer questions are cut: nobody types them, and each word costs time.
MAX_QUERY_LENGTH = 120
MAX_TERMS = 8

#: Share of a word's trigrams that must be in the text for it to be the same word.
SIMILAR = 0.5
SLIGHTLY_SIMILAR = 0.34

_SPACELESS = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u9fff]")
_WORDS = re.compile(r"\w+")
#: Words that say nothing about the problem, in a school, and Thai ones likewise.
#: They count only where there is nothing else.
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
#: The words of a stored translation, without what JSON and HTML need around them.
_TITLE = "jsonb_path_query_array({}, '$.*')::text"
_BODY = "regexp_replace(" + _TITLE + r", '<[^>]*>|&[a-z]+;|\\[nrt]', ' ', 'g')"


class HelpdeskArticle(models.Model):
    _name = "helpdesk.article"
    _inherit = ["helpdesk.article"]

    def init(self):
        """Let PostgreSQL keep the searched columns: see the top of this file.

        Their indexes are made here, too: those declared on the model are wanted
        before the columns exist.
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
            self._keep_column(column, column_type, expression)
        # Articles are searched often and written seldom. Without a list of pending
        # entries the indexes are always cheap enough for PostgreSQL to choose them.
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

    def _keep_column(self, column, column_type, expression):
        """Make a generated column, anew where it was made from something else.

        PostgreSQL tells an expression in words of its own: ours is kept as a comment.
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
        # its indexes go along
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
        """Search the articles this user may read, the best answer first.

        :param str words: what somebody typed; never trusted
        :param domain: further conditions
        :return: ``(articles, how many there are without the limit)``
        """
        terms = self._get_search_terms(words)
        if not terms:
            return self.browse(), 0
        self.flush_model(["title", "content", "keywords"])
        for similar, every, typos_in_text in (
            (SIMILAR, True, False),
            (SIMILAR, True, True),
            (SLIGHTLY_SIMILAR, False, False),
        ):
            how = (similar, every, typos_in_text)
            rows = self._execute_search(terms, domain, limit, offset, *how)
            # The page after the last one is empty, and no reason to search otherwise.
            if rows or (offset and self._execute_search(terms, domain, 1, 0, *how)):
                break
        return self.browse(row[0] for row in rows), rows[0][1] if rows else 0

    def _execute_search(
        self, terms, domain, limit, offset, similar, every, typos_in_text
    ):
        query = self._search(Domain(domain))
        if query.is_empty():
            return []
        hits = [self._get_term_hits(words, typos_in_text) for words in terms]
        query.add_where(
            SQL(
                "helpdesk_article.id = ANY(ARRAY(%s))",
                SQL(" INTERSECT " if every else " UNION ").join(hits),
            )
        )
        query.order = SQL(
            "%s DESC, helpdesk_article.helpful_count DESC, helpdesk_article.id",
            self._get_rank(terms, [] if every else hits),
        )
        query.limit, query.offset = limit, offset
        self.env.cr.execute(
            SQL(
                "SELECT set_config('pg_trgm.word_similarity_threshold', %s, TRUE)",
                str(similar),
            )
        )
        return self.env.execute_query(
            query.select(
                SQL.identifier("helpdesk_article", "id"), SQL("COUNT(*) OVER ()")
            )
        )

    @api.model
    def _get_search_terms(self, words):
        """Cut what was typed into terms, each with the words that mean the same.

        :return: a list of lists, the first word of each being the one typed
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
        # \w leaves out Thai tone marks, which are part of their word.
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
        """The articles that have a term or a word that means the same, as a query."""
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
        """Rank a hit in the title over one in the text, whole words over parts.

        :param hits: queries of which an article should be in as many as possible
        """
        rank = [SQL("2 * (helpdesk_article.id IN %s)::int", found) for found in hits]
        for typed, *others in terms:
            similar = SQL("word_similarity(%s, helpdesk_article.search_title)", typed)
            if others:
                # What means the same is as good as a word typed nearly right.
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
        """Offer articles to somebody who describes a problem.

        :param str text: the subject so far; too short a one gets no suggestions
        :return: at most ``limit`` articles
        """
        text = (text or "").strip()
        if len(text) < 3:
            return self.browse()
        return self._search_ranked(text, domain=self._get_live_domain(), limit=limit)[0]


def _to_lexemes(word):
    """Turn a word or phrase into a safe query for words that begin like it."""
    if _SPACELESS.search(word):
        return ""
    return " & ".join(f"{part}:*" for part in _WORDS.findall(word))


def _to_query(lexemes):
    """Ask for any of some words."""
    return SQL(" || ").join(SQL("to_tsquery('simple', %s)", word) for word in lexemes)


def _escape_like(word):
    return word.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
