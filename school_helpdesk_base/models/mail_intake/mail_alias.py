"""Aliases in incoming mail: error mails that are not sent, and addresses with a tag."""

from odoo import api, models
from odoo.fields import Domain

from ...tools.mail_people import remove_tag


class MailAlias(models.Model):
    _name = "mail.alias"
    _inherit = ["mail.alias"]

    def _alias_bounce_incoming_email(self, message, message_dict, set_invalid=True):
        """Send no error mail to the sender of a mail that is parked or tried again."""
        intake = self.env.context.get("helpdesk_intake")
        if intake and set_invalid:
            # Odoo failed, not the sender: the mail is tried again or parked
            return
        if intake:
            intake.reason = "refused"
        super()._alias_bounce_incoming_email(
            message, message_dict, set_invalid=set_invalid
        )

    @api.model
    def _find_tagged(self, addresses):
        """Return the addresses that are one of the desk with a tag.

        :param list addresses: normalized addresses; one that is an alias itself has no
            tag
        """
        plain = {
            address: remove_tag(address)
            for address in addresses
            if address and remove_tag(address) != address
        }
        if not plain:
            return []
        known = self.search(
            Domain("alias_full_name", "in", [*plain, *plain.values()])
            & Domain("alias_model_id.model", "=", "helpdesk.ticket")
        ).mapped("alias_full_name")
        return [
            address
            for address in plain
            if plain[address] in known and address not in known
        ]
