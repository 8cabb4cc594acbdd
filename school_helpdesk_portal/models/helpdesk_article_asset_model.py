"""A brand and a model for which an article is useful.

Assets store brand and model as free text. So texts are compared without regard to case
and spaces. ``device_count`` shows editors how many devices match: with 0, the text
probably contains a typing error.
"""

from collections import Counter

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.school_helpdesk_base.tools.search_text import search_words


def _to_key(text):
    """Return a text in lower case and with single spaces, to compare it."""
    return " ".join((text or "").lower().split())


class HelpdeskArticleAssetModel(models.Model):
    _name = "helpdesk.article.asset.model"
    _inherit = ["helpdesk.literal.search.mixin"]
    _description = "Asset Model of a Knowledge Article"
    _rec_name = "model"
    _order = "brand, model, id"

    article_id = fields.Many2one(
        comodel_name="helpdesk.article", required=True, index=True, ondelete="cascade"
    )
    brand = fields.Char(help="Leave empty for the model of any brand.")
    model = fields.Char(required=True)
    brand_key = fields.Char(compute="_compute_keys", store=True)
    model_key = fields.Char(compute="_compute_keys", store=True)
    # only for the search in the list of models
    words = fields.Char(store=False, search="_search_words")
    device_count = fields.Integer(
        string="Devices", compute="_compute_device_count", compute_sudo=True
    )

    # The page of a scanned device also uses this index.
    _model_unique = models.UniqueIndex(
        "(model_key, brand_key, article_id)", "The article has this model already."
    )

    @api.model
    def _search_words(self, operator, value):
        return search_words(["brand", "model"], operator, value)

    @api.depends("brand", "model")
    def _compute_keys(self):
        for link in self:
            link.brand_key = _to_key(link.brand)
            link.model_key = _to_key(link.model)

    @api.depends("brand_key", "model_key")
    def _compute_device_count(self):
        counts = Counter()
        for brand, model, count in self.env["asset.asset"]._read_group(
            [("model", "!=", False)], ["brand", "model"], ["__count"]
        ):
            keys = {_to_key(brand), ""}
            counts.update(dict.fromkeys(((key, _to_key(model)) for key in keys), count))
        for link in self:
            link.device_count = counts[link.brand_key, link.model_key]

    @api.model
    def _get_domain_for(self, asset):
        """Return the domain of the records that match an asset's brand and model."""
        model = _to_key(asset.model)
        if not model:
            return Domain.FALSE
        return Domain("model_key", "=", model) & Domain(
            "brand_key", "in", ["", _to_key(asset.brand)]
        )
