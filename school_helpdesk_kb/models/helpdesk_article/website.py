"""How an article presents itself on the website and to search engines."""

from odoo import api, fields, models

from ...tools.text import excerpt

RELATED = 5


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
        """Other articles of the category that this user may read."""
        self.ensure_one()
        if not self.category_id:
            return self.browse()
        return self.search_fetch(
            self._get_live_domain()
            & fields.Domain("category_id", "=", self.category_id.id)
            & fields.Domain("id", "!=", self.id),
            ["title", "seo_name"],
            order="helpful_count DESC, id",
            limit=RELATED,
        )

    def _default_website_meta(self):
        """Describe the article by its own words where an editor wrote none."""
        meta = super()._default_website_meta()
        for network in ("default_opengraph", "default_twitter"):
            for key in meta[network]:
                if key.endswith(":title"):
                    meta[network][key] = self.title
                elif key.endswith(":description"):
                    meta[network][key] = self.summary
        meta["default_meta_description"] = self.summary
        return meta
