"""A ticket's title: one line without invisible characters.

A missing title or description is taken from the other one.
"""

from odoo import api, models
from odoo.tools import html2plaintext, plaintext2html

from ...tools.cut_text import cut_text
from ...tools.plain_name import clean_line, is_html_blank

TITLE_WIDTH = 80


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]
    _helpdesk_gated_files = True

    @api.model_create_multi
    def create(self, vals_list):
        return super().create(
            [self._clean_title(self._complete_texts(values)) for values in vals_list]
        )

    def write(self, vals):
        return super().write(self._clean_title(vals))

    @api.depends("number", "name")
    def _compute_display_name(self):
        """Show neither an empty number nor an empty title of a new ticket."""
        result = super()._compute_display_name()
        for ticket in self:
            if not ticket.name or ticket.number in (False, "/"):
                ticket.display_name = ticket.name or ""
        return result

    @api.model
    def _complete_texts(self, values):
        """Return the values of a new ticket, with title and description.

        A missing title becomes the beginning of the description, and a missing
        description becomes the title, because an agent at the counter types only one of
        them. The forms of requesters set an empty description, which stays empty.
        """
        has_title = values.get("name") not in (None, False)
        description = values.get("description")
        has_description = description == "" or not is_html_blank(description)
        if has_title == has_description:
            return values
        if has_title:
            return {**values, "description": plaintext2html(values["name"])}
        return {**values, "name": cut_text(html2plaintext(description), TITLE_WIDTH)}

    @api.model
    def _clean_title(self, values):
        """Return the values with a title of one line without invisible characters."""
        if not isinstance(values.get("name"), str):
            return values
        name = clean_line(values["name"]) or self.env._("No Subject")
        return {**values, "name": name}
