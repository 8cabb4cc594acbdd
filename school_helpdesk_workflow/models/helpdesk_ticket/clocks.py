"""Keeps the SLA clocks of tickets up to date.

``_sync_clocks`` is the only method that writes clocks. The events of the base addon
call it. It computes each clock from scratch: see ``tools/clock.py``.
"""

from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.school_helpdesk_base.models.helpdesk_ticket.working_time import (
    look_ahead,
)
from odoo.addons.school_helpdesk_base.models.helpdesk_ticket_stage import (
    ENDED_CATEGORIES,
)

from ...tools.clock import Row, compute_clock


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    clocks_version = fields.Integer(
        readonly=True,
        copy=False,
        help="The version of the team's policies and working hours with which the SLA "
        "clocks were computed.",
    )

    # ------------------------------------------------------------------
    # When clocks change
    # ------------------------------------------------------------------

    @api.model
    def _on_status_changed(self, old_statuses, by_setup=False):
        result = super()._on_status_changed(old_statuses, by_setup=by_setup)
        self.browse(ticket.id for ticket in old_statuses)._sync_clocks()
        return result

    @api.model
    def _on_waiting_for_changed(self, old_values):
        result = super()._on_waiting_for_changed(old_values)
        self.browse(ticket.id for ticket in old_values)._sync_clocks()
        return result

    @api.model
    def _on_first_response(self, messages):
        result = super()._on_first_response(messages)
        self.browse(ticket.id for ticket in messages)._sync_clocks()
        return result

    @api.model
    def _on_team_changed(self, old_teams):
        result = super()._on_team_changed(old_teams)
        # sudo: helpdesk.ticket.sla - the user may have handed the ticket over
        tickets_sudo = self.sudo().browse(ticket.id for ticket in old_teams)
        # skip new tickets that have clocks already: the status event has computed them
        tickets_sudo.filtered(
            lambda ticket: old_teams[ticket] or not ticket.ticket_sla_ids
        )._sync_clocks()
        return result

    @api.model
    def _on_criteria_changed(self, tickets):
        result = super()._on_criteria_changed(tickets)
        tickets._sync_clocks()
        return result

    @api.model
    def _get_criteria_fields(self):
        names = super()._get_criteria_fields()
        # sudo: helpdesk.sla - only the names of fields, for every user
        return names | self.env["helpdesk.sla"].sudo()._get_domain_fields()

    # ------------------------------------------------------------------
    # Computing clocks
    # ------------------------------------------------------------------

    def _sync_clocks(self):
        """Create, change and delete the clocks of tickets as needed."""
        # sudo: helpdesk.ticket, helpdesk.ticket.sla, helpdesk.sla - clocks follow from
        # facts; the user may not write clocks or read policies
        tickets_sudo = self.sudo()
        wanted = tickets_sudo._compute_clocks()
        to_create = []
        surplus = self.env["helpdesk.ticket.sla"].sudo()
        versions = defaultdict(tickets_sudo.browse)
        for ticket in tickets_sudo:
            values_by_target = dict(wanted[ticket])
            for clock in ticket.ticket_sla_ids:
                values = values_by_target.pop(clock.target, None)
                if not values:
                    surplus += clock
                elif changes := clock._get_changes(values):
                    clock.write(changes)
            to_create += [
                {"ticket_id": ticket.id, **values}
                for values in values_by_target.values()
            ]
            version = ticket.team_id.clocks_version
            if ticket.clocks_version != version:
                versions[version] += ticket
        surplus.unlink()
        if to_create:
            # A parallel transaction then fails and is retried. With the unique index of
            # the clocks alone, the user would see an error.
            tickets_sudo._lock_for_change()
            # sudo: helpdesk.ticket.sla - clocks follow from facts; users have no access
            self.env["helpdesk.ticket.sla"].sudo().create(to_create)
        for version, tickets in versions.items():
            tickets.write({"clocks_version": version})

    def _compute_clocks(self, policies=None):
        """Return the values of the clocks that tickets should have.

        It reads each calendar only once, and writes nothing.

        :param policies: the policies to choose from; by default all active ones
        :return: dictionary of ticket to a dictionary of target to values
        """
        chosen = self.env["helpdesk.sla"]._match(self, policies)
        rows_by_ticket = self.status_log_ids.sorted("id").grouped("ticket_id")
        groups = defaultdict(self.browse)
        for ticket in self:
            if chosen[ticket] and ticket in rows_by_ticket:
                groups[ticket.team_id.resource_calendar_id] += ticket
        result = {ticket: {} for ticket in self}
        for calendar, tickets in groups.items():
            requests = {
                (ticket, target): (
                    policy,
                    policy._get_plan(target, calendar, ticket.company_id),
                )
                for ticket in tickets
                for target, policy in chosen[ticket].items()
            }
            logs = {
                ticket: [
                    Row(
                        row.status_category, row.waiting_for, row.start, row.end or None
                    )
                    for row in rows_by_ticket[ticket]
                ]
                for ticket in tickets
            }
            plans = {key: plan for key, (_policy, plan) in requests.items()}
            for key, clock in self._compute_clocks_by_calendar(
                calendar, logs, plans
            ).items():
                ticket, target = key
                policy, plan = requests[key]
                result[ticket][target] = {
                    **clock._asdict(),
                    "target": target,
                    "sla_id": policy._origin.id,
                    "hours": plan.hours,
                    "expected_stage_id": policy.stage_id.id,
                }
        return result

    @api.model
    def _compute_clocks_by_calendar(self, calendar, logs, plans):
        """Return the clocks of tickets with the same calendar.

        :param dict logs: ticket to the rows of its status log
        :param dict plans: pair of ticket and target to a ``Plan``
        :return: dictionary of such a pair to a ``Clock``; pairs for which the calendar
            has not enough working hours within four years are left out
        """
        now = fields.Datetime.now()
        return look_ahead(
            calendar,
            {
                (ticket, target): (
                    logs[ticket][0].start,
                    max(now, logs[ticket][-1].start),
                    plan.hours,
                )
                for (ticket, target), plan in plans.items()
            },
            lambda working, key: compute_clock(
                working, logs[key[0]], plans[key], key[0].first_response_date, now
            ),
        )

    # ------------------------------------------------------------------
    # Scheduled
    # ------------------------------------------------------------------

    @api.model
    def _cron_refresh_clocks(self):
        """Compute the clocks of open tickets again after a change of the setup."""
        Team = self.env["helpdesk.ticket.team"].with_context(active_test=False)
        teams = Team.search([("clocks_version", ">", 0)])
        self._sweep(
            Domain("status_category", "not in", ENDED_CATEGORIES)
            & Domain.OR(
                Domain("team_id", "in", same.ids)
                & Domain("clocks_version", "!=", version)
                for version, same in teams.grouped("clocks_version").items()
            ),
            lambda tickets: tickets._sync_clocks(),
            batch_size=20,
        )

    def _filter_changed_by_policies(self, policies):
        """Return the tickets whose clocks would be different with other policies.

        :param policies: all policies, in their order
        """
        current = self._compute_clocks()
        changed = self._compute_clocks(policies)
        return self.filtered(lambda ticket: current[ticket] != changed[ticket])
