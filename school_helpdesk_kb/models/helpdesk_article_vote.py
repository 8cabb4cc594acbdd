"""Votes: whether an article helped a reader and, if not, the reason."""

from odoo import api, fields, models


class HelpdeskArticleVote(models.Model):
    _name = "helpdesk.article.vote"
    _inherit = ["helpdesk.literal.search.mixin"]
    _description = "Knowledge Article Vote"
    _order = "id desc"
    _rec_name = "article_id"

    article_id = fields.Many2one(
        comodel_name="helpdesk.article", required=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one(
        comodel_name="res.users", string="User", ondelete="cascade", index=True
    )
    session_key = fields.Char(
        readonly=True,
        groups="base.group_system",
        help="A random key for the browser session of a visitor who is not signed "
        "in. It contains no personal data.",
    )
    helpful = fields.Boolean(string="It Helped")
    reason = fields.Selection(
        selection=[
            ("failed", "I followed the steps, but it is still broken"),
            ("unclear", "I did not understand it"),
            ("outdated", "It is no longer true"),
            ("other_problem", "My problem is a different one"),
        ],
    )
    comment = fields.Text()

    # One vote per person, also with several workers, tabs or clicks.
    _one_per_user = models.UniqueIndex(
        "(article_id, user_id) WHERE user_id IS NOT NULL"
    )
    _one_per_session = models.UniqueIndex(
        "(article_id, session_key) WHERE session_key IS NOT NULL"
    )
    _one_voter = models.Constraint(
        "CHECK (num_nonnulls(user_id, session_key) = 1)",
        "A vote belongs either to a user or to a visitor.",
    )
    _reason_after_no = models.Constraint(
        "CHECK (helpful IS NOT TRUE OR (reason IS NULL AND comment IS NULL))",
        "A vote that the article helped cannot have a reason or a comment.",
    )

    @api.depends("article_id", "helpful")
    def _compute_display_name(self):
        for vote in self:
            vote.display_name = vote.article_id.title
