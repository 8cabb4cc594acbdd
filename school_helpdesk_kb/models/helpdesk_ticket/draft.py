"""Draft an article from a solved ticket, without personal data."""

from markupsafe import Markup

from odoo import models
from odoo.exceptions import UserError

from ...tools.text import html_lines, without_personal_data


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    def action_draft_article(self):
        """Draft an article from the ticket's description and its solution.

        Without a solution, the last answer is used.

        :raise UserError: if the ticket is not solved
        :raise AccessError: if the current user may not create articles
        """
        self.ensure_one()
        if self.status_category not in ("resolved", "closed"):
            raise UserError(
                self.env._("An article can be drafted once the ticket is resolved.")
            )
        article = self.env["helpdesk.article"].create(self._prepare_article_values())
        return {
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.article",
            "res_id": article.id,
            "view_mode": "form",
        }

    def _prepare_article_values(self):
        names = self._get_personal_names()
        symptom = self._get_lines_without_persons(self.description, names)
        answer = self._get_lines_without_persons(self._get_solution(), names)
        content = Markup().join(
            Markup("<h2>%s</h2>%s")
            % (heading, Markup().join(Markup("<p>%s</p>") % line for line in lines))
            for heading, lines in (
                (self.env._("What you see"), symptom),
                (self.env._("Quick fix"), answer),
                (self.env._("If that does not help"), [""]),
            )
        )
        return {
            "title": without_personal_data(self.name, names),
            "content": content,
            "audience": "internal",
            "ticket_category_ids": [(6, 0, self.category_id.ids)],
            "ticket_type_ids": [(6, 0, self.type_id.ids)],
            "source_ticket_id": self.id,
        }

    def _get_lines_without_persons(self, content, names):
        """Return the paragraphs of HTML as plain texts, without personal data.

        :param names: see ``without_personal_data``
        """
        lines = (
            without_personal_data(line, names)
            for line in html_lines(content, images=False)
        )
        return [line for line in lines if line.strip("… .,:;")]

    def _get_personal_names(self):
        """Return names, logins and references of the people on the ticket."""
        # sudo: helpdesk.ticket - the names are removed from the text, never shown
        ticket_sudo = self.sudo()
        partners_sudo = (
            ticket_sudo.partner_id
            | ticket_sudo.submitter_id
            | ticket_sudo.user_id.partner_id
            | ticket_sudo.message_partner_ids
            | ticket_sudo.message_ids.author_id
        )
        users_sudo = partners_sudo.user_ids
        return [
            *partners_sudo.mapped("name"),
            *partners_sudo.mapped("ref"),
            *users_sudo.mapped("login"),
            ticket_sudo.partner_name,
        ]
