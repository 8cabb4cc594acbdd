"""Treats the address of the desk with a tag as an address of the desk."""

from odoo import api, models


class MailAliasDomain(models.Model):
    _name = "mail.alias.domain"
    _inherit = ["mail.alias.domain"]

    @api.model
    def _find_aliases(self, email_list):
        """Keep such an address from becoming a contact, to whom the desk would write.

        It would write to itself.
        """
        found = super()._find_aliases(email_list)
        tagged = self.env["mail.alias"]._find_tagged(email_list)
        return found + [address for address in tagged if address not in found]
