"""The articles that may save whoever scans a device from reporting it."""

from odoo import models
from odoo.fields import Domain

SHOWN_ARTICLES = 3


class AssetAsset(models.Model):
    _name = "asset.asset"
    _inherit = ["asset.asset"]

    def _scan_get_articles(self):
        """Return what the present user may read on the device, the nearest first.

        What helps with its model, then with its kind of device, then with the kinds
        above it; among equals what helped more readers.
        """
        self.ensure_one()
        # back from root to who asks
        Article = self.env["helpdesk.article"].sudo(False)
        found = Article
        for linked_sudo in self._scan_get_linked_articles():
            if linked_sudo and len(found) < SHOWN_ARTICLES:
                found += Article.search(
                    Article._get_live_domain()
                    & Domain("id", "in", (linked_sudo - found).ids),
                    order="helpful_count DESC, id",
                    limit=SHOWN_ARTICLES - len(found),
                )
        return found

    def _scan_get_linked_articles(self):
        """Yield the articles on the model and on the kinds, as root."""
        # sudo: helpdesk.article.asset.model - who may read the articles is asked later
        Link = self.env["helpdesk.article.asset.model"].sudo()
        yield Link.search(Link._get_domain_for(self)).article_id
        # sudo: helpdesk.article - likewise
        Article = self.env["helpdesk.article"].sudo()
        path = [int(part) for part in self.category_id.parent_path.split("/") if part]
        linked = Article.search(Domain("asset_category_ids", "in", path))
        for category_id in reversed(path):
            yield linked.filtered(
                lambda article, wanted=category_id: (
                    wanted in article.asset_category_ids.ids
                )
            )
