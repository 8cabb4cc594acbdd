"""Notifications of affected people have nothing of the requester, and no ticket."""

from odoo import models


class HelpdeskNotification(models.Model):
    _name = "helpdesk.notification"
    _inherit = ["helpdesk.notification"]

    def _get_button(self, letter):
        if letter.job.audience != "affected":
            return super()._get_button(letter)
        ticket = letter.ticket
        return (
            ticket.env._("See what was done"),
            ticket.get_base_url() + ticket._share_get_path(),
        )

    def _prepare_letter(self, letter):
        values = super()._prepare_letter(letter)
        if letter.job.audience == "affected":
            values["next_step"] = letter.ticket._share_next_step()
        return values

    def _prepare_mail(self, letter, own_text=None):
        values = super()._prepare_mail(letter, own_text)
        if letter.job.audience == "affected":
            # a reply would go to the ticket, whose requester must stay secret
            values.update(model=False, res_id=False, reply_to=False)
        return values
