"""An answer to a question that people bring to the desk."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...tools.fields import TranslatedHtml
from ..helpdesk_article_category import AUDIENCES


class HelpdeskArticle(models.Model):
    _name = "helpdesk.article"
    _description = "Knowledge Article"
    _inherit = ["website.seo.metadata"]
    _helpdesk_gated_files = True
    _rec_name = "title"
    _order = "title, id"

    # What is said. Each language is a text of its own, not a translation of terms:
    # who mends the Thai text must not change the English one by accident.
    title = fields.Char(required=True, translate=True)
    content = TranslatedHtml()
    keywords = fields.Char(
        translate=True,
        groups="base.group_user",
        help="Further words people may search for, which the text does not use.",
    )
    category_id = fields.Many2one(
        comodel_name="helpdesk.article.category", index=True, ondelete="restrict"
    )
    ticket_category_ids = fields.Many2many(
        comodel_name="helpdesk.ticket.category",
        string="Ticket Categories",
        groups="base.group_user",
        help="Tickets of these categories, and of those below, are answered by it.",
    )
    ticket_type_ids = fields.Many2many(
        comodel_name="helpdesk.ticket.type",
        string="Ticket Types",
        groups="base.group_user",
        help="Tickets of these types are answered by it.",
    )

    # Who may read it, and when: the record rules ask these fields.
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
        help="Who may read the article once it is published. "
        "Editors read it at any time.",
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
        help="A published article is shown from this moment on.",
    )
    expiry_date = fields.Datetime(
        string="Shown Until",
        copy=False,
        help="A published article is no longer shown from this moment on.",
    )
    is_live = fields.Boolean(compute="_compute_is_live", search="_search_is_live")
    company_id = fields.Many2one(
        comodel_name="res.company",
        help="Leave empty to share the article with all companies.",
    )

    # Who looks after it.
    author_id = fields.Many2one(
        comodel_name="res.users",
        string="Looked After By",
        default=lambda self: self.env.user,
        index="btree_not_null",
        groups="base.group_user",
    )
    content_date = fields.Datetime(
        string="Last Changed",
        compute="_compute_content_date",
        store=True,
        help="When an editor last changed or published the text. "
        "What readers do, such as votes, does not count.",
    )
    review_date = fields.Date(
        groups="base.group_user",
        help="When somebody should check that it still holds. "
        "Without a date: a year after the last change.",
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
        help="Whoever follows an old link to this archived article gets there.",
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
        "An article must be shown from an earlier moment than until when.",
    )
    _not_its_own_successor = models.Constraint(
        "CHECK (replaced_by_id != id)", "An article cannot replace itself."
    )
    # What nearly every visitor's rule asks first.
    _published_idx = models.Index(
        "(audience, category_id) WHERE state = 'published'",
    )

    @api.constrains("audience", "team_ids")
    def _check_teams(self):
        for article in self:
            if article.audience == "teams" and not article.team_ids:
                raise ValidationError(
                    self.env._(
                        "Name the teams that may read %(title)s.", title=article.title
                    )
                )

    @api.constrains("replaced_by_id")
    def _check_replaced_by_id(self):
        if self._has_cycle("replaced_by_id"):
            raise ValidationError(
                self.env._("These articles would replace each other in a circle.")
            )

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
        """What is published and within its dates, whoever may read it."""
        return (
            Domain("state", "=", "published")
            & Domain("publish_date", "<=", "now")
            & (Domain("expiry_date", "=", False) | Domain("expiry_date", ">", "now"))
        )

    @api.model
    def _get_stale_domain(self):
        """What somebody should read again, to see whether it still holds."""
        return Domain("state", "=", "published") & (
            Domain("review_date", "<=", "today")
            | (Domain("review_date", "=", False) & Domain("content_date", "<", "-1y"))
        )

    def _get_successor(self):
        """The article that this user is led to in place of an unreadable one.

        :return: the first readable article in the chain of replacements, or none
        """
        self.ensure_one()
        # sudo: helpdesk.article - the chain leads through articles nobody may read
        article_sudo = self.sudo()
        while article_sudo := article_sudo.replaced_by_id:
            article = article_sudo.sudo(False)
            if article.has_access("read"):
                return article
        return self.browse()

    # Buttons
    def action_publish(self):
        self.write({"state": "published"})

    def action_draft(self):
        self.write({"state": "draft"})

    def action_archive_article(self):
        self.write({"state": "archived"})

    def action_open_website(self):
        """Show the article as its readers see it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": self.website_url,
            "target": "new",
        }
