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
        intake = self.env.context.get("helpdesk_intake")
        if not intake:
            return self._find_all_aliases(email_list)
        # Odoo asks for the same addresses many times while it processes a mail
        if unknown := [one for one in email_list if one not in intake.is_alias]:
            found = self._find_all_aliases(unknown)
            intake.is_alias.update((one, one in found) for one in unknown)
        return [one for one in email_list if intake.is_alias[one]]

    @api.model
    def _find_all_aliases(self, email_list):
        found = super()._find_aliases(email_list)
        tagged = self.env["mail.alias"]._find_tagged(email_list)
        return found + [address for address in tagged if address not in found]
