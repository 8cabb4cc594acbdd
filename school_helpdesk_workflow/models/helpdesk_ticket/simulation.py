"""The tickets of a line of a simulation, for a search."""

from odoo import fields, models


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    # lines may contain a hundred thousand tickets: too many to be named in a search
    simulation_line_ids = fields.Many2many(
        comodel_name="helpdesk.rule.simulation.line",
        relation="helpdesk_rule_simulation_line_ticket_rel",
        column1="ticket_id",
        column2="line_id",
        string="Simulations",
        readonly=True,
        copy=False,
        groups="helpdesk_mgmt.group_helpdesk_manager",
    )
