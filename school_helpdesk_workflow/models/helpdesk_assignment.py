"""Decisions of assignment rules: which agent a ticket got, and why.

A decision is stored as facts, and put into words in the language of the reader. Rows
are only added: parallel transactions that add rows never wait for each other, and the
last rows of a rule say whose turn it is.
"""

from odoo import api, fields, models
from odoo.fields import Domain

METHODS = [
    ("none", "Team only"),
    ("fixed", "Always the same agent"),
    ("round_robin", "In turn"),
    ("least_loaded", "Least loaded"),
]


class HelpdeskAssignment(models.Model):
    _name = "helpdesk.assignment"
    _inherit = ["helpdesk.internal.mixin", "helpdesk.names.mixin"]
    _description = "Decision of an Assignment Rule"
    _rec_name = "ticket_id"
    _order = "id desc"

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    rule_id = fields.Many2one(
        comodel_name="helpdesk.assignment.rule", readonly=True, ondelete="set null"
    )
    team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    user_id = fields.Many2one(
        comodel_name="res.users", string="Agent", readonly=True, ondelete="set null"
    )
    method = fields.Selection(selection=METHODS, readonly=True)
    outcome = fields.Selection(
        selection=[
            ("team", "Sent to the team"),
            ("agent", "Given to an agent"),
            ("leader", "Given to the team leader"),
            ("queue", "Waits in the queue"),
        ],
        required=True,
        readonly=True,
    )
    preferred = fields.Char(
        readonly=True, help="Why the agent was preferred: a value of the rule's field."
    )
    open_count = fields.Integer(
        string="Open Tickets",
        readonly=True,
        help="Open tickets of the agent, with this one.",
    )
    load = fields.Float(readonly=True, help="The open tickets, weighted by priority.")
    cap = fields.Float(string="Limit", readonly=True)
    absent_count = fields.Integer(string="Absent Agents", readonly=True)
    full_count = fields.Integer(string="Full Agents", readonly=True)
    reason = fields.Char(compute="_compute_reason")

    # whose turn it is: the last row of each agent
    _turn_idx = models.Index("(rule_id, user_id, id) WHERE outcome = 'agent'")

    @api.model
    def _get_domain_except_tickets(self, tickets):
        return Domain("ticket_id", "not in", tickets)

    @api.depends("rule_id", "team_id")
    @api.depends_context("lang")
    def _compute_reason(self):
        for row in self:
            # sudo: names of rule and team, for readers of the decision
            row.reason = row.sudo()._get_reason()

    def _get_reason(self):
        """Return the decision in words: "Assigned by rule X: in turn"."""
        self.ensure_one()
        rule = self.rule_id.display_name or self.env._("(deleted)")
        if self.outcome == "team":
            return self.env._(
                "Sent to %(team)s by rule %(rule)s",
                team=self.team_id.display_name,
                rule=rule,
            )
        if self.outcome == "queue":
            return self.env._(
                "Rule %(rule)s found no free agent: %(absent)s absent, %(full)s full",
                rule=rule,
                absent=self.absent_count,
                full=self.full_count,
            )
        if self.outcome == "leader":
            return self.env._(
                "Assigned by rule %(rule)s: team leader, because nobody is free "
                "(%(absent)s absent, %(full)s full)",
                rule=rule,
                absent=self.absent_count,
                full=self.full_count,
            )
        return self.env._(
            "Assigned by rule %(rule)s: %(method)s, %(load)s",
            rule=rule,
            method=self._get_method_text(),
            load=self._get_load_text(),
        )

    def _get_method_text(self):
        if self.preferred:
            field = self.env["helpdesk.assignment.rule"]._fields["prefer"]
            labels = dict(field._description_selection(self.env))
            return self._lower_first(labels.get(self.preferred, self.preferred))
        labels = dict(self._fields["method"]._description_selection(self.env))
        return self._lower_first(labels[self.method])

    @api.model
    def _lower_first(self, text):
        return text[:1].lower() + text[1:]

    def _get_load_text(self):
        """Write how many tickets the agent has: "3 open of 10"."""
        weighted = self.load != self.open_count
        values = {
            "count": self.open_count,
            "load": f"{self.load:g}",
            "cap": f"{self.cap:g}",
        }
        if not self.cap:
            return self.env._("%(count)s open", **values)
        if weighted:
            return self.env._("%(count)s open, load %(load)s of %(cap)s", **values)
        return self.env._("%(count)s open of %(cap)s", **values)
