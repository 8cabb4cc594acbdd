"""Who follows a ticket tells whose it is; Odoo tells every employee."""

from odoo import api, models
from odoo.fields import Domain


class MailFollowers(models.Model):
    _name = "mail.followers"
    _inherit = ["mail.followers", "helpdesk.desk.records"]

    @api.model
    def _get_not_worked_on_domain(self, workable):
        return (
            Domain("res_model", "=", "helpdesk.ticket")
            & Domain("partner_id", "!=", self.env.user.partner_id.id)
            & Domain("res_id", "not in", workable)
        )
