"""Articles on a ticket: what may answer it, and what it was answered with."""

from odoo import api, fields, models

#: So many hits are looked at before those that fit the ticket's category come first.
CANDIDATES = 20
SUGGESTIONS = 5


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
        """Articles whose words match, those for its category or type first."""
        self.ensure_one()
        Article = self.env["helpdesk.article"]
        categories = self.category_id._origin
        path = (categories.parent_path or "").split("/")
        ancestors = [int(category_id) for category_id in path if category_id]
        found, _total = Article._search_ranked(
            self.name or "", domain=Article._get_live_domain(), limit=CANDIDATES
        )

        def fits(article):
            return bool(set(article.ticket_category_ids.ids) & set(ancestors)) + bool(
                article.ticket_type_ids & self.type_id._origin
            )

        articles = found.sorted(fits, reverse=True)[:SUGGESTIONS]
        if len(articles) < SUGGESTIONS and ancestors:
            articles |= Article.search(
                Article._get_live_domain()
                & fields.Domain("ticket_category_ids", "in", ancestors)
                & fields.Domain("id", "not in", articles.ids),
                order="helpful_count DESC, id",
                limit=SUGGESTIONS - len(articles),
            )
        return articles

    def action_insert_article(self):
        """Choose an article to answer the requester with."""
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
