"""SLA policies: how much time there is, and for which tickets.

A ticket gets at most one policy for each target: the first one in the manager's list
whose criteria fit the ticket.
"""

from typing import NamedTuple

from odoo import api, fields, models, tools
from odoo.fields import Domain

from odoo.addons.school_helpdesk_base.models.helpdesk_ticket_stage import (
    ENDED_CATEGORIES,
    WAITING_FOR,
)

from ..tools.clock import Plan
from ..tools.duration import format_unit

TARGETS = [("first_response", "First response"), ("resolution", "Resolution")]
#: Writing one of these fields changes the clocks of open tickets.
CLOCK_FIELDS = {
    "active",
    "category_ids",
    "company_id",
    "days",
    "domain",
    "hours",
    "minutes",
    "pause_approval",
    "pause_other",
    "pause_part",
    "pause_vendor",
    "priority",
    "sequence",
    "tag_ids",
    "target",
    "team_ids",
    "type_ids",
}
#: How many open tickets the preview checks at most; it takes the newest ones.
PREVIEW_LIMIT = 2000


class Criteria(NamedTuple):
    """The criteria of a policy. An empty value fits every ticket.

    ``id`` is the id of the policy; the others are ids of records, or values of fields.
    """

    id: int
    target: str
    company: int
    teams: frozenset
    types: frozenset
    categories: frozenset
    tags: frozenset
    priority: str
    domain: str


class HelpdeskSla(models.Model):
    _name = "helpdesk.sla"
    _inherit = [
        # before OCA's model, because it overrides mail.thread, which OCA inherits
        "helpdesk.change.log.mixin",
        "helpdesk.sla",
        "helpdesk.filter.mixin",
        "helpdesk.literal.search.mixin",
    ]
    # the first policy that fits a ticket applies; managers see them in the same order
    _order = "target, sequence, specificity desc, id"

    name = fields.Char(translate=True)
    target = fields.Selection(
        selection=TARGETS,
        required=True,
        default="resolution",
        tracking=True,
        help="First response: the desk's first answer that the requester can read. "
        "Resolution: the ticket is resolved.",
    )
    sequence = fields.Integer(
        default=10,
        help="The first policy that fits a ticket wins. A new policy is placed before "
        "those with fewer criteria.",
    )
    specificity = fields.Integer(
        compute="_compute_specificity",
        store=True,
        help="The number of criteria, and how much they say about a ticket.",
    )
    days = fields.Integer(tracking=True)
    hours = fields.Integer(tracking=True)
    minutes = fields.Integer(default=0, required=True, tracking=True)
    priority = fields.Selection(
        selection=[("0", "Low"), ("1", "Normal"), ("2", "High"), ("3", "Urgent")],
        tracking=True,
    )
    # without its only criterion, a policy would be for every ticket
    type_ids = fields.Many2many(
        comodel_name="helpdesk.ticket.type", string="Types", ondelete="restrict"
    )
    category_ids = fields.Many2many(
        ondelete="restrict",
        help="The policy also applies to the categories below these.",
    )
    tag_ids = fields.Many2many(ondelete="restrict")
    team_ids = fields.Many2many(ondelete="restrict")
    pause_requester = fields.Boolean(
        string="Requester",
        compute="_compute_pause_requester",
        help="The clock always pauses while the ticket waits for the requester.",
    )
    pause_vendor = fields.Boolean(string="Vendor", tracking=True)
    pause_part = fields.Boolean(string="Spare part", tracking=True)
    pause_approval = fields.Boolean(string="Approval", tracking=True)
    pause_other = fields.Boolean(string="Something else", tracking=True)
    time_text = fields.Char(string="Working Time", compute="_compute_time_text")
    criteria_text = fields.Char(string="Applies To", compute="_compute_criteria_text")
    problem_text = fields.Text(
        string="Problem",
        compute="_compute_problem_text",
        help="Why this policy never applies.",
    )
    preview = fields.Boolean(
        store=False,
        help="Count the open tickets whose SLA clocks would change, before you save.",
    )
    preview_text = fields.Char(compute="_compute_preview_text")

    _time_positive = models.Constraint(
        "CHECK (days >= 0 AND hours >= 0 AND minutes >= 0"
        " AND days + hours + minutes > 0)",
        "A policy needs a positive time.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        policies = super().create(vals_list)
        for policy, vals in zip(policies, vals_list, strict=True):
            if "sequence" not in vals:
                policy._place_by_specificity()
        policies._on_policies_changed(policies._get_concerned_teams())
        return policies

    def write(self, vals):
        if CLOCK_FIELDS.isdisjoint(vals):
            return super().write(vals)
        teams = self._get_concerned_teams()
        result = super().write(vals)
        self._on_policies_changed(teams | self._get_concerned_teams())
        return result

    def unlink(self):
        teams = self._get_concerned_teams()
        result = super().unlink()
        self._on_policies_changed(teams)
        return result

    def _get_concerned_teams(self):
        """Return the teams whose tickets these policies may apply to."""
        Team = self.env["helpdesk.ticket.team"].with_context(active_test=False)
        if all(policy.team_ids for policy in self):
            return self.team_ids
        # sudo: helpdesk.ticket.team - a policy without company applies to all of them
        return Team.sudo().search([("use_sla", "=", True)])

    @api.model
    def _on_policies_changed(self, teams):
        """Read the policies again, and refresh the clocks of these teams later."""
        self.env.registry.clear_cache()
        teams._refresh_clocks_later()

    # ------------------------------------------------------------------
    # Which policy applies
    # ------------------------------------------------------------------

    @api.depends(
        "category_ids.parent_path",
        "domain",
        "priority",
        "tag_ids",
        "team_ids",
        "type_ids",
    )
    def _compute_specificity(self):
        for policy in self:
            policy.specificity = policy._get_specificity()

    def _get_specificity(self):
        """Return a number that is larger, the more a policy says about a ticket.

        The number of criteria counts first. Then it counts which criteria they are, and
        then how deep the categories are in their tree.
        """
        self.ensure_one()
        given = [
            Domain(self._eval_domain(self.domain)).is_true() is False,
            bool(self.category_ids),
            bool(self.tag_ids),
            bool(self.type_ids),
            bool(self.priority),
            bool(self.team_ids),
        ]
        # read the list as a binary number: the first criterion weighs most
        weight = int("".join(str(int(is_given)) for is_given in given), 2)
        depth = min(
            (
                (path or "").count("/")
                for path in self.category_ids.mapped("parent_path")
            ),
            default=0,
        )
        return sum(given) * 1000 + weight * 10 + min(depth, 9)

    def _place_by_specificity(self):
        """Place a new policy before those of its target that are less specific."""
        self.ensure_one()
        others = self.search([("target", "=", self.target), ("id", "!=", self.id)])
        after = others.filtered(lambda other: other.specificity < self.specificity)[:1]
        # with the same sequence, the more specific policy comes first
        self.sequence = (after or others[-1:]).sequence or self.sequence

    @api.model
    def _match(self, tickets, policies=None):
        """Return the policies that apply to tickets.

        The number of queries does not depend on the number of tickets. A ticket whose
        team has no SLA, or no working hours, has no policies.

        :param tickets: with ``sudo()``, because requesters may not read all criteria
        :param policies: the policies to choose from, in their order; by default all
            active ones
        :return: dictionary of ticket to a dictionary of target to policy
        """
        if policies is None:
            all_criteria = self._get_all_criteria()
            # together, so that all are read with one query
            policies = self.browse(criteria.id for criteria in all_criteria)
            by_id = {policy.id: policy for policy in policies}
        else:
            by_id = {policy._origin.id: policy for policy in policies}
            all_criteria = [policy._get_criteria() for policy in policies]
        result = {ticket: {} for ticket in tickets}
        measured = tickets.filtered(
            lambda ticket: ticket.team_id.use_sla
            and ticket.team_id.resource_calendar_id
        )
        values = {ticket: self._get_ticket_values(ticket) for ticket in measured}
        for criteria in all_criteria:
            candidates = measured.filtered(
                lambda ticket, criteria=criteria: criteria.target not in result[ticket]
                and self._fits(criteria, *values[ticket])
            )
            if criteria.domain and candidates:
                candidates = self._filter_by_domain(candidates, criteria.domain)
            for ticket in candidates:
                result[ticket][criteria.target] = by_id[criteria.id]
        return result

    @api.model
    def _get_ticket_values(self, ticket):
        """Return the values of a ticket, as the parameters of ``_fits``."""
        path = ticket.category_id.parent_path or ""
        return (
            ticket.company_id.id,
            ticket.team_id.id,
            ticket.type_id.id,
            {int(id_) for id_ in path.split("/") if id_},
            set(ticket.tag_ids.ids),
            ticket.priority,
        )

    @api.model
    def _fits(self, criteria, company, team, type_, categories, tags, priority):
        """Whether a ticket has all criteria of a policy, except for the domain."""
        return (
            criteria.company in (False, company)
            and (not criteria.teams or team in criteria.teams)
            and (not criteria.types or type_ in criteria.types)
            and (not criteria.categories or criteria.categories & categories)
            and (not criteria.tags or criteria.tags & tags)
            and criteria.priority in (False, priority)
        )

    def _get_criteria(self):
        """Return the criteria of this policy, which need no query afterwards."""
        self.ensure_one()
        return Criteria(
            self._origin.id,
            self.target,
            self.company_id.id or False,
            frozenset(self.team_ids.ids),
            frozenset(self.type_ids.ids),
            frozenset(self.category_ids.ids),
            frozenset(self.tag_ids.ids),
            self.priority or False,
            "" if Domain(self._eval_domain(self.domain)).is_true() else self.domain,
        )

    @api.model
    @tools.ormcache()
    def _get_all_criteria(self):
        """Return the criteria of all active policies, in their order."""
        # sudo: helpdesk.sla - the policies hold for every user who creates a ticket
        policies = self.sudo().search([("active", "=", True)])
        return tuple(policy._get_criteria() for policy in policies)

    @api.model
    @tools.ormcache()
    def _get_domain_fields(self):
        """Return the fields of tickets that the filters of policies use."""
        return frozenset(
            condition.field_expr.split(".")[0]
            for criteria in self._get_all_criteria()
            for condition in Domain(
                self._eval_domain(criteria.domain)
            ).iter_conditions()
        )

    def _get_plan(self, target, calendar, company):
        """Return the hours and the pauses of this policy for tickets with a calendar.

        :return: a ``Plan``
        """
        self.ensure_one()
        hours = self.days * calendar.hours_per_day + self.hours + self.minutes / 60
        pauses = frozenset(
            kind for kind, _label in WAITING_FOR if self[f"pause_{kind}"]
        )
        return Plan(target, hours, pauses, company.helpdesk_sla_warn_percent / 100)

    # ------------------------------------------------------------------
    # Texts
    # ------------------------------------------------------------------

    def _compute_pause_requester(self):
        """Show a ticked box that cannot be changed, in line with the other pauses."""
        self.pause_requester = True

    @api.depends("days", "hours", "minutes")
    @api.depends_context("lang")
    def _compute_time_text(self):
        """Write the time as a person says it: "1 working day", "15 minutes"."""
        for policy in self:
            days = policy.days
            parts = []
            if days == 1:
                parts.append(self.env._("1 working day"))
            elif days:
                parts.append(self.env._("%(count)s working days", count=days))
            parts += [
                format_unit(self.env, policy[f"{unit}s"], unit)
                for unit in ("hour", "minute")
                if policy[f"{unit}s"]
            ]
            policy.time_text = " ".join(parts)

    @api.depends(
        "category_ids", "domain", "priority", "tag_ids", "team_ids", "type_ids"
    )
    @api.depends_context("lang")
    def _compute_criteria_text(self):
        """Write the criteria in one line: "Urgent · IT Support"."""
        labels = dict(self._fields["priority"]._description_selection(self.env))
        for policy in self:
            parts = [labels[policy.priority]] if policy.priority else []
            for records in (
                policy.category_ids,
                policy.type_ids,
                policy.tag_ids,
                policy.team_ids,
            ):
                if records:
                    parts.append(", ".join(records.mapped("display_name")))
            if not Domain(self._eval_domain(policy.domain)).is_true():
                parts.append(self.env._("filter"))
            policy.criteria_text = " · ".join(parts) or self.env._("Every ticket")

    @api.depends("domain")
    @api.depends_context("lang")
    def _compute_problem_text(self):
        for policy in self:
            policy.problem_text = self._get_filter_problem(policy.domain) or False

    # ------------------------------------------------------------------
    # Preview
    # ------------------------------------------------------------------

    @api.depends(
        "active",
        "category_ids",
        "company_id",
        "days",
        "domain",
        "hours",
        "minutes",
        "pause_approval",
        "pause_other",
        "pause_part",
        "pause_vendor",
        "preview",
        "priority",
        "sequence",
        "tag_ids",
        "target",
        "team_ids",
        "type_ids",
    )
    @api.depends_context("lang")
    def _compute_preview_text(self):
        for policy in self:
            policy.preview_text = policy.preview and policy._get_preview()

    def _get_preview(self):
        """Return how many open tickets change if this policy is saved as it is."""
        self.ensure_one()
        self.env["helpdesk.ticket"].check_access("read")
        # sudo: helpdesk.ticket - the manager gets only a number
        Ticket = self.env["helpdesk.ticket"].sudo()
        tickets = Ticket.search(
            [
                ("status_category", "not in", ENDED_CATEGORIES),
                ("team_id.use_sla", "=", True),
            ],
            order="id desc",
            limit=PREVIEW_LIMIT,
        )
        changed = tickets._filter_changed_by_policies(self._get_policies_with_unsaved())
        if len(tickets) == PREVIEW_LIMIT:
            return self.env._(
                "%(count)s of the newest %(limit)s open tickets change.",
                count=len(changed),
                limit=PREVIEW_LIMIT,
            )
        return self.env._("%(count)s open tickets change.", count=len(changed))

    def _get_policies_with_unsaved(self):
        """Return all active policies in order, with unsaved changes of this one."""
        self.ensure_one()
        # sudo: helpdesk.sla - the order includes policies of other companies
        policies = [
            policy
            for policy in self.sudo().search([("active", "=", True)])
            if policy.id != self._origin.id
        ]
        if self.active:
            policies.append(self.sudo())
        return sorted(
            policies,
            key=lambda policy: (
                policy.sequence,
                -policy.specificity,
                # a new policy gets the highest id
                policy._origin.id or 2**31,
            ),
        )
