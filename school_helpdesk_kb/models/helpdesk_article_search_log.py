"""Searches without result, which show the articles that are missing."""

import re

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.text import without_personal_data

KEEP_DAYS = 180
#: Characters of the input that are examined, and of the result that are stored.
MAX_INPUT_LENGTH = 200
MAX_LENGTH = 80


class HelpdeskArticleSearchLog(models.Model):
    _name = "helpdesk.article.search.log"
    _inherit = ["helpdesk.literal.search.mixin"]
    _description = "Knowledge Search Without Result"
    _order = "search_count desc, last_date desc, id"
    _rec_name = "words"
    # The log is anonymous: it must not store who searched. See also _log_search.
    _log_access = False

    words = fields.Char(string="Searched For", required=True)
    lang = fields.Char(string="Language", required=True)
    search_count = fields.Integer(string="Times", readonly=True)
    last_date = fields.Date(string="Last Time", readonly=True)

    _one_per_words = models.Constraint(
        "UNIQUE (words, lang)", "Each search is listed once per language."
    )

    @api.model
    def _log_search(self, words):
        """Log a search without result, but neither the user nor the time of day.

        Mail addresses and long numbers are removed before anything is stored.
        """
        words = without_personal_data((words or "").lower()[:MAX_INPUT_LENGTH])
        words = re.sub(r"\d{5,}", "…", " ".join(words.split()))[:MAX_LENGTH].strip()
        if len(words.strip("… ")) < 3:
            return
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO helpdesk_article_search_log AS log
                            (words, lang, search_count, last_date)
                     VALUES (%s, %s, 1, %s)
                ON CONFLICT (words, lang) DO UPDATE
                        SET search_count = log.search_count + 1,
                            last_date = EXCLUDED.last_date
                """,
                words,
                self.env.lang or "en_US",
                fields.Date.context_today(self),
            )
        )
        self.invalidate_model()

    @api.autovacuum
    def _gc_search_log(self):
        """Delete searches that nobody has repeated for ``KEEP_DAYS`` days."""
        self.search([("last_date", "<", f"-{KEEP_DAYS}d")]).unlink()

    def action_write_article(self):
        """Open a new article with the searched words as title and keywords."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.article",
            "view_mode": "form",
            "context": {
                "default_title": self.words.capitalize(),
                "default_keywords": self.words,
            },
        }
