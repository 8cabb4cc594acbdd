"""Categories of articles: the tree that people browse on the website."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

#: Who may read an article, from the widest audience to the narrowest.
AUDIENCES = [
    ("public", "Everybody"),
    ("portal", "Everybody who signs in"),
    ("internal", "Employees"),
    ("teams", "Members of the teams"),
]


class HelpdeskArticleCategory(models.Model):
    _name = "helpdesk.article.category"
    _description = "Knowledge Category"
    _inherit = ["website.seo.metadata", "helpdesk.literal.search.mixin"]
    _parent_store = True
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    description = fields.Char(
        translate=True, help="One line below the name on the website."
    )
    icon = fields.Char(
        default="fa-book", help="Name of a Font Awesome icon, such as fa-print."
    )
    parent_id = fields.Many2one(
        comodel_name="helpdesk.article.category",
        string="Parent",
        index=True,
        ondelete="restrict",
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("helpdesk.article.category", "parent_id", "Children")
    complete_name = fields.Char(compute="_compute_complete_name", recursive=True)
    article_ids = fields.One2many("helpdesk.article", "category_id", "Articles")
    article_count = fields.Integer(compute="_compute_article_count")
    audience = fields.Selection(
        selection=AUDIENCES,
        compute="_compute_audience",
        store=True,
        recursive=True,
        help="The widest audience of the published articles in this category and its "
        "subcategories. Other people do not see the category.",
    )
    # Whether the current user may read an article in the category or below it. The
    # record rules use this field. It is not stored, because it depends on the date.
    has_answers = fields.Boolean(
        compute="_compute_has_answers", search="_search_has_answers"
    )
    website_url = fields.Char(compute="_compute_website_url")

    @api.constrains("parent_id")
    def _check_parent_id(self):
        if self._has_cycle():
            raise ValidationError(
                self.env._("A category cannot be below one of its own subcategories.")
            )

    @api.depends("name", "parent_id.complete_name")
    @api.depends_context("lang")
    def _compute_complete_name(self):
        for category in self:
            parent = category.parent_id.complete_name
            category.complete_name = (
                f"{parent} / {category.name}" if parent else category.name
            )

    @api.depends("complete_name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for category in self:
            category.display_name = category.complete_name

    @api.depends("article_ids.state", "article_ids.audience", "child_ids.audience")
    def _compute_audience(self):
        for category in self:
            published = category.article_ids.filtered(
                lambda article: article.state == "published"
            )
            found = {
                *published.mapped("audience"),
                *category.child_ids.mapped("audience"),
            }
            category.audience = next(
                (audience for audience, _label in AUDIENCES if audience in found), False
            )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_has_answers(self):
        ids = self._get_ids_with_answers()
        for category in self:
            category.has_answers = category.id in ids

    def _search_has_answers(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("id", "in", self._get_ids_with_answers())

    @api.model
    def _get_ids_with_answers(self):
        """Return the ids of categories with readable articles at any depth."""
        Article = self.env["helpdesk.article"].sudo(False)
        # sudo: helpdesk.article.category - the record rules use the result
        categories_sudo = self.sudo().search_fetch(
            [("article_ids", "in", Article._search(Article._get_live_domain()))],
            ["parent_path"],
        )
        return {
            int(part)
            for category_sudo in categories_sudo
            for part in category_sudo.parent_path.split("/")
            if part
        }

    @api.depends_context("uid")
    def _compute_article_count(self):
        """Count the articles of the category and below that the user may read."""
        counts = dict(
            self.env["helpdesk.article"]._read_group(
                [("category_id", "child_of", self.ids), ("state", "!=", "archived")],
                groupby=["category_id"],
                aggregates=["__count"],
            )
        )
        for category in self:
            category.article_count = sum(
                count
                for other, count in counts.items()
                if (other.parent_path or "").startswith(category.parent_path or "-")
            )

    @api.depends("name", "seo_name")
    @api.depends_context("lang")
    def _compute_website_url(self):
        slug = self.env["ir.http"]._slug
        for category in self:
            words = category._get_url_words()
            category.website_url = (
                f"/helpdesk/articles/category/{slug((category.id, words))}"
                if category.id
                else False
            )

    def _get_url_words(self):
        """Return the words of the URL: the editor's own words, or the name."""
        self.ensure_one()
        return self.seo_name or self.name
