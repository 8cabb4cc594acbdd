"""Knowledge article: texts, audience, dates and replacement."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...tools.fields import TranslatedHtml
from ..helpdesk_article_category import AUDIENCES


class HelpdeskArticle(models.Model):
    _name = "helpdesk.article"
    _description = "Knowledge Article"
    _inherit = [
        "website.seo.metadata",
        "helpdesk.names.mixin",
        "helpdesk.literal.search.mixin",
    ]
    _helpdesk_gated_files = True
    _rec_name = "title"
    _order = "title, id"

    # The texts. Each language has its own independent text, not translated terms:
    # editing the Thai text must not change the English one.
    title = fields.Char(required=True, translate=True)
    # long: is read only where it is shown, not with the titles of a list
    content = TranslatedHtml(prefetch=False)
    keywords = fields.Char(
        translate=True,
        groups="base.group_user",
        help="Additional search words that do not appear in the text.",
    )
    category_id = fields.Many2one(
        comodel_name="helpdesk.article.category", index=True, ondelete="restrict"
    )
    ticket_category_ids = fields.Many2many(
        comodel_name="helpdesk.ticket.category",
        string="Ticket Categories",
        groups="base.group_user",
        help="The article answers tickets of these categories and subcategories.",
    )
    ticket_type_ids = fields.Many2many(
        comodel_name="helpdesk.ticket.type",
        string="Ticket Types",
        groups="base.group_user",
        help="The article answers tickets of these types.",
    )

    # Who may read the article, and when: the record rules use these fields.
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("published", "Published"),
            ("archived", "Archived"),
        ],
        required=True,
        default="draft",
        index=True,
        copy=False,
    )
    audience = fields.Selection(
        selection=AUDIENCES,
        required=True,
        default="internal",
        help="The people who may read the article once it is published. "
        "Editors can always read it.",
    )
    team_ids = fields.Many2many(
        comodel_name="helpdesk.ticket.team", string="Teams", groups="base.group_user"
    )
    publish_date = fields.Datetime(
        string="Published On",
        compute="_compute_publish_date",
        store=True,
        readonly=False,
        copy=False,
        help="A published article is shown from this date and time.",
    )
    expiry_date = fields.Datetime(
        string="Shown Until",
        copy=False,
        help="A published article is hidden from this date and time.",
    )
    is_live = fields.Boolean(compute="_compute_is_live", search="_search_is_live")
    company_id = fields.Many2one(
        comodel_name="res.company",
        help="Leave empty to share the article with all companies.",
    )

    # The responsible editor and the reviews.
    author_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        index="btree_not_null",
        groups="base.group_user",
    )
    content_date = fields.Datetime(
        string="Last Changed",
        compute="_compute_content_date",
        store=True,
        help="When an editor last changed the text or the state. "
        "Votes and other actions of readers do not count.",
    )
    review_date = fields.Date(
        groups="base.group_user",
        help="When an editor should check that the article is still correct. "
        "Without a date: one year after the last change.",
    )
    is_stale = fields.Boolean(
        string="To Review",
        compute="_compute_is_stale",
        search="_search_is_stale",
        groups="base.group_user",
    )
    replaced_by_id = fields.Many2one(
        comodel_name="helpdesk.article",
        string="Replaced By",
        domain="[('id', '!=', id)]",
        index="btree_not_null",
        groups="base.group_user",
        copy=False,
        help="Old links to this archived article lead to its replacement.",
    )
    source_ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        string="Drafted From",
        index="btree_not_null",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        copy=False,
        readonly=True,
    )
    website_url = fields.Char(string="Address", compute="_compute_website_url")

    _dates_in_order = models.Constraint(
        "CHECK (expiry_date > publish_date)",
        "The end date must be later than the publication date.",
    )
    _not_its_own_successor = models.Constraint(
        "CHECK (replaced_by_id != id)", "An article cannot replace itself."
    )
    # Most queries of readers filter by these columns first.
    _published_idx = models.Index(
        "(audience, category_id) WHERE state = 'published'",
    )

    @api.constrains("audience", "team_ids")
    def _check_teams(self):
        for article in self:
            if article.audience == "teams" and not article.team_ids:
                raise ValidationError(
                    self.env._(
                        "Select the teams that may read %(title)s.", title=article.title
                    )
                )

    @api.constrains("replaced_by_id")
    def _check_replaced_by_id(self):
        if self._has_cycle("replaced_by_id"):
            raise ValidationError(
                self.env._("These articles would replace each other in a loop.")
            )

    @api.depends("title")
    def _compute_display_name(self):
        # charts name thousands of articles: the other fields are not needed for that
        self.fetch(["title"])
        return super()._compute_display_name()

    @api.depends("state")
    def _compute_publish_date(self):
        for article in self:
            now = article.state == "published" and fields.Datetime.now()
            article.publish_date = article.publish_date or now

    @api.depends("state", "publish_date", "expiry_date")
    def _compute_is_live(self):
        live = self.filtered_domain(self._get_live_domain())
        for article in self:
            article.is_live = article in live

    def _search_is_live(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._get_live_domain()

    @api.depends("title", "content", "keywords", "state")
    def _compute_content_date(self):
        self.content_date = fields.Datetime.now()

    @api.depends("state", "review_date", "content_date")
    def _compute_is_stale(self):
        stale = self.filtered_domain(self._get_stale_domain())
        for article in self:
            article.is_stale = article in stale

    def _search_is_stale(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._get_stale_domain()

    @api.depends("title", "seo_name")
    @api.depends_context("lang")
    def _compute_website_url(self):
        slug = self.env["ir.http"]._slug
        for article in self:
            words = article.seo_name or article.title
            article.website_url = (
                f"/helpdesk/articles/{slug((article.id, words))}"
                if article.id
                else False
            )

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        if "title" not in (default or {}):
            for article, vals in zip(self, vals_list, strict=True):
                vals["title"] = self.env._("%(title)s (copy)", title=article.title)
        return vals_list

    @api.model
    def _get_live_domain(self):
        """Return the domain of published articles within their dates, for any user."""
        return (
            Domain("state", "=", "published")
            & Domain("publish_date", "<=", "now")
            & (Domain("expiry_date", "=", False) | Domain("expiry_date", ">", "now"))
        )

    @api.model
    def _get_stale_domain(self):
        """Return the domain of published articles that are due for a review."""
        return Domain("state", "=", "published") & (
            Domain("review_date", "<=", "today")
            | (Domain("review_date", "=", False) & Domain("content_date", "<", "-1y"))
        )

    def _get_successor(self):
        """Return the replacement of this article, which the current user may not read.

        :return: the first readable article in the chain of replacements, or empty
        """
        self.ensure_one()
        # sudo: helpdesk.article - articles inside the chain may be unreadable
        article_sudo = self.sudo()
        while article_sudo := article_sudo.replaced_by_id:
            article = article_sudo.sudo(False)
            if article.has_access("read"):
                return article
        return self.browse()

    # Actions of buttons
    def action_publish(self):
        self.write({"state": "published"})

    def action_draft(self):
        self.write({"state": "draft"})

    def action_archive_article(self):
        self.write({"state": "archived"})

    def action_open_website(self):
        """Open the article's page on the website."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": self.website_url,
            "target": "new",
        }
