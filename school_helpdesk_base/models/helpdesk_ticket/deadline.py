"""Deadlines of a ticket, independent of the addon that measures them."""

from odoo import models


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    def _get_deadline(self, target):
        """Return when the first response or the resolution of this ticket is due.

        An addon that measures deadlines overrides this method. Without such an addon
        there is no deadline.

        :param str target: ``"first_response"`` or ``"resolution"``
        :return: naive UTC datetime, or False if there is no deadline
        """
        self.ensure_one()
        return False
