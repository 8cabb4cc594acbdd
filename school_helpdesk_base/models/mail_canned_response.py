"""Ready-made answers have a name that agents can read, and a language."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import get_lang


class MailCannedResponse(models.Model):
    _name = "mail.canned.response"
    _inherit = ["mail.canned.response"]
    # agents search for what an answer says, if they do not know its name
    _rec_names_search = ["title", "source", "substitution"]

    title = fields.Char(
        string="Name",
        translate=True,
        help="What agents see when they choose a ready-made answer.",
    )
    # a language that is not installed too: the delivered answers need it
    lang_id = fields.Many2one(
        comodel_name="res.lang",
        string="Language",
        ondelete="set null",
        help="The language of the text. Answers in the requester's language are "
        "offered first.",
    )

    @api.depends("title", "source", "lang_id")
    @api.depends_context("lang", "helpdesk_answer_lang")
    def _compute_display_name(self):
        """Show the name; of an answer in another language than wanted, that too."""
        result = super()._compute_display_name()
        wanted = self._get_answer_lang() or get_lang(self.env).code
        for response in self.filtered("title"):
            language = response.lang_id
            response.display_name = (
                f"{response.title} ({language.name})"
                if language and language.code != wanted
                else response.title
            )
        return result

    @api.model
    def _get_answer_lang(self):
        """Return the code of the requester's language, if an answer is chosen."""
        return self.env.context.get("helpdesk_answer_lang")

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        """Offer the answers in the requester's language first."""
        wanted = self._get_answer_lang()
        if not wanted:
            return super().name_search(name, domain, operator, limit)
        found = []
        for languages in (
            Domain("lang_id.code", "=", wanted),
            Domain("lang_id", "=", False),
            Domain("lang_id.code", "!=", wanted) & Domain("lang_id", "!=", False),
        ):
            left = limit and limit - len(found)
            if not limit or left:
                found += super().name_search(
                    name, Domain(domain or []) & languages, operator, left
                )
        return found
