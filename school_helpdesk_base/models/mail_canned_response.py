"""Ready-made answers have a name that agents can read, and a language."""

from odoo import api, fields, models
from odoo.tools import SQL, get_lang


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
    def _search(self, domain, offset=0, limit=None, order=None, **kwargs):
        """Offer the answers in the requester's language first, also in dialogs."""
        query = super()._search(domain, offset, limit, order, **kwargs)
        if order and (wanted := self._get_answer_lang()):
            lang_id = self._field_to_sql(query.table, "lang_id", query)
            query.order = SQL(
                "CASE WHEN %s IS NULL THEN 1 WHEN %s = %s THEN 0 ELSE 2 END, %s",
                lang_id,
                lang_id,
                self.env["res.lang"]._get_data(code=wanted).id or 0,
                query.order,
            )
        return query
