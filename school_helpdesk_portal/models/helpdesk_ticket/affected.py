"""Counts affected people: other users with the same problem as the requester."""

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.school_helpdesk_base.tools.concurrency import retry_on_duplicate


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    affected_ids = fields.One2many(
        comodel_name="helpdesk.ticket.affected",
        inverse_name="ticket_id",
        groups="helpdesk_mgmt.group_helpdesk_manager",
    )
    affected_count = fields.Integer(
        string="Others Affected",
        compute="_compute_affected",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="How many people besides the requester said that it is their problem too.",
    )
    affected_partner_ids = fields.Many2many(
        comodel_name="res.partner",
        string="Affected People",
        compute="_compute_affected",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )

    @api.depends("affected_ids.partner_id")
    def _compute_affected(self):
        # sudo: helpdesk.ticket.affected - agents see who is affected on their tickets
        for ticket in self.sudo():
            ticket.affected_partner_ids = ticket.affected_ids.partner_id
            ticket.affected_count = len(ticket.affected_ids)

    def _add_affected(self, partner):
        """Count a person as affected, once."""
        self.ensure_one()
        # sudo: helpdesk.ticket.affected - portal users have no access rights
        Affected = self.env["helpdesk.ticket.affected"].sudo()
        values = {"ticket_id": self.id, "partner_id": partner.id}
        known = Domain.AND(Domain(name, "=", value) for name, value in values.items())
        if not Affected.search_count(known, limit=1):
            with retry_on_duplicate(self.env):
                Affected.create(values)
