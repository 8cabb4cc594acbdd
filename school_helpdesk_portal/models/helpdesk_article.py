"""Which devices an article helps with: the link only this addon can make."""

from odoo import fields, models


class HelpdeskArticle(models.Model):
    _inherit = "helpdesk.article"

    asset_category_ids = fields.Many2many(
        comodel_name="asset.category",
        string="Asset Categories",
        groups="school_helpdesk_kb.group_helpdesk_article_reader",
        help="It is shown to whoever scans a device of these categories, "
        "or of those below.",
    )
    asset_model_ids = fields.One2many(
        comodel_name="helpdesk.article.asset.model",
        inverse_name="article_id",
        string="Asset Models",
        groups="school_helpdesk_kb.group_helpdesk_article_reader",
        help="It is shown to whoever scans a device of these models, "
        "before what helps with its category.",
    )
