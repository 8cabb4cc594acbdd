"""Knowledge articles that help users to solve the problem of a scanned device."""

from odoo import models
from odoo.fields import Domain

SHOWN_ARTICLES = 3


class AssetAsset(models.Model):
    _name = "asset.asset"
    _inherit = ["asset.asset"]

    def _scan_get_articles(self):
        """Return articles for the device that the current user may read.

        First come the articles for its model, then those for its asset category, then
        those for the parent categories. Within each group, the articles that helped
        more readers come first.
        """
        self.ensure_one()
        # drop sudo: apply the access rights of the current user
        Article = self.env["helpdesk.article"].sudo(False)
        found = Article
        for linked_sudo in self._scan_get_linked_articles():
            if linked_sudo and len(found) < SHOWN_ARTICLES:
                found += Article.search_fetch(
                    Article._get_live_domain()
                    & Domain("id", "in", (linked_sudo - found).ids),
                    ["title", "content"],
                    order="helpful_count DESC, id",
                    limit=SHOWN_ARTICLES - len(found),
                )
        return found

    def _scan_get_linked_articles(self):
        """Yield the articles for the model and for each asset category, with sudo."""
        # sudo: helpdesk.article.asset.model - the caller checks access to the articles
        Link = self.env["helpdesk.article.asset.model"].sudo()
        yield Link.search(Link._get_domain_for(self)).article_id
        # sudo: helpdesk.article - the caller checks access to the articles
        Article = self.env["helpdesk.article"].sudo()
        path = [int(part) for part in self.category_id.parent_path.split("/") if part]
        linked = Article.search(Domain("asset_category_ids", "in", path))
        for category_id in reversed(path):
            yield linked.filtered(
                lambda article, wanted=category_id: (
                    wanted in article.asset_category_ids.ids
                )
            )
