"""What an assignment rule would have done with the tickets of the last days."""

from collections import defaultdict
from heapq import heappop, heappush

from odoo import models
from odoo.tools import SQL

from ..tools.choice import Candidate, Work, choose
from ..wizards.helpdesk_rule_simulation import Finding


class HelpdeskAssignmentRule(models.Model):
    _name = "helpdesk.assignment.rule"
    _inherit = ["helpdesk.assignment.rule"]

    def action_simulate(self):
        return self.env["helpdesk.rule.simulation"]._open_for(self)

    def _get_effect_text(self):
        """Return what the rule does, in one line: "IT Support · least loaded"."""
        self.ensure_one()
        methods = dict(self._fields["method"]._description_selection(self.env))
        parts = [self.team_id.display_name, methods[self.method]]
        if self.method == "fixed":
            # sudo: res.users - only the name
            parts[1] = self.sudo().user_id.name
        return " · ".join(filter(None, parts))

    def _simulate(self, window):
        """Return which tickets the rule would have got, and what it would have done.

        The rules that come first, and are valid today, take their tickets before.

        :param Domain window: the tickets to look at
        :return: the ids of the tickets that fit, and a list of ``Finding``
        """
        self.ensure_one()
        Ticket = self.env["helpdesk.ticket"].with_context(active_test=False)
        domain = window & self._get_criteria_domain()
        matched = Ticket.search(domain).ids
        left = set(matched)
        today = self._get_today()
        findings = []
        for rule in self._get_earlier_rules():
            if not left:
                break
            if not rule._is_valid_on(today):
                continue
            taken = left & set(Ticket.search(domain & rule._get_criteria_domain()).ids)
            if taken:
                left -= taken
                text = self.env._(
                    "Taken by an earlier rule: %(rule)s", rule=rule.display_name
                )
                findings.append(Finding("earlier", text, sorted(taken), rule))
        own = sorted(left)
        return matched, [
            *findings,
            Finding("effect", self._get_own_text(), own),
            *self._get_changes(own),
            *self._simulate_agents(own),
        ]

    def _get_own_text(self):
        return self.env._("Would have gone to %(team)s", team=self.team_id.display_name)

    def _get_changes(self, ids):
        """Return the tickets that another team has today."""
        others = self._get_simulated_tickets(ids, "team_id")
        groups = defaultdict(list)
        for ticket_id, team_id in others:
            if team_id != self.team_id.id:
                groups[team_id].append(ticket_id)
        Team = self.env["helpdesk.ticket.team"]
        return [
            Finding(
                "part",
                self.env._(
                    "Today with another team: %(team)s",
                    team=Team.browse(team_id).display_name,
                )
                if team_id
                else self.env._("Today without a team"),
                ticket_ids,
            )
            for team_id, ticket_ids in sorted(
                groups.items(), key=lambda item: -len(item[1])
            )
        ]

    def _get_simulated_tickets(self, ids, *columns):
        """Return rows of tickets, oldest first: the id and some columns."""
        if not ids:
            return []
        names = SQL(", ").join(map(SQL.identifier, ("id", *columns)))
        return self.env.execute_query(
            SQL(
                "SELECT %s FROM helpdesk_ticket WHERE id = ANY(%s) "
                "ORDER BY create_date, id",
                names,
                ids,
            )
        )

    def _simulate_agents(self, ids):
        """Return which agent would have got which tickets.

        The tickets are given out again in their order, to the present members of the
        team, with their skills, limits and shares. Each ticket is a load until it was
        really resolved. Absences, waits and tickets of other rules are not known, so
        the numbers are only about right.
        """
        self.ensure_one()
        if self.method == "none" or not ids:
            return []
        candidates = self._get_simulated_candidates()
        turns = {}
        given = defaultdict(list)
        ends = []
        rows = self._get_simulated_tickets(
            ids,
            "create_date",
            "resolved_date",
            "closed_date",
            "category_id",
            "priority",
            "company_id",
        )
        Member = self.env["helpdesk.team.member"]
        weights = {}
        for number, row in enumerate(rows, 1):
            ticket_id, created, resolved, closed, category_id, *kind = row
            while ends and ends[0][0] <= created:
                _end, _number, work, weight = heappop(ends)
                work.add(-weight)
            choice = choose(candidates, self.method, category_id, turns)
            one = choice.candidate
            given[one and one.user_id].append(ticket_id)
            if not one:
                continue
            priority, company_id = kind
            if (priority, company_id) not in weights:
                company = self.env["res.company"].browse(company_id)
                weights[priority, company_id] = Member._get_weight(priority, company)
            weight = weights[priority, company_id]
            one.work.add(weight)
            turns[one.user_id] = number
            if end := resolved or closed:
                heappush(ends, (end, number, one.work, weight))
        # sudo: res.users - names of the members of a team
        User = self.env["res.users"].sudo()
        order = [one.user_id for one in candidates] + [None]
        return [
            Finding("part", self._get_agent_text(User.browse(user_id)), given[user_id])
            for user_id in order
            if given[user_id]
        ]

    def _get_simulated_candidates(self):
        # sudo: helpdesk.team.member, res.users - who can get tickets; archived ones,
        # too: without them, a rule for one agent would be for all members
        rule_sudo = self.sudo().with_context(active_test=False)
        members = rule_sudo.team_id.member_ids.filtered("user_id.active")
        wanted = rule_sudo.user_id if self.method == "fixed" else rule_sudo.member_ids
        return [
            Candidate(
                member.user_id.id,
                Work(),
                cap=member.cap,
                share=member.share,
                skills=member._get_skills(),
            )
            for member in members.sorted()
            if not wanted or member.user_id in wanted
        ]

    def _get_agent_text(self, user):
        if user:
            return self.env._("About this many to %(agent)s", agent=user.name)
        team = self.team_id
        # sudo: res.users - only the name of the leader
        leader = team.sudo().user_id
        if team.when_full == "leader" and leader.active:
            return self.env._(
                "To the leader, because nobody is free: %(leader)s", leader=leader.name
            )
        return self.env._("In the queue, because nobody is free")
