"""The languages a page of the desk can be read in."""

from odoo import api, models


class Website(models.Model):
    _inherit = "website"

    @api.model
    def _helpdesk_get_languages(self):
        """Return what a page's switch shows of each language of this site."""
        return [
            {
                "code": language.code,
                "url_code": language.url_code,
                "tag": language.code.replace("_", "-"),
                # what follows the name in English, as "Thai / ภาษาไทย" has it
                "name": language.name.split("/")[-1].strip(),
            }
            for language in self.get_current_website().language_ids
        ]
