"""Insert an article into a reply, which the agent checks before sending it."""

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
    # no sudo: the wizard accepts any article id, so the agent's own access must apply
    content = fields.Html(related="article_id.content", related_sudo=False)
    requester_can_read = fields.Boolean(compute="_compute_requester_can_read")
    insert_as = fields.Selection(
        selection=[("text", "The article text"), ("link", "A link to the article")],
        required=True,
        default="text",
    )

    @api.depends("article_id", "ticket_id.partner_id")
    def _compute_requester_can_read(self):
        for reply in self:
            # sudo: res.partner - only finds the requester's user
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
        """Open the mail composer with the article in its body.

        :raise UserError: for a link to an article that the requester may not read
        """
        self.ensure_one()
        ticket = self.ticket_id
        ticket.check_access("write")
        if self.insert_as == "link" and not self.requester_can_read:
            raise UserError(
                self.env._(
                    "%(requester)s may not read this article and cannot open a link.",
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
        """Return the article in the requester's language, as text or as a link."""
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
