"""The languages of the language switch."""

from odoo import api, models


class Website(models.Model):
    _inherit = "website"

    @api.model
    def _helpdesk_get_languages(self):
        """Return the values of the language switch for each language of this site."""
        return [
            {
                "code": language.code,
                "url_code": language.url_code,
                "tag": language.code.replace("_", "-"),
                # the name in its own language: "ภาษาไทย" of "Thai / ภาษาไทย"
                "name": language.name.split("/")[-1].strip(),
            }
            for language in self.get_current_website().language_ids
        ]
