"""Assignment rules: which team and which agent a ticket gets.

The first rule of the list whose criteria a ticket has decides. ``_decide`` makes the
decisions, ``models/helpdesk_ticket/assignment.py`` says when, and writes them.
"""

from collections import defaultdict
from typing import Any, NamedTuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..tools.choice import choose
from ..tools.pool import Pool
from .helpdesk_assignment import METHODS


class Decision(NamedTuple):
    """What a rule says about a ticket."""

    rule: Any
    team: Any
    user: Any
    #: Values of ``helpdesk.assignment``.
    facts: dict


class HelpdeskAssignmentRule(models.Model):
    _name = "helpdesk.assignment.rule"
    _inherit = ["helpdesk.rule.mixin"]
    _description = "Assignment Rule"

    team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team",
        string="Team",
        required=True,
        index=True,
        ondelete="cascade",
        help="The team that gets the ticket.",
    )
    method = fields.Selection(
        selection=METHODS,
        string="Agent",
        default="least_loaded",
        required=True,
        help="Least loaded: the agent with the fewest open tickets, weighted by "
        "priority. In turn: one agent after the other.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="This Agent",
        domain="[('helpdesk_team_ids', 'in', team_id)]",
    )
    member_ids = fields.Many2many(
        comodel_name="res.users",
        string="Only These Agents",
        domain="[('helpdesk_team_ids', 'in', team_id)]",
        help="Leave empty for all members of the team.",
    )
    prefer = fields.Selection(
        selection=[("last_solver", "Who solved the requester's last such ticket")],
        help="This agent gets the ticket, if present and not full.",
    )

    _agent_given = models.Constraint(
        "CHECK (method != 'fixed' OR user_id IS NOT NULL)",
        "Choose the agent who gets the tickets.",
    )

    @api.constrains("team_id", "user_id", "member_ids", "method")
    def _check_members(self):
        for rule in self:
            people = rule.member_ids
            if rule.method == "fixed":
                people |= rule.user_id
            # sudo: helpdesk.ticket.team - managers of another company
            if strangers := people - rule.team_id.sudo().user_ids:
                raise ValidationError(
                    self.env._(
                        "%(people)s is not a member of %(team)s.",
                        people=", ".join(strangers.mapped("name")),
                        team=rule.team_id.display_name,
                    )
                )

    def _get_criteria(self):
        criteria = super()._get_criteria()
        if self.team_id.company_id and not self.company_id:
            # a ticket stays in its company
            criteria.append(Domain("company_id", "=", self.team_id.company_id.id))
        if not self.team_id.active:
            criteria.append(Domain.FALSE)
        return criteria

    # ------------------------------------------------------------------
    # Decisions
    # ------------------------------------------------------------------

    @api.model
    def _decide(self, tickets, moved=False):
        """Return what the rules say about tickets that are not assigned.

        :param tickets: with ``sudo()``
        :param bool moved: somebody has chosen the team: only rules of this team count
        :return: dictionary of ticket to a ``Decision``; without a rule, a ticket is
            missing
        """
        # sudo: the rules hold for every user who creates a ticket
        rules = self.sudo()._get_first_rules(tickets, moved)
        groups = defaultdict(tickets.browse)
        for ticket, rule in rules.items():
            groups[rule] += ticket
        if any(rule.method != "none" for rule in groups):
            pool = Pool(self.sudo().union(*groups))
            preferred = {}
            for rule, same in groups.items():
                preferred.update(rule._get_preferred_agents(same))
        return {
            ticket: (
                rule._get_team_decision()
                if rule.method == "none"
                else rule._get_agent_decision(ticket, pool, preferred.get(ticket, ()))
            )
            for ticket, rule in rules.items()
        }

    @api.model
    def _get_first_rules(self, tickets, moved=False):
        """Return the first rule that fits each ticket.

        :return: dictionary of ticket to rule; in the order of the tickets
        """
        left = tickets
        found = {}
        for rule in self._get_valid_rules():
            if not left:
                break
            asked = left
            if moved:
                asked = left.filtered(
                    lambda one, rule=rule: one.team_id == rule.team_id
                )
            if asked:
                fitting = rule._matches(asked)[rule]
                found.update(dict.fromkeys(fitting, rule))
                left -= fitting
        return {ticket: found[ticket] for ticket in tickets if ticket in found}

    def _get_team_decision(self):
        self.ensure_one()
        return Decision(self, self.team_id, self.env["res.users"], {"outcome": "team"})

    def _get_agent_decision(self, ticket, pool, preferred):
        """Choose an agent, and count the ticket for that agent."""
        self.ensure_one()
        choice = choose(
            pool.get_candidates(self),
            self.method,
            ticket.category_id.id,
            pool.turns[self.id],
            preferred,
        )
        facts = {
            "absent_count": choice.absent_count,
            "full_count": choice.full_count,
        }
        User = self.env["res.users"]
        if one := choice.candidate:
            pool.take(self, one, ticket)
            facts |= {
                "outcome": "agent",
                "preferred": choice.preferred and self.prefer,
                "open_count": one.work.open_count,
                "load": one.work.load,
                "cap": one.cap,
            }
            return Decision(self, self.team_id, User.browse(one.user_id), facts)
        leader = self.team_id.user_id
        if self.team_id.when_full == "leader" and leader.active:
            facts["outcome"] = "leader"
            return Decision(self, self.team_id, leader, facts)
        facts["outcome"] = "queue"
        return Decision(self, self.team_id, User, facts)

    def _get_preferred_agents(self, tickets):
        """Return who should get tickets of this rule, if they are free.

        Other addons add further values of ``prefer``.

        :return: dictionary of ticket to ids of users, the best one first
        """
        self.ensure_one()
        if self.prefer == "last_solver":
            return self._get_last_solvers(tickets)
        return {}

    @api.model
    def _get_last_solvers(self, tickets):
        """Return who solved the last ticket of the same requester and category."""
        Ticket = tickets.with_context(active_test=True)
        rows = Ticket._read_group(
            Domain("partner_id", "in", tickets.partner_id.ids)
            & Domain("category_id", "in", tickets.category_id.ids)
            & Domain("status_category", "in", ("resolved", "closed"))
            & Domain("user_id", "!=", False),
            ["partner_id", "category_id", "user_id"],
            ["resolved_date:max"],
        )
        solvers = defaultdict(list)
        for partner, category, user, resolved in rows:
            if resolved:
                solvers[partner, category].append((resolved, user.id))
        return {
            ticket: [
                user_id
                for _resolved, user_id in sorted(
                    solvers[ticket.partner_id, ticket.category_id], reverse=True
                )
            ]
            for ticket in tickets
        }
