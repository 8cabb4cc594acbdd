"""A line of the result of a simulation, with exactly the tickets that it counts."""

from odoo import api, fields, models
from odoo.tools import SQL

RELATION = "helpdesk_rule_simulation_line_ticket_rel"


class HelpdeskRuleSimulationLine(models.TransientModel):
    _name = "helpdesk.rule.simulation.line"
    _description = "Line of a Simulation"
    _order = "sequence, id"

    simulation_id = fields.Many2one(
        comodel_name="helpdesk.rule.simulation",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    sequence = fields.Integer(readonly=True)
    kind = fields.Selection(
        selection=[
            ("fit", "Fit the rule"),
            ("earlier", "Another rule comes first"),
            ("effect", "Would have happened"),
            ("part", "Of these"),
        ],
        required=True,
        readonly=True,
    )
    text = fields.Char(string="Tickets", readonly=True)
    ticket_count = fields.Integer(string="Number", readonly=True)
    ticket_ids = fields.Many2many(
        comodel_name="helpdesk.ticket",
        relation=RELATION,
        column1="line_id",
        column2="ticket_id",
        readonly=True,
    )
    assignment_rule_id = fields.Many2one(
        comodel_name="helpdesk.assignment.rule", readonly=True, ondelete="cascade"
    )

    @api.model
    def _create_from(self, simulation, findings):
        """Create the lines of a simulation.

        :param findings: see ``Finding``
        """
        lines = self.create(
            [
                {
                    "simulation_id": simulation.id,
                    "sequence": number,
                    "kind": finding.kind,
                    "text": finding.text,
                    "ticket_count": len(finding.ids),
                    "assignment_rule_id": finding.rule and finding.rule.id,
                }
                for number, finding in enumerate(findings)
            ]
        )
        lines.flush_recordset()
        for line, finding in zip(lines, findings, strict=True):
            if finding.ids:
                # the tickets may be a hundred thousand
                self.env.cr.execute(
                    SQL(
                        "INSERT INTO %s (line_id, ticket_id) SELECT %s, unnest(%s)",
                        SQL.identifier(RELATION),
                        line.id,
                        list(finding.ids),
                    )
                )
        lines.invalidate_recordset(["ticket_ids"])
        return lines

    def action_open_tickets(self):
        """Return the action that shows exactly the tickets of this line."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.text,
            "res_model": "helpdesk.ticket",
            "view_mode": "list,kanban,form,pivot,graph",
            "domain": [("simulation_line_ids", "in", self.ids)],
            "context": {"active_test": False, "create": False},
        }

    def action_open_rule(self):
        """Return the action that shows the rule that comes first."""
        self.ensure_one()
        return self.assignment_rule_id.get_formview_action()
