"""Who was told what of a ticket; Odoo tells every employee, with the subject."""

from odoo import api, models
from odoo.fields import Domain


class MailNotification(models.Model):
    _name = "mail.notification"
    _inherit = ["mail.notification", "helpdesk.desk.records"]

    @api.model
    def _get_not_worked_on_domain(self, workable):
        me = self.env.user.partner_id.id
        return (
            Domain("res_partner_id", "!=", me)
            & Domain("author_id", "!=", me)
            & Domain(
                "mail_message_id",
                "any!",
                Domain("model", "=", "helpdesk.ticket")
                & Domain("res_id", "not in", workable),
            )
        )
