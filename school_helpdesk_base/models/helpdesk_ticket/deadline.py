"""When something is due on a ticket, for addons that do not know who measures it."""

from odoo import models


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    def _get_deadline(self, target):
        """Return until when the desk has to do something on this ticket.

        Without an addon that measures it there is no deadline; such an addon overrides
        this method.

        :param str target: ``"first_response"`` or ``"resolution"``
        :return: naive UTC datetime, or False if there is no deadline
        """
        self.ensure_one()
        return False
