"""Put an article into a reply, and let the agent read it over before it is sent."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError


class HelpdeskArticleReply(models.TransientModel):
    _name = "helpdesk.article.reply"
    _description = "Reply With an Article"

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket", required=True, readonly=True, ondelete="cascade"
    )
    article_id = fields.Many2one(
        comodel_name="helpdesk.article",
        required=True,
        domain="[('is_live', '=', True)]",
        ondelete="cascade",
    )
    # as the agent: any article's number could be written into the wizard
    content = fields.Html(related="article_id.content", related_sudo=False)
    requester_can_read = fields.Boolean(compute="_compute_requester_can_read")
    insert_as = fields.Selection(
        selection=[("text", "The text itself"), ("link", "A link to the article")],
        required=True,
        default="text",
    )

    @api.depends("article_id", "ticket_id.partner_id")
    def _compute_requester_can_read(self):
        for reply in self:
            # sudo: res.partner - whether the requester has an account, no more
            users_sudo = reply.ticket_id.partner_id.sudo().user_ids
            user = users_sudo[:1] or self.env.ref("base.public_user")
            reply.requester_can_read = reply.article_id.with_user(user).has_access(
                "read"
            )

    @api.onchange("requester_can_read")
    def _onchange_requester_can_read(self):
        if not self.requester_can_read:
            self.insert_as = "text"

    def action_insert(self):
        """Open the composer with the article in it.

        :raise UserError: for a link that the requester could not open
        """
        self.ensure_one()
        ticket = self.ticket_id
        ticket.check_access("write")
        if self.insert_as == "link" and not self.requester_can_read:
            raise UserError(
                self.env._(
                    "%(requester)s may not read this article, so a link is of no use.",
                    requester=ticket.partner_id.name or ticket.partner_name,
                )
            )
        ticket.article_ids |= self.article_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reply"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": "helpdesk.ticket",
                "default_res_ids": ticket.ids,
                "default_composition_mode": "comment",
                "default_partner_ids": ticket.partner_id.ids,
                "default_body": self._get_body(),
                "default_subtype_xmlid": "mail.mt_comment",
            },
        }

    def _get_body(self):
        """The article in the requester's language, as text or as a link."""
        language = self.ticket_id.partner_id.lang or self.env.lang
        article = self.article_id.with_context(lang=language)
        link = Markup('<p><a href="%s">%s</a></p>') % (
            article.get_base_url() + article.website_url,
            article.title,
        )
        if self.insert_as == "link":
            return link
        text = Markup("<h3>%s</h3>%s") % (article.title, Markup(article.content or ""))
        return text + link if self.requester_can_read else text
