"""Daily counts per article: suggestions and problems solved without a ticket."""

from odoo import fields, models


class HelpdeskArticleDeflection(models.Model):
    _name = "helpdesk.article.deflection"
    _inherit = ["helpdesk.literal.search.mixin"]
    _description = "Knowledge Suggestions per Day"
    _order = "date desc, id desc"
    _rec_name = "article_id"
    # Daily counts are anonymous: they must not store the last user.
    _log_access = False

    article_id = fields.Many2one(
        comodel_name="helpdesk.article", required=True, index=True, ondelete="cascade"
    )
    category_id = fields.Many2one(related="article_id.category_id")
    date = fields.Date(required=True)
    shown_count = fields.Integer(string="Suggested", readonly=True)
    solved_count = fields.Integer(string="Solved Without a Ticket", readonly=True)

    # the date comes first: boards search a period
    _one_per_day = models.Constraint(
        "UNIQUE (date, article_id)", "There can be only one count per article and day."
    )
