"""Links knowledge articles to asset categories and asset models."""

from odoo import fields, models


class HelpdeskArticle(models.Model):
    _inherit = "helpdesk.article"

    asset_category_ids = fields.Many2many(
        comodel_name="asset.category",
        string="Asset Categories",
        groups="school_helpdesk_kb.group_helpdesk_article_reader",
        help="The article is shown to users who scan a device in one of these "
        "categories or their subcategories.",
    )
    asset_model_ids = fields.One2many(
        comodel_name="helpdesk.article.asset.model",
        inverse_name="article_id",
        string="Asset Models",
        groups="school_helpdesk_kb.group_helpdesk_article_reader",
        help="The article is shown to users who scan a device of one of these models, "
        "before articles for the category of the device.",
    )
