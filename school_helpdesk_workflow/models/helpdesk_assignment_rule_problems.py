"""Why an assignment rule never does anything, or finds no agent."""

from odoo import models


class HelpdeskAssignmentRule(models.Model):
    _name = "helpdesk.assignment.rule"
    _inherit = ["helpdesk.assignment.rule"]

    def _get_problems_of_criteria(self):
        problems = super()._get_problems_of_criteria()
        if self.team_id and not self.team_id.active:
            problems.append(
                self.env._(
                    "The team %(team)s is archived and gets no tickets.",
                    team=self.team_id.display_name,
                )
            )
        return problems

    def _get_problems(self):
        problems = super()._get_problems()
        if self.team_id.active and self.method != "none" and not self._has_agent():
            problems.append(self._get_no_agent_text())
        wider = self._get_earlier_rules().filtered(
            lambda rule: rule._is_valid_whenever(self) and rule._includes(self)
        )
        # a rule that fits no ticket is included in every other rule
        if wider and not problems:
            problems.append(
                self.env._(
                    "The rule %(rule)s comes first and gets all its tickets. Drag this "
                    "rule above it.",
                    rule=wider[0].display_name,
                )
            )
        return problems

    def _has_agent(self):
        """Whether there is an agent whom the rule can choose, present or not."""
        self.ensure_one()
        # sudo: res.users - only whether they are members and can log in
        # archived members, too: without them, the rule would be for all members
        rule_sudo = self.sudo().with_context(active_test=False)
        if self.method == "fixed":
            return rule_sudo.user_id.active
        members = rule_sudo.team_id.user_ids
        return bool(
            (
                rule_sudo.member_ids & members if rule_sudo.member_ids else members
            ).filtered("active")
        )

    def _get_no_agent_text(self):
        team = self.team_id
        if self.method == "fixed":
            # sudo: res.users - only the name
            return self.env._(
                "%(agent)s does not work here any more. Choose another agent.",
                agent=self.sudo().user_id.name,
            )
        # sudo: res.users - only the name
        leader = team.sudo().user_id
        if team.when_full == "leader" and leader.active:
            return self.env._(
                "The team %(team)s has no members for this rule: everything goes to "
                "the leader, %(leader)s.",
                team=team.display_name,
                leader=leader.name,
            )
        return self.env._(
            "The team %(team)s has no members for this rule: tickets wait until "
            "somebody takes them.",
            team=team.display_name,
        )
