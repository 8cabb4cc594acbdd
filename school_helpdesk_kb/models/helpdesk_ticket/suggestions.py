"""Articles on a ticket: suggested ones, and those used in a reply."""

from odoo import api, fields, models

#: How many search results are read; of these, articles of the ticket's category or type
#: come first.
CANDIDATE_LIMIT = 20
SUGGESTION_LIMIT = 5


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    article_ids = fields.Many2many(
        comodel_name="helpdesk.article",
        string="Answered With",
        copy=False,
        groups="school_helpdesk_kb.group_helpdesk_article_reader",
        help="Articles that were put into a reply on this ticket.",
    )
    suggested_article_ids = fields.Many2many(
        comodel_name="helpdesk.article",
        string="Suggested Articles",
        compute="_compute_suggested_article_ids",
        groups="school_helpdesk_kb.group_helpdesk_article_reader",
    )

    @api.depends("name", "category_id", "type_id")
    @api.depends_context("uid", "lang")
    def _compute_suggested_article_ids(self):
        for ticket in self:
            ticket.suggested_article_ids = ticket._get_suggested_articles()

    def _get_suggested_articles(self):
        """Return articles that match the subject, then others of the category."""
        self.ensure_one()
        Article = self.env["helpdesk.article"]
        categories = self.category_id._origin
        path = (categories.parent_path or "").split("/")
        ancestors = [int(category_id) for category_id in path if category_id]
        found, _total = Article._search_ranked(
            self.name or "", domain=Article._get_live_domain(), limit=CANDIDATE_LIMIT
        )

        def count_matches(article):
            return bool(set(article.ticket_category_ids.ids) & set(ancestors)) + bool(
                article.ticket_type_ids & self.type_id._origin
            )

        articles = found.sorted(count_matches, reverse=True)[:SUGGESTION_LIMIT]
        if len(articles) < SUGGESTION_LIMIT and ancestors:
            articles |= Article.search(
                Article._get_live_domain()
                & fields.Domain("ticket_category_ids", "in", ancestors)
                & fields.Domain("id", "not in", articles.ids),
                order="helpful_count DESC, id",
                limit=SUGGESTION_LIMIT - len(articles),
            )
        return articles

    def action_insert_article(self):
        """Open the dialog that inserts an article into a reply."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reply with an article"),
            "res_model": "helpdesk.article.reply",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_ticket_id": self.id,
                "default_article_id": self.env.context.get(
                    "article_id", self.suggested_article_ids[:1].id
                ),
            },
        }
