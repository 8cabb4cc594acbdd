"""The articles that help with a symptom."""

from odoo import fields, models
from odoo.fields import Domain

#: How many articles a symptom shows.
SHOWN_ARTICLES = 2


class HelpdeskSymptom(models.Model):
    _inherit = "helpdesk.symptom"

    article_ids = fields.Many2many(
        comodel_name="helpdesk.article",
        string="Articles",
        help="Shown to people who choose the symptom, if they may read them.",
    )

    def _get_articles(self):
        """Return the articles of each symptom that the current user may read.

        :return: dictionary of symptom to articles, without sudo; only symptoms that
            have some
        """
        # drop sudo: apply the access rights of the current user
        Article = self.env["helpdesk.article"].sudo(False)
        linked = {symptom: symptom.sudo().article_ids.ids for symptom in self}
        ids = {one for found in linked.values() for one in found}
        if not ids:
            return {}
        live = Article.search_fetch(
            Article._get_live_domain() & Domain("id", "in", list(ids)),
            ["title", "content"],
            order="helpful_count DESC, id",
        )
        return {
            symptom: articles[:SHOWN_ARTICLES]
            for symptom, known in linked.items()
            if (articles := live.filtered(lambda one, known=known: one.id in known))
        }

    def _get_all_articles(self):
        """Return the articles of all these symptoms."""
        articles = self.env["helpdesk.article"].sudo(False)
        return articles.union(*self._get_articles().values())
