"""When assignment rules choose team and agent of a ticket, and what the ticket says.

Rules run once, for each new ticket: see ``_complete_new_tickets``. They run again when
somebody moves the ticket to another team, unless a person has chosen the agent. Tickets
for which no agent was free are marked, and get one later: see ``_pull_later``.
"""

from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.school_helpdesk_base.models.helpdesk_ticket.ticket import DESK_ONLY
from odoo.addons.school_helpdesk_base.models.helpdesk_ticket_stage import (
    ENDED_CATEGORIES,
)


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    assigned_by = fields.Selection(
        selection=[("rule", "A rule"), ("person", "A person")],
        readonly=True,
        copy=False,
        groups=DESK_ONLY,
        help="Who chose the agent. Rules do not replace an agent whom a person chose.",
    )
    waits_for_agent = fields.Boolean(
        readonly=True,
        copy=False,
        groups=DESK_ONLY,
        help="A rule found no free agent. The next one who is free gets the ticket.",
    )
    assignment_ids = fields.One2many(
        comodel_name="helpdesk.assignment",
        inverse_name="ticket_id",
        string="Decisions of Rules",
        groups=DESK_ONLY,
    )
    assignment_reason = fields.Char(
        string="Why",
        compute="_compute_assignment_reason",
        groups=DESK_ONLY,
        help="Which rule chose team and agent, and why.",
    )

    # the scheduled action looks for the tickets that wait
    _waits_for_agent_idx = models.Index("(id) WHERE waits_for_agent IS TRUE")

    @api.depends("assigned_by", "assignment_ids", "team_id", "user_id")
    @api.depends_context("lang")
    def _compute_assignment_reason(self):
        for ticket in self:
            decision = ticket.assignment_ids.sorted("id")[-1:]
            # after somebody has chosen another team or agent, it says nothing
            holds = decision.team_id == ticket.team_id and (
                decision.outcome == "team"
                or ticket.assigned_by != "person"
                and decision.user_id == ticket.user_id
            )
            ticket.assignment_reason = decision.reason if holds else False

    # ------------------------------------------------------------------
    # When rules run
    # ------------------------------------------------------------------

    def _complete_new_tickets(self, vals_list):
        result = super()._complete_new_tickets(vals_list)
        by_person = self.browse(
            ticket.id
            for ticket, vals in zip(self, vals_list, strict=True)
            if vals.get("user_id")
        )
        by_person.write({"assigned_by": "person"})
        # an agent who is only the default may be replaced
        unassigned = self - by_person
        unassigned._assign_by_rules()
        unassigned._keep_access_of_creator()
        return result

    def _keep_access_of_creator(self):
        """Name an agent as reporter who could not read the new ticket any more.

        Agents who see only some tickets may create one that a rule gives to somebody
        else. The form reads the ticket after saving it.
        """
        user = self.env.user
        if (
            not self
            or not user.has_group(DESK_ONLY)
            or user.has_group("helpdesk_mgmt.group_helpdesk_user")
        ):
            return
        readable = self.with_user(user)._filtered_access("read")
        # sudo: only to compare with records that have sudo
        hidden = self - readable.sudo()
        reported = hidden.filtered(
            lambda ticket: ticket.partner_id and not ticket.submitter_id
        )
        reported.submitter_id = user.partner_id
        # their files were stored before they had this reporter
        reported._update_desk_only_files()

    @api.model
    def _on_team_changed(self, old_teams):
        result = super()._on_team_changed(old_teams)
        # sudo: helpdesk.ticket - the user may have handed the ticket over
        moved = self.sudo().browse(
            {ticket.id for ticket in old_teams} - self._get_ids_in_creation()
        )
        moved.filtered(
            lambda ticket: not (ticket.user_id and ticket.assigned_by == "person")
        )._assign_by_rules(moved=True)
        return result

    @api.model
    def _on_status_changed(self, old_statuses, by_setup=False):
        result = super()._on_status_changed(old_statuses, by_setup=by_setup)
        # sudo: helpdesk.ticket - the user may have handed the ticket over
        if any(
            old_status == "open" and ticket.sudo().user_id
            for ticket, old_status in old_statuses.items()
        ):
            self._pull_later()
        return result

    @api.model
    def _on_assignee_changed(self, old_assignees):
        result = super()._on_assignee_changed(old_assignees)
        # sudo: helpdesk.ticket - the user may have handed the ticket over
        tickets = self.sudo().browse(ticket.id for ticket in old_assignees)
        # the new team has no such member
        dropped = tickets.filtered(lambda one: one.assigned_by and not one.user_id)
        if dropped:
            dropped.write({"assigned_by": False})
        if any(old_assignees.values()):
            self._pull_later()
        return result

    @api.model
    def _prepare_watched_values(self, vals):
        vals = super()._prepare_watched_values(vals)
        if "user_id" in vals and "assigned_by" not in vals:
            vals["assigned_by"] = "person" if vals["user_id"] else False
            vals["waits_for_agent"] = False
        return vals

    # ------------------------------------------------------------------
    # Assigning
    # ------------------------------------------------------------------

    def _assign_by_rules(self, moved=False):
        """Let the rules choose team and agent; tickets without rule stay as they are.

        :param bool moved: somebody has chosen the team: only rules of this team count
        """
        tickets = self.filtered(
            lambda ticket: ticket.active
            and ticket.status_category not in ENDED_CATEGORIES
        )
        if not tickets:
            return
        # sudo: helpdesk.assignment.rule - rules hold for everybody who creates or moves
        # a ticket
        Rule = self.env["helpdesk.assignment.rule"].sudo()
        tickets._apply_decisions(Rule._decide(tickets, moved))

    def _apply_decisions(self, decisions):
        """Write team and agent of tickets, and the decisions.

        :param dict decisions: ticket to the decision of a rule
        """
        self._write_decisions(decisions)
        # sudo: helpdesk.assignment - nobody else writes decisions
        self.env["helpdesk.assignment"].sudo().create(
            [
                {
                    "ticket_id": ticket.id,
                    "rule_id": decision.rule.id,
                    "team_id": decision.team.id,
                    "user_id": decision.user.id,
                    "method": decision.rule.method,
                    **decision.facts,
                }
                for ticket, decision in decisions.items()
            ]
        )

    def _write_decisions(self, decisions):
        """Write team and agent of tickets, with few writes."""
        groups = defaultdict(self.browse)
        for ticket, decision in decisions.items():
            outcome = decision.facts["outcome"]
            values = {"team_id": decision.team.id}
            if outcome != "team":
                values["user_id"] = decision.user.id
                values["assigned_by"] = "rule" if decision.user else False
                values["waits_for_agent"] = outcome == "queue"
            changes = {
                name: value
                for name, value in values.items()
                if ticket._fields[name].convert_to_write(ticket[name], ticket) != value
            }
            if "user_id" in changes:
                changes["assigned_by"] = values["assigned_by"]
            groups[tuple(changes.items())] += ticket
        for changes, tickets in groups.items():
            if changes:
                tickets.write(dict(changes))

    # ------------------------------------------------------------------
    # Tickets that wait for a free agent
    # ------------------------------------------------------------------

    @api.model
    def _get_waiting_for_agent_domain(self):
        return (
            Domain("waits_for_agent", "=", True)
            & Domain("user_id", "=", False)
            & Domain("status_category", "not in", ENDED_CATEGORIES)
        )

    @api.model
    def _pull_later(self):
        """An agent may be free now: let a scheduled action assign waiting tickets."""
        # sudo: helpdesk.ticket - only whether there are tickets that wait
        Ticket = self.sudo()
        if not Ticket.search_count(Ticket._get_waiting_for_agent_domain(), limit=1):
            return
        self.env["ir.cron"]._start_soon(
            "school_helpdesk_workflow.ir_cron_assign_waiting"
        )

    @api.model
    def _cron_assign_waiting(self):
        """Give tickets that wait for a free agent to those who are free now.

        It is also started when somebody ends a ticket, and runs regularly because
        nobody tells when an absence ends.
        """
        self._sweep(
            self._get_waiting_for_agent_domain(),
            lambda tickets: tickets._assign_waiting(),
            order="priority desc, id",
        )

    def _assign_waiting(self):
        """Ask the rules again, and keep the tickets waiting if nobody is free."""
        Rule = self.env["helpdesk.assignment.rule"]
        decisions = {
            ticket: decision
            for ticket, decision in Rule._decide(self, moved=True).items()
            if decision.facts["outcome"] == "agent"
        }
        self._apply_decisions(decisions)
