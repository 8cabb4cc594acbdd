"""The SLA clocks of a team: refreshing them, counting tickets, and setup errors.

Also: how assignment rules treat the team.
"""

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.school_helpdesk_base.models.helpdesk_ticket.ticket import DESK_ONLY
from odoo.addons.school_helpdesk_base.models.helpdesk_ticket_stage import (
    ENDED_CATEGORIES,
)


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    clocks_version = fields.Integer(
        readonly=True,
        copy=False,
        help="Changes whenever the policies or the working hours of the team change. "
        "The SLA clocks of tickets with another version are computed again.",
    )
    sla_problem = fields.Char(
        compute="_compute_sla_problem",
        compute_sudo=True,
        help="Why the tickets of this team get no SLA clocks.",
    )

    at_risk_count = fields.Integer(
        string="Tickets at Risk",
        compute="_compute_due_counts",
        compute_sudo=False,
        groups=DESK_ONLY,
    )
    overdue_count = fields.Integer(
        string="Overdue Tickets",
        compute="_compute_due_counts",
        compute_sudo=False,
        groups=DESK_ONLY,
    )

    member_ids = fields.One2many(
        comodel_name="helpdesk.team.member",
        inverse_name="team_id",
        string="Work of Members",
        groups=DESK_ONLY,
    )
    when_full = fields.Selection(
        selection=[
            ("queue", "Wait in the queue"),
            ("leader", "Go to the team leader"),
        ],
        string="When Nobody Is Free",
        default="queue",
        required=True,
        tracking=True,
        help="What happens to tickets for which rules find no agent, because all are "
        "absent or have enough to do.",
    )
    assign_in_hours = fields.Boolean(
        string="Only in Working Hours",
        default=True,
        tracking=True,
        help="Rules pass over agents outside their own working hours, and on holidays. "
        "Agents for whom no working hours are known always count as present.",
    )

    def _compute_due_counts(self):
        """Count the tickets that the user may read."""
        Ticket = self.env["helpdesk.ticket"]
        now = fields.Datetime.now()
        open_tickets = Domain("team_id", "in", self.ids) & Domain(
            "status_category", "not in", ENDED_CATEGORIES
        )
        overdue = Domain("next_due", "<", now)
        at_risk = Domain("next_warn", "<=", now) & Domain("next_due", ">=", now)
        for name, domain in (("overdue_count", overdue), ("at_risk_count", at_risk)):
            counts = dict(
                Ticket._read_group(open_tickets & domain, ["team_id"], ["__count"])
            )
            for team in self:
                team[name] = counts.get(team, 0)

    @api.model_create_multi
    def create(self, vals_list):
        teams = super().create(vals_list)
        self.env["helpdesk.team.member"]._sync_members(teams)
        return teams

    def write(self, vals):
        result = super().write(vals)
        if "user_ids" in vals:
            self.env["helpdesk.team.member"]._sync_members(self)
        if not {"active", "company_id"}.isdisjoint(vals):
            # the rules keep which tickets fit
            self.env.registry.clear_cache()
        if not {"assign_in_hours", "user_ids"}.isdisjoint(vals):
            self.env["helpdesk.ticket"]._pull_later()
        if not {"resource_calendar_id", "use_sla"}.isdisjoint(vals):
            self._refresh_clocks_later()
        if "resource_calendar_id" in vals:
            self.env["helpdesk.escalation.rule"]._plan_again_later()
        return result

    def _refresh_clocks_later(self):
        """Let a scheduled action compute the clocks of the open tickets again."""
        # sudo: helpdesk.ticket.team - clocks follow from setup that others may change
        for team in self.sudo():
            team.clocks_version += 1
        if self:
            self.env["ir.cron"]._start_soon(
                "school_helpdesk_workflow.ir_cron_refresh_clocks"
            )

    @api.depends("resource_calendar_id.attendance_ids", "use_sla")
    @api.depends_context("lang")
    def _compute_sla_problem(self):
        for team in self:
            problem = False
            if team.use_sla and not team.resource_calendar_id:
                problem = self.env._(
                    "The team has no working hours: its tickets get no SLA clocks."
                )
            elif team.use_sla and not team.resource_calendar_id.attendance_ids:
                problem = self.env._(
                    "The working hours of the team are empty: its tickets get no SLA "
                    "clocks."
                )
            team.sla_problem = problem
