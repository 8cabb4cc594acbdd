"""Why an escalation rule never does anything."""

from odoo import models
from odoo.fields import Domain

from .helpdesk_escalation_rule import CLOCK_TRIGGERS, HOUR_TRIGGERS

#: The fields that say what a rule does; ``notify_user_ids`` and tags are collections.
ACTION_FIELDS = (
    "raise_priority",
    "hand_to",
    "notify_assignee",
    "notify_leader",
    "notify_user_ids",
    "add_tag_ids",
    "activity_type_id",
    "server_action",
)
DETAIL_FIELDS = (
    "hand_team_id",
    "hand_user_id",
    "activity_summary",
    "activity_for",
)


class HelpdeskEscalationRule(models.Model):
    _name = "helpdesk.escalation.rule"
    _inherit = ["helpdesk.escalation.rule"]

    def _get_problems(self):
        problems = super()._get_problems()
        if not any(self[name] for name in ACTION_FIELDS):
            return problems + [
                self.env._("The rule does nothing: choose what happens under “Then”.")
            ]
        if self.trigger in CLOCK_TRIGGERS and not self._has_policy():
            label = dict(self._fields["trigger"]._description_selection(self.env))
            problems.append(
                self.env._(
                    "There is no SLA policy for “%(target)s”, so there is no time that "
                    "could be over.",
                    target=label[self.trigger],
                )
            )
        problems += self._get_problems_of_actions()
        same = self._get_earlier_rules().filtered(
            lambda rule: rule._does_the_same(self)
            and rule._is_valid_whenever(self)
            and rule._includes(self)
        )
        if same and not problems:
            problems.append(
                self.env._(
                    "The rule %(rule)s already does the same for these tickets.",
                    rule=same[0].display_name,
                )
            )
        return problems

    def _has_policy(self):
        self.ensure_one()
        domain = Domain("target", "=", self.trigger)
        if self.company_id:
            domain &= Domain("company_id", "in", (False, self.company_id.id))
        # sudo: helpdesk.sla - only whether there is one
        return bool(self.env["helpdesk.sla"].sudo().search_count(domain, limit=1))

    def _get_problems_of_actions(self):
        """Return which people and teams of the actions cannot get a ticket."""
        self.ensure_one()
        # sudo: res.users, helpdesk.ticket.team - only names, and whether archived
        rule_sudo = self.sudo()
        problems = []
        if self.hand_to == "team" and not rule_sudo.hand_team_id.active:
            problems.append(
                self.env._(
                    "The team %(team)s is archived and gets no tickets.",
                    team=rule_sudo.hand_team_id.display_name,
                )
            )
        if self.hand_to == "user" and not rule_sudo.hand_user_id.active:
            problems.append(
                self.env._(
                    "%(agent)s does not work here any more. Choose another agent.",
                    agent=rule_sudo.hand_user_id.name,
                )
            )
        teams = rule_sudo.team_ids
        if (
            (self.hand_to == "leader" or self.notify_leader)
            and teams
            and not teams.user_id.filtered("active")
        ):
            problems.append(
                self.env._(
                    "%(teams)s has no leader.",
                    teams=", ".join(teams.mapped("display_name")),
                )
            )
        return problems

    def _does_the_same(self, other):
        """Whether two rules have the same trigger and the same actions."""
        self.ensure_one()
        names = ["trigger", *ACTION_FIELDS, *DETAIL_FIELDS]
        if self.trigger in CLOCK_TRIGGERS:
            names.append("percent")
        elif self.trigger in HOUR_TRIGGERS:
            names.append("hours")
        elif self.trigger == "reopened":
            names.append("count")
        return all(_get_value(self, name) == _get_value(other, name) for name in names)


def _get_value(rule, name):
    value = rule[name]
    return set(value._origin.ids) if isinstance(value, models.BaseModel) else value
