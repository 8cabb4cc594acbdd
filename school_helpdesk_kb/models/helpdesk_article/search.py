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
* Numbers and codes ("5200", "E-049") are compared as a whole, however they are
  separated, and count more than words. A bare number is often that of a room. So the
  article need not contain it if there are other words.
* Each search is one query, which includes the record rules. There are up to three
  searches: for all terms, then for all terms with typing errors in the text, then for
  any of the terms. A search only runs if the one before found nothing.
"""

import re
from itertools import pairwise

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, escape_psql

from odoo.addons.school_helpdesk_base.tools.search_text import (
    compose_thai,
    contains,
    search_words,
)

#: Longer input is cut, since each word costs time.
MAX_QUERY_LENGTH = 120
MAX_TERMS = 8

#: Minimum share of a word's trigrams that a similar word in the text must contain.
SIMILAR = 0.5
SLIGHTLY_SIMILAR = 0.34

_SPACELESS = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u9fff]")
_WORDS = re.compile(r"[^\W_]+")
#: A number or a code: latin letters and digits, perhaps separated, with a digit.
_CODE = re.compile(
    r"(?<![a-z0-9])(?=[a-z._/:-]*[0-9])[a-z0-9]+(?:[._/:-][a-z0-9]+)*(?![a-z0-9])"
)
_CODE_PARTS = re.compile(r"[a-z]+|[0-9]+")
#: The minimum length of a part of a word that the index of trigrams can find.
TRIGRAM = 3
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
#: SQL for the words of all translations of a field. JSON doubles each backslash, which
#: must be read as a pair: in the text "\\nas" the "n" belongs to the name.
_JSON = "jsonb_path_query_array({}, '$.*')::text"
_JSON_MARKUP = r'\\\\|\\["bfnrt]'
#: A Thai "am" of two characters, with a tone mark on either side, becomes one.
_COMPOSED = (
    "regexp_replace({}, '([\u0e48-\u0e4b]?)\u0e4d([\u0e48-\u0e4b]?)\u0e32',"
    " '\\1\\2\u0e33', 'g')"
)
_TITLE = _COMPOSED.format(f"regexp_replace({_JSON}, '{_JSON_MARKUP}', ' ', 'g')")
_BODY = _COMPOSED.format(
    f"regexp_replace({_JSON}, '<[^>]*>|&[a-z]+;|{_JSON_MARKUP}', ' ', 'g')"
)
#: PostgreSQL would take the end of "E-049" for a negative number, and an address or a
#: path for one word.
_VECTOR = "to_tsvector('simple', regexp_replace({}, '[-_./:@+~]+', ' ', 'g'))"


class HelpdeskArticle(models.Model):
    _name = "helpdesk.article"
    _inherit = ["helpdesk.article"]

    words = fields.Char(store=False, search="_search_words", groups="base.group_user")

    @api.model
    def _search_words(self, operator, value):
        """Search for the exact words, in the editors' list of articles."""
        return search_words(["title", "keywords", "content"], operator, value)

    @api.model
    def _search_display_name(self, operator, value):
        if operator == "ilike" and isinstance(value, str) and value:
            return contains(["title"], value)
        return super()._search_display_name(operator, value)

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
                f"setweight({_VECTOR.format(title)}, 'A')"
                f" || setweight({_VECTOR.format(keywords)}, 'B')"
                f" || setweight({_VECTOR.format(body)}, 'D')",
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
        terms, numbers = self._get_search_terms(words)
        if not terms:
            return self.browse(), 0
        self.flush_model(["title", "content", "keywords"])
        for similarity, all_terms, typos_in_text in (
            (SIMILAR, True, False),
            (SIMILAR, True, True),
            (SLIGHTLY_SIMILAR, False, False),
        ):
            options = (similarity, all_terms, typos_in_text)
            condition = (terms, numbers, domain)
            rows = self._execute_search(*condition, limit, offset, *options)
            # An empty page after the last result must not start the next search.
            if rows or (offset and self._execute_search(*condition, 1, 0, *options)):
                break
        return self.browse(row[0] for row in rows), rows[0][1] if rows else 0

    def _execute_search(
        self,
        terms,
        numbers,
        domain,
        limit,
        offset,
        similarity,
        all_terms,
        typos_in_text,
    ):
        """Run one of the up to three searches that the top of this file describes.

        :return: rows of the id of an article and the number of all matches
        """
        query = self._search(Domain(domain))
        if query.is_empty():
            return []
        required = terms if all_terms else [*terms, *([number] for number in numbers)]
        hits = [self._get_term_hits(words, typos_in_text) for words in required]
        query.add_where(
            SQL(
                "helpdesk_article.id = ANY(ARRAY(%s))",
                SQL(" INTERSECT " if all_terms else " UNION ").join(hits),
            )
        )
        query.order = SQL(
            "%s DESC, helpdesk_article.helpful_count DESC, helpdesk_article.id",
            self._get_rank(terms, numbers, [] if all_terms else hits),
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

        :return: ``(terms, numbers)``: a list of lists, the word from the input and then
            its synonyms; and the numbers that an article need not contain
        """
        text = " ".join((words or "").lower()[:MAX_QUERY_LENGTH].split())
        text = compose_thai(text)
        terms = []
        for group in self.env["helpdesk.article.synonym"]._get_groups():
            group = [compose_thai(phrase) for phrase in group]
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
        found = dict.fromkeys(_CODE.findall(text))
        codes = [code for code in found if re.search("[a-z]", code)]
        numbers = [code for code in found if code not in codes]
        # \w does not match Thai tone marks, which are part of a word.
        rest = re.findall(r"[\w\u0e00-\u0e7f]+", _CODE.sub(" ", text))
        meaningful = codes
        for word in rest:
            if _SPACELESS.search(word):
                meaningful += [
                    part for part in _THAI_FILLERS.split(word) if len(part) > 1
                ]
            elif word not in _STOP_WORDS:
                meaningful.append(word)
        if not meaningful and not terms:
            meaningful, numbers = numbers or rest, []
        terms += [[word] for word in dict.fromkeys(meaningful)]
        return terms[:MAX_TERMS], numbers[:MAX_TERMS]

    @api.model
    def _get_term_hits(self, alternatives, typos_in_text):
        """Return a subquery of the articles with a term or one of its synonyms."""
        typed = alternatives[0]
        if _is_code(alternatives):
            return self._get_code_hits(typed)
        conditions = [
            SQL("search_text LIKE (SELECT %s)", f"%{escape_psql(word)}%")
            for word in alternatives
            if _SPACELESS.search(word)
        ]
        if lexemes := [found for word in alternatives if (found := _to_lexemes(word))]:
            conditions.append(SQL("search_vector @@ (SELECT %s)", _to_query(lexemes)))
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
    def _get_code_hits(self, code):
        """Return a subquery of the articles with a number or a code."""
        conditions = [self._get_code_condition(code)]
        if code.isdigit():
            # the beginning of a number, while somebody is typing
            words = _to_query([f"{code}:*"])
            conditions.append(SQL("search_vector @@ (SELECT %s)", words))
        elif re.search("[a-z]{4}", code):
            # a word with a number, like "windows11"
            conditions.append(SQL("(SELECT %s) <%% search_title", code))
        return SQL(
            "(%s)",
            SQL(" UNION ").join(
                SQL("SELECT id FROM helpdesk_article WHERE %s", condition)
                for condition in conditions
            ),
        )

    @api.model
    def _get_code_condition(self, code):
        """Return the condition of the articles with the exact number or code."""
        parts = _CODE_PARTS.findall(code)
        pattern = _to_pattern(code)
        if any(len(part) >= TRIGRAM for part in parts):
            return SQL("search_text ~ (SELECT %s)", pattern)
        # too short for the index of trigrams: first find articles with the parts
        words = _to_query([" & ".join(parts), "".join(parts)])
        return SQL("search_vector @@ (SELECT %s) AND search_text ~ %s", words, pattern)

    @api.model
    def _get_rank(self, terms, numbers, hits):
        """Return the rank in SQL: the title counts more than the text.

        :param numbers: numbers that an article need not contain, but which add rank
        :param hits: subqueries of the terms; each one that has the article adds rank
        """
        rank = [SQL("2 * (helpdesk_article.id IN %s)::int", found) for found in hits]
        codes = [alternatives[0] for alternatives in terms if _is_code(alternatives)]
        for code in [*codes, *numbers]:
            if not code.isdigit():
                in_text = 5
            else:
                # a short number in a text is often a step or an hour: a low rank
                in_text = 2 if len(code) >= TRIGRAM else 0.2
            rank.append(
                SQL(
                    "3 * (helpdesk_article.search_title ~ %s)::int + %s * "
                    "(helpdesk_article.id IN (SELECT id FROM helpdesk_article"
                    " WHERE %s))::int",
                    _to_pattern(code),
                    in_text,
                    self._get_code_condition(code),
                )
            )
        for typed, *others in terms:
            similar = SQL("word_similarity(%s, helpdesk_article.search_title)", typed)
            if others:
                # A synonym in the title ranks like a word with a small typing error.
                same = SQL(" OR ").join(
                    SQL(
                        "helpdesk_article.search_title LIKE %s",
                        f"%{escape_psql(word)}%",
                    )
                    for word in others
                )
                similar = SQL("GREATEST(%s, 0.9 * (%s)::int)", similar, same)
            rank.append(similar)
        lexemes = [
            lexeme
            for alternatives in terms
            if not _is_code(alternatives)
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
    found = [_WORDS.findall(single) for single in word.split()]
    return " & ".join(
        # the parts of "wi-fi" must follow each other: many texts have other words
        # that begin with "wi" and "fi"
        "(" + " <-> ".join([*parts[:-1], f"{parts[-1]}:*"]) + ")"
        for parts in found
        if parts
    )


def _is_code(alternatives):
    """Whether a term is a number or a code, and no synonym of words."""
    return len(alternatives) == 1 and bool(_CODE.fullmatch(alternatives[0]))


def _to_pattern(code):
    """Return a regular expression for a code, however its parts are separated."""
    parts = _CODE_PARTS.findall(code)
    pattern = parts[0]
    for previous, part in pairwise(parts):
        # without a separator, two numbers would be another number
        least = 1 if previous.isdigit() and part.isdigit() else 0
        pattern += f"[-_./: ]{{{least},3}}{part}"
    kinds = ["[0-9]" if part.isdigit() else "[a-z]" for part in (parts[0], parts[-1])]
    return f"(?<!{kinds[0]}){pattern}(?!{kinds[1]})"


def _to_query(lexemes):
    """Return a full-text query that matches any of the words."""
    return SQL(" || ").join(SQL("to_tsquery('simple', %s)", word) for word in lexemes)
