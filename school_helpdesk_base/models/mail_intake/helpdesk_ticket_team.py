"""Counts the parked and the failed mails of a team."""

from odoo import fields, models


class HelpdeskTicketTeam(models.Model):
    _name = "helpdesk.ticket.team"
    _inherit = ["helpdesk.ticket.team"]

    parked_mail_count = fields.Integer(
        string="Parked mails",
        compute="_compute_parked_mail_count",
        groups="helpdesk_mgmt.group_helpdesk_manager",
    )
    failed_mail_count = fields.Integer(
        string="Failed mails",
        compute="_compute_failed_mail_count",
        groups="helpdesk_mgmt.group_helpdesk_manager",
    )

    def _compute_parked_mail_count(self):
        counts = self.env["helpdesk.mail.parked"]._count_waiting(self)
        for team in self:
            team.parked_mail_count = counts.get(team, 0)

    def _compute_failed_mail_count(self):
        counts = self.env["helpdesk.notification"]._count_failed(self)
        for team in self:
            team.failed_mail_count = counts.get(team, 0)
