"""Summary, related articles and metadata of an article on the website."""

from odoo import api, fields, models

from ...tools.text import excerpt

RELATED_LIMIT = 5


class HelpdeskArticle(models.Model):
    _name = "helpdesk.article"
    _inherit = ["helpdesk.article"]

    summary = fields.Char(
        compute="_compute_summary", help="The beginning of the text, in one line."
    )

    @api.depends("content", "website_meta_description")
    @api.depends_context("lang")
    def _compute_summary(self):
        for article in self:
            article.summary = article.website_meta_description or excerpt(
                article.content
            )

    def _get_related(self):
        """Return other articles of the category that the current user may read."""
        self.ensure_one()
        if not self.category_id:
            return self.browse()
        return self.search_fetch(
            self._get_live_domain()
            & fields.Domain("category_id", "=", self.category_id.id)
            & fields.Domain("id", "!=", self.id),
            ["title", "seo_name"],
            order="helpful_count DESC, id",
            limit=RELATED_LIMIT,
        )

    def _default_website_meta(self):
        """Use title and summary where an editor has written no metadata."""
        meta = super()._default_website_meta()
        for network in ("default_opengraph", "default_twitter"):
            for key in meta[network]:
                if key.endswith(":title"):
                    meta[network][key] = self.title
                elif key.endswith(":description"):
                    meta[network][key] = self.summary
        meta["default_meta_description"] = self.summary
        return meta
