"""Whether an article helped somebody, and if not, why."""

from odoo import api, fields, models


class HelpdeskArticleVote(models.Model):
    _name = "helpdesk.article.vote"
    _description = "Knowledge Article Vote"
    _order = "id desc"
    _rec_name = "article_id"

    article_id = fields.Many2one(
        comodel_name="helpdesk.article", required=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one(
        comodel_name="res.users", string="Who", ondelete="cascade", index=True
    )
    session_key = fields.Char(
        readonly=True,
        groups="base.group_system",
        help="A random word that stands for the browser of a visitor who did not "
        "sign in. It says nothing about him.",
    )
    helpful = fields.Boolean(string="It Helped")
    reason = fields.Selection(
        selection=[
            ("failed", "I did it, and it is still broken"),
            ("unclear", "I did not understand it"),
            ("outdated", "It is no longer true"),
            ("other_problem", "My problem is another one"),
        ],
    )
    comment = fields.Text()

    # One vote per person, whatever the number of workers, tabs and clicks.
    _one_per_user = models.UniqueIndex(
        "(article_id, user_id) WHERE user_id IS NOT NULL"
    )
    _one_per_session = models.UniqueIndex(
        "(article_id, session_key) WHERE session_key IS NOT NULL"
    )
    _one_voter = models.Constraint(
        "CHECK (num_nonnulls(user_id, session_key) = 1)",
        "A vote is either a user's or a visitor's.",
    )
    _reason_after_no = models.Constraint(
        "CHECK (helpful IS NOT TRUE OR (reason IS NULL AND comment IS NULL))",
        "Who was helped needs no reason.",
    )

    @api.depends("article_id", "helpful")
    def _compute_display_name(self):
        for vote in self:
            vote.display_name = vote.article_id.title
