"""What the desk is going to write is seen and changed by the desk alone.

Odoo gives the messages scheduled on a record, notes among them, to every employee who
may post on it, and posts what he has put there.
"""

from odoo import api, models
from odoo.fields import Domain


class MailScheduledMessage(models.Model):
    _name = "mail.scheduled.message"
    _inherit = ["mail.scheduled.message", "helpdesk.desk.records"]

    @api.model
    def _get_not_worked_on_domain(self, workable):
        return Domain("model", "=", "helpdesk.ticket") & Domain(
            "res_id", "not in", workable
        )
