"""What the desk plans to do on a ticket is the desk's, as its notes are.

Odoo shows activities to every employee who may read the record, and lets him mark them
as done: a requester who works at the school would read the desk's to-do list about him.
"""

from odoo import api, models
from odoo.fields import Domain


class MailActivity(models.Model):
    _name = "mail.activity"
    _inherit = ["mail.activity", "helpdesk.desk.records"]

    @api.model
    def _get_not_worked_on_domain(self, workable):
        # his own to-dos are his, wherever they are
        return (
            Domain("res_model", "=", "helpdesk.ticket")
            & Domain("user_id", "!=", self.env.uid)
            & Domain("res_id", "not in", workable)
        )
