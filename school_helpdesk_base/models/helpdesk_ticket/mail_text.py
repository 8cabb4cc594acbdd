"""Removes access links from quoted mails, and quoted mails from outgoing mails.

A reply usually quotes the mail that it answers, with the personal links of the person
who got that mail. Everybody who reads the reply could use the links.
"""

from urllib.parse import urlsplit

from markupsafe import Markup

from odoo import api, models

from ...tools.mail_text import hide_access_links, split_quote

#: Shown in a mail instead of the older mails that it would repeat.
LEFT_OUT = Markup("<p>[…]</p>")


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    def _hide_access_links(self, body):
        """Remove the secrets of our own links from the text of a mail.

        :param body: HTML of a mail to this ticket, or to no ticket yet
        """
        # sudo: helpdesk.ticket, rating.rating - only to remove their tokens from a text
        tickets_sudo = self.sudo()
        secrets = tickets_sudo.mapped("access_token")
        secrets += tickets_sudo.rating_ids.mapped("access_token")
        return hide_access_links(
            body, self._get_own_hosts(), self._get_secret_paths(), secrets
        )

    def _get_own_hosts(self):
        """Return the names under which people reach this server, without port."""
        # sudo: ir.config_parameter - only the address of this server
        parameters = self.env["ir.config_parameter"].sudo()
        urls = [parameters.get_param("web.base.url"), self[:1].get_base_url()]
        return {urlsplit(url).hostname for url in urls if url}

    @api.model
    def _get_secret_paths(self):
        """Return the first parts of the paths that need no sign-in."""
        return ["/rate/", "/mail/unfollow"]

    def _notify_by_email_prepare_rendering_context(self, message, *args, **kwargs):
        values = super()._notify_by_email_prepare_rendering_context(
            message, *args, **kwargs
        )
        text, quote = split_quote(message.body)
        if quote:
            values["message"] = message.new(
                {"body": text + LEFT_OUT}, origin=values["message"]
            )
        return values
