"""History of an article: each saved text becomes a version."""

from odoo import api, fields, models
from odoo.tools import SQL

TEXT_FIELDS = ("title", "content")


class HelpdeskArticle(models.Model):
    _name = "helpdesk.article"
    _inherit = ["helpdesk.article"]

    version_ids = fields.One2many(
        comodel_name="helpdesk.article.version",
        inverse_name="article_id",
        string="Versions",
        groups="school_helpdesk_kb.group_helpdesk_article_editor",
    )
    version_count = fields.Integer(
        compute="_compute_version_count",
        groups="school_helpdesk_kb.group_helpdesk_article_editor",
    )

    @api.depends("version_ids")
    def _compute_version_count(self):
        counts = dict(
            self.env["helpdesk.article.version"]._read_group(
                [("article_id", "in", self.ids)], ["article_id"], ["__count"]
            )
        )
        for article in self:
            article.version_count = counts.get(article, 0)

    @api.model_create_multi
    def create(self, vals_list):
        articles = super().create(vals_list)
        articles._save_versions({})
        return articles

    def write(self, vals):
        if not any(field in vals for field in TEXT_FIELDS):
            return super().write(vals)
        before = self._get_texts()
        result = super().write(vals)
        self._save_versions(before)
        return result

    def _update_field_translations(
        self, field_name, translations, digest=None, source_lang=""
    ):
        """Save versions for changes in the translation dialog, and sanitize HTML.

        Odoo stores whole translations of HTML fields without sanitizing them.
        """
        if field_name == "content":
            clean = self._fields["content"].convert_to_cache
            translations = {
                lang: text and clean(text, self) for lang, text in translations.items()
            }
        before = self._get_texts() if field_name in TEXT_FIELDS else None
        result = super()._update_field_translations(
            field_name, translations, digest=digest, source_lang=source_lang
        )
        if before is not None:
            self._save_versions(before)
        return result

    def _get_texts(self):
        """Read the stored texts of all languages.

        :return: ``{(article id, language code): (title, content)}``
        """
        if not self.ids:
            return {}
        self.flush_recordset(TEXT_FIELDS)
        rows = self.env.execute_query(
            SQL(
                "SELECT id, title, content FROM helpdesk_article WHERE id IN %s",
                tuple(self.ids),
            )
        )
        return {
            (article_id, lang): (
                (titles or {}).get(lang) or "",
                (contents or {}).get(lang) or "",
            )
            for article_id, titles, contents in rows
            for lang in {**(titles or {}), **(contents or {})}
            if not lang.startswith("_")
        }

    def _save_versions(self, before):
        """Create a version for each text that differs from ``before``.

        A text from a translation file is stored without the ORM and has no version
        yet. Its version is created when the text is first overwritten.
        """
        # sudo: helpdesk.article.version - users may not create versions themselves
        Version = self.env["helpdesk.article.version"].sudo()
        changed = {
            key: text
            for key, text in self._get_texts().items()
            if before.get(key) != text
        }
        if not changed:
            return
        languages = {
            language.code: language
            for language in self.env["res.lang"]
            .with_context(active_test=False)
            .search([("code", "in", [lang for _id, lang in changed])])
        }
        known = {
            (article.id, language.code)
            for article, language in Version._read_group(
                [("article_id", "in", self.ids)], ["article_id", "lang_id"]
            )
        }
        vals_list = []
        for key, text in changed.items():
            article_id, lang = key
            if lang not in languages:
                continue
            texts = [text]
            if key not in known and any(before.get(key, ())):
                texts.insert(0, before[key])
            vals_list += [
                {
                    "article_id": article_id,
                    "lang_id": languages[lang].id,
                    "title": title,
                    "content": content,
                }
                for title, content in texts
            ]
        Version.create(vals_list)

    def action_view_versions(self):
        """List the versions: who changed the text, and when."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "school_helpdesk_kb.helpdesk_article_version_action"
        )
        action["domain"] = [("article_id", "=", self.id)]
        return action
