"""How often an article was suggested on a day, and how often that saved a ticket."""

from odoo import fields, models


class HelpdeskArticleDeflection(models.Model):
    _name = "helpdesk.article.deflection"
    _description = "Knowledge Suggestions per Day"
    _order = "date desc, id desc"
    _rec_name = "article_id"
    # A tally of a day belongs to nobody: who counted it last is not kept.
    _log_access = False

    article_id = fields.Many2one(
        comodel_name="helpdesk.article", required=True, index=True, ondelete="cascade"
    )
    category_id = fields.Many2one(related="article_id.category_id")
    date = fields.Date(required=True)
    shown_count = fields.Integer(string="Suggested", readonly=True)
    solved_count = fields.Integer(string="Solved Without a Ticket", readonly=True)

    _one_per_day = models.Constraint(
        "UNIQUE (article_id, date)", "There is one tally per article and day."
    )
