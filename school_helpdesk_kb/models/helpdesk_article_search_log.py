"""What people looked for and did not find: the articles that should be written."""

import re

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.text import without_personal_data

KEEP_DAYS = 180
#: So much is looked at, so much of it is kept.
MAX_TYPED = 200
MAX_LENGTH = 80


class HelpdeskArticleSearchLog(models.Model):
    _name = "helpdesk.article.search.log"
    _description = "Knowledge Search Without Result"
    _order = "search_count desc, last_date desc, id"
    _rec_name = "words"
    # Nobody can say later who searched for it: see also _log_search.
    _log_access = False

    words = fields.Char(string="Looked For", required=True)
    lang = fields.Char(string="Language", required=True)
    search_count = fields.Integer(string="Times", readonly=True)
    last_date = fields.Date(string="Last Time", readonly=True)

    _one_per_words = models.Constraint(
        "UNIQUE (words, lang)", "Each search is listed once per language."
    )

    @api.model
    def _log_search(self, words):
        """Note a search without result, without who made it and when in the day.

        Mail addresses and long numbers are left out before anything is stored.
        """
        words = without_personal_data((words or "").lower()[:MAX_TYPED])
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
        """Forget what nobody looked for again within half a year."""
        self.search([("last_date", "<", f"-{KEEP_DAYS}d")]).unlink()

    def action_write_article(self):
        """Start the article that these people missed."""
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
