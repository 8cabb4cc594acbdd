"""Says why a rule will never do anything, before a manager wonders.

Only what follows from the setup is a problem: contradicting criteria, an archived team,
an earlier rule with the same or wider criteria. Whether tickets fit the rule is a
question for the simulation (``wizards/helpdesk_rule_simulation.py``).
"""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.models import MAGIC_COLUMNS
from odoo.orm.domains import DomainOr
from odoo.tools import format_date


class HelpdeskRuleMixin(models.AbstractModel):
    _name = "helpdesk.rule.mixin"
    _inherit = ["helpdesk.rule.mixin"]

    problem_text = fields.Text(
        string="Problem",
        compute="_compute_problem_text",
        help="Why this rule never does anything.",
    )

    @api.depends(lambda self: self._get_problem_fields())
    @api.depends_context("lang")
    def _compute_problem_text(self):
        for rule in self:
            rule.problem_text = "\n".join(rule._get_problems()) or False

    @api.model
    def _get_problem_fields(self):
        return [
            name
            for name, field in self._fields.items()
            if field.store and name not in MAGIC_COLUMNS and not field.groups
        ]

    def _get_problems(self):
        """Return why this rule never does anything, as sentences for a manager.

        Other files and addons extend this method. A rule that is switched off is
        treated as if it were on.
        """
        self.ensure_one()
        problems = []
        if self.date_to and self.date_to < self._get_today():
            problems.append(
                self.env._(
                    "The rule has ended on %(day)s.",
                    day=format_date(self.env, self.date_to),
                )
            )
        found = self._get_problems_of_criteria()
        if not found and self._is_impossible():
            found = [
                self.env._(
                    "No ticket fits: the conditions of the rule contradict each other."
                )
            ]
        return problems + found

    def _get_problems_of_criteria(self):
        """Return which criteria no ticket can have any more."""
        self.ensure_one()
        if problem := self._get_filter_problem(self.domain):
            return [problem]
        problems = []
        rule = self.with_context(active_test=False)
        names = self._get_archivable_criteria()
        labels = self.fields_get(names, ["string"])
        for name in names:
            records = rule[name]
            if records and not any(records.mapped("active")):
                problems.append(
                    self.env._(
                        "%(criterion)s: everything chosen is archived "
                        "(%(names)s), so no new ticket fits.",
                        criterion=labels[name]["string"],
                        names=", ".join(records.mapped("display_name")),
                    )
                )
        return problems

    @api.model
    def _get_archivable_criteria(self):
        """Return the names of criteria whose records can be archived."""
        return ["type_ids", "category_ids", "channel_ids", "team_ids"]

    def _is_impossible(self):
        """Whether it follows from the criteria alone that no ticket has them all."""
        self.ensure_one()
        domain = self._get_criteria_domain()
        return domain.optimize(self.env["helpdesk.ticket"]).is_false()

    def _includes(self, other):
        """Whether every ticket with the criteria of another rule has those of this one.

        Only what follows from the criteria alone is known: the answer may be "no"
        although it happens to be so.
        """
        self.ensure_one()
        Ticket = self.env["helpdesk.ticket"]
        others = other._get_criteria_list()
        whole = Domain.AND(others)
        return all(
            any(_is_part_of(one, criterion) for one in others)
            or (whole & ~criterion).optimize(Ticket).is_false()
            for criterion in self._get_criteria_list()
        )

    def _is_valid_whenever(self, other):
        """Whether this rule is valid on all coming days on which another one is."""
        self.ensure_one()
        first = max(other.date_from or self._get_today(), self._get_today())
        return (not self.date_from or self.date_from <= first) and (
            not self.date_to or bool(other.date_to and other.date_to <= self.date_to)
        )

    def _get_other_rules(self):
        """Return the rules that are switched on, without this one, in their order."""
        self.ensure_one()
        # sudo: the answer must not depend on which rules the user may read
        rules = self.sudo().browse(rule_id for rule_id, *_days in self._get_rule_list())
        return (rules - self._origin).with_env(self.env)

    def _get_earlier_rules(self):
        """Return the rules that are switched on and come before this one."""
        self.ensure_one()
        place = (self.sequence, self._origin.id or float("inf"))
        return self._get_other_rules().filtered(
            lambda rule: (rule.sequence, rule.id) < place
        )


def _is_part_of(domain, other):
    """Whether a domain is one of several alternatives of another one, or some."""
    alternatives = [*other.children] if isinstance(other, DomainOr) else [other]
    own = [*domain.children] if isinstance(domain, DomainOr) else [domain]
    return all(one in alternatives for one in own)
