"""Synonyms: words that mean the same to the people who search."""

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError


class HelpdeskArticleSynonym(models.Model):
    _name = "helpdesk.article.synonym"
    _inherit = ["helpdesk.kept.mixin", "helpdesk.literal.search.mixin"]
    _description = "Knowledge Synonyms"
    _rec_name = "words"
    _order = "words, id"

    words = fields.Char(
        required=True,
        help="Words and phrases separated by commas, in any language. "
        "A search for one of them also finds the others.",
    )

    @api.constrains("words")
    def _check_words(self):
        for synonym in self:
            if len(_split(synonym.words)) < 2:
                raise ValidationError(
                    self.env._(
                        "Write two or more words, separated by commas: %(words)s",
                        words=synonym.words,
                    )
                )

    @api.model
    @tools.ormcache()
    def _get_groups(self):
        """Return the groups of synonyms as tuples, the longest phrases first."""
        # sudo: helpdesk.article.synonym - searches of all users use the synonyms
        groups = [
            sorted(_split(synonym.words), key=len, reverse=True)
            for synonym in self.sudo().search([])
        ]
        return tuple(
            tuple(group)
            for group in sorted(groups, key=lambda group: len(group[0]), reverse=True)
        )


def _split(words):
    return [word for part in (words or "").lower().split(",") if (word := part.strip())]
