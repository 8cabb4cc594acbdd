"""Simulates a rule with the tickets of the last days, before it is switched on.

Tickets are taken as they are now. The rule itself says which of them it is for and what
would have happened: ``_simulate`` of assignment and escalation rules. Nothing is
changed.
"""

from datetime import timedelta
from typing import Any, NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

DAYS = 90
MOST_DAYS = 3 * 366


class Finding(NamedTuple):
    """A line of the result: what would have happened to some tickets."""

    #: A value of the field ``kind`` of the line.
    kind: str
    text: str
    #: Ids of the tickets.
    ids: Any
    #: The rule that the line is about, if any.
    rule: Any = None


class HelpdeskRuleSimulation(models.TransientModel):
    _name = "helpdesk.rule.simulation"
    _description = "Simulation of a Rule"

    assignment_rule_id = fields.Many2one(
        comodel_name="helpdesk.assignment.rule", readonly=True, ondelete="cascade"
    )
    escalation_rule_id = fields.Many2one(
        comodel_name="helpdesk.escalation.rule", readonly=True, ondelete="cascade"
    )
    days = fields.Integer(
        string="Days Back",
        default=DAYS,
        required=True,
        help="Tickets that were created in these days.",
    )
    rule_active = fields.Boolean(compute="_compute_rule")
    criteria_text = fields.Char(string="Applies To", compute="_compute_rule")
    effect_text = fields.Char(string="Then", compute="_compute_rule")
    problem_text = fields.Text(compute="_compute_rule")
    ticket_count = fields.Integer(string="New Tickets", readonly=True)
    matched_count = fields.Integer(
        string="Fit the Rule",
        readonly=True,
        help="Tickets that have the criteria of the rule.",
    )
    effect_count = fields.Integer(
        string="By This Rule",
        readonly=True,
        help="Tickets for which the rule would have done something.",
    )
    line_ids = fields.One2many(
        comodel_name="helpdesk.rule.simulation.line",
        inverse_name="simulation_id",
        string="What Would Have Happened",
        readonly=True,
    )

    _days_positive = models.Constraint(
        f"CHECK (days > 0 AND days <= {MOST_DAYS})",
        "Choose between one day and three years.",
    )

    @api.depends("assignment_rule_id", "escalation_rule_id")
    def _compute_display_name(self):
        for simulation in self:
            simulation.display_name = self.env._(
                "Simulation: %(rule)s", rule=simulation._get_rule().display_name
            )

    @api.depends("assignment_rule_id", "escalation_rule_id")
    @api.depends_context("lang")
    def _compute_rule(self):
        for simulation in self:
            rule = simulation._get_rule()
            simulation.rule_active = rule.active
            simulation.criteria_text = rule.criteria_text
            simulation.problem_text = rule.problem_text
            simulation.effect_text = rule and rule._get_effect_text()

    def _get_rule(self):
        self.ensure_one()
        return self.assignment_rule_id or self.escalation_rule_id

    @api.model
    def _open_for(self, rule):
        """Simulate a rule, and return the action that shows the result."""
        rule.ensure_one()
        name = next(
            name
            for name in ("assignment_rule_id", "escalation_rule_id")
            if self._fields[name].comodel_name == rule._name
        )
        simulation = self.create({name: rule.id})
        simulation._run()
        return {
            "type": "ir.actions.act_window",
            "name": simulation.display_name,
            "res_model": self._name,
            "res_id": simulation.id,
            "view_mode": "form",
        }

    def action_run(self):
        """Simulate again, for example for other days."""
        self.ensure_one()
        self._run()

    def action_switch_on(self):
        """Switch the rule on, and go back to it."""
        self.ensure_one()
        rule = self._get_rule()
        rule.action_unarchive()
        return {
            "type": "ir.actions.act_window",
            "res_model": rule._name,
            "res_id": rule.id,
            "view_mode": "form",
        }

    def _run(self):
        """Fill the result; the old one is replaced."""
        self.ensure_one()
        rule = self._get_rule()
        if not rule:
            raise UserError(self.env._("The rule was deleted."))
        window = self._get_window()
        Ticket = self.env["helpdesk.ticket"].with_context(active_test=False)
        matched, findings = rule._simulate(window)
        self.write(
            {
                "ticket_count": Ticket.search_count(window),
                "matched_count": len(matched),
                "effect_count": next(
                    (len(one.ids) for one in findings if one.kind == "effect"), 0
                ),
            }
        )
        self.line_ids.unlink()
        self.env["helpdesk.rule.simulation.line"]._create_from(
            self, [Finding("fit", self.env._("Fit the rule"), matched), *findings]
        )

    def _get_window(self):
        """Return the domain of the tickets of the last days."""
        self.ensure_one()
        start = fields.Datetime.now() - timedelta(days=self.days)
        return Domain("create_date", ">=", start)
