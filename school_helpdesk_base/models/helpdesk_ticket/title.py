"""A ticket's title is one line without invisible characters."""

from odoo import api, models

from ...tools.plain_name import clean_line


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]
    _helpdesk_gated_files = True

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._clean_title(values) for values in vals_list])

    def write(self, vals):
        return super().write(self._clean_title(vals))

    @api.model
    def _clean_title(self, values):
        """Return the values with a title of one line without invisible characters."""
        if not isinstance(values.get("name"), str):
            return values
        name = clean_line(values["name"]) or self.env._("No Subject")
        return {**values, "name": name}
