"""Members of a team: what they can do, how much they take, and whether they are there.

OCA's list of the team's users says who is a member. Each of them gets a record here.
"""

from collections import defaultdict

import pytz

from odoo import api, fields, models, tools
from odoo.fields import Domain

PRIORITY_WEIGHTS = {
    "0": "helpdesk_weight_low",
    "1": "helpdesk_weight_normal",
    "2": "helpdesk_weight_high",
    "3": "helpdesk_weight_urgent",
}


class HelpdeskTeamMember(models.Model):
    _name = "helpdesk.team.member"
    _inherit = ["helpdesk.change.log.mixin", "helpdesk.kept.mixin"]
    _description = "Team Member"
    _rec_name = "user_id"
    _order = "team_id, sequence, id"

    team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Agent",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="team_id.company_id", store=True)
    sequence = fields.Integer(
        default=10, help="The order in which agents get tickets in turn."
    )
    category_ids = fields.Many2many(
        comodel_name="helpdesk.ticket.category",
        string="Skills",
        help="Rules give the agent only tickets of these categories and of those below "
        "them. Leave empty for every category. If nobody in the team has the skill for "
        "a ticket, everybody may get it.",
    )
    cap = fields.Integer(
        string="At Most",
        default=0,
        help="Rules give the agent no further ticket when the open tickets, weighted "
        "by priority, have reached this number. 0 means no limit.",
    )
    share = fields.Float(
        default=1.0,
        help="How much work the agent takes, compared with the others: 0.5 for "
        "somebody who works half the time. For rules that look for the least loaded.",
    )
    paused = fields.Boolean(string="On Break", help="Rules give the agent no tickets.")
    pause_reason = fields.Char(string="Why", help="For example: exams, training.")
    pause_until = fields.Datetime(
        string="Until", help="From then on, rules give the agent tickets again."
    )
    open_count = fields.Integer(
        string="Open Tickets", compute="_compute_load", compute_sudo=True
    )
    load = fields.Float(
        compute="_compute_load",
        compute_sudo=True,
        help="Open tickets whose time counts, weighted by priority. The weights are in "
        "the settings.",
    )
    load_text = fields.Char(string="Open Now", compute="_compute_load_text")
    absence = fields.Char(
        string="Now",
        compute="_compute_absence",
        compute_sudo=True,
        help="Why rules give the agent no tickets now.",
    )

    _team_user_uniq = models.UniqueIndex(
        "(team_id, user_id)", "The user is a member of this team already."
    )
    _numbers_positive = models.Constraint(
        # NaN is larger than every number
        "CHECK (cap >= 0 AND share > 0 AND share <= 100)",
        "The limit cannot be negative, and the share must be more than 0 and not more "
        "than 100.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        # the log of the team says it
        members = (
            super(HelpdeskTeamMember, self.with_context(mail_create_nolog=True))
            .create(vals_list)
            .with_env(self.env)
        )
        for member in members:
            member._message_log(
                body=self.env._(
                    "%(agent)s is now a member.", agent=member._get_agent_name()
                )
            )
        return members

    def write(self, vals):
        result = super().write(vals)
        self.env["helpdesk.ticket"]._pull_later()
        return result

    @api.model
    def _sync_members(self, teams):
        """Create and delete members, so that they are the users of the teams."""
        # sudo: helpdesk.team.member - follows the users of a team, which the user may
        # change
        Member = self.sudo().with_context(active_test=False)
        known = Member.search([("team_id", "in", teams.ids)])
        wanted = {
            (team.id, user.id)
            for team in teams.sudo().with_context(active_test=False)
            for user in team.user_ids
        }
        surplus = known.filtered(
            lambda one: (one.team_id.id, one.user_id.id) not in wanted
        )
        wanted -= {(one.team_id.id, one.user_id.id) for one in known}
        surplus.unlink()
        if wanted:
            Member.create(
                [
                    {"team_id": team_id, "user_id": user_id}
                    for team_id, user_id in sorted(wanted)
                ]
            )

    # ------------------------------------------------------------------
    # Log
    # ------------------------------------------------------------------

    def _log_deletion(self):
        for member in self:
            member._message_log(
                body=self.env._(
                    "%(agent)s is no longer a member.", agent=member._get_agent_name()
                )
            )

    def _track_get_default_log_message(self, tracked_fields):
        return self._get_agent_name()

    def _get_agent_name(self):
        # sudo: res.users - only the name
        return self.sudo().user_id.name

    def _message_log(self, **kwargs):
        # members have no page of their own: people look at the log of the team
        # sudo: helpdesk.ticket.team - only its log
        return self.team_id.sudo()._message_log(**kwargs)

    # ------------------------------------------------------------------
    # Load
    # ------------------------------------------------------------------

    @api.depends("user_id")
    def _compute_load(self):
        loads = self._get_loads(self.user_id)
        for member in self:
            member.open_count, member.load = loads[member.user_id.id]

    @api.depends("cap", "load", "open_count")
    @api.depends_context("lang")
    def _compute_load_text(self):
        """Write how much the agent has to do: "3 open of 10"."""
        for member in self:
            values = {
                "count": member.open_count,
                "load": f"{member.load:g}",
                "cap": member.cap,
            }
            if not member.cap:
                text = self.env._("%(count)s open", **values)
            elif member.load != member.open_count:
                text = self.env._("%(count)s open, load %(load)s of %(cap)s", **values)
            else:
                text = self.env._("%(count)s open of %(cap)s", **values)
            member.load_text = text

    def action_open_team(self):
        """Return the action that shows the team, where its members are set up."""
        self.ensure_one()
        return self.team_id.get_formview_action()

    @api.model
    def _get_load_domain(self, users):
        """Return the domain of the tickets that keep agents busy.

        These are the tickets whose time counts: open ones, and waiting ones with a
        policy whose clock does not pause. A ticket that waits for its requester frees
        a place.
        """
        return Domain("user_id", "in", users.ids) & (
            Domain("status_category", "=", "open")
            | Domain("status_category", "=", "waiting")
            & Domain("ticket_sla_ids", "any", [("is_running", "=", True)])
        )

    @api.model
    def _get_weight(self, priority, company):
        """Return how much a ticket counts for the load of its agent."""
        return company[PRIORITY_WEIGHTS[priority]] if priority else 1.0

    @api.model
    def _get_loads(self, users):
        """Return the open tickets of agents.

        :param users: with ``sudo()``, because all tickets count
        :return: dictionary of user id to a list of number and weighted number
        """
        loads = {user_id: [0, 0.0] for user_id in users.ids}
        Ticket = users.env["helpdesk.ticket"]
        for user, priority, company, count in Ticket._read_group(
            self._get_load_domain(users),
            ["user_id", "priority", "company_id"],
            ["__count"],
        ):
            loads[user.id][0] += count
            loads[user.id][1] += count * self._get_weight(priority, company)
        return loads

    @tools.ormcache("self.id")
    def _get_skills(self):
        """Return the ids of the categories of the skills and of those below them."""
        # archived ones, too: without them, the agent would get every category
        skills = self.with_context(active_test=False).category_ids
        if not skills:
            return frozenset()
        below = skills.search([("id", "child_of", skills.ids)])
        return frozenset(below.ids)

    # ------------------------------------------------------------------
    # Absence
    # ------------------------------------------------------------------

    @api.depends(
        "paused",
        "pause_until",
        "pause_reason",
        "team_id.assign_in_hours",
        "user_id.out_of_office_from",
        "user_id.out_of_office_to",
    )
    @api.depends_context("lang")
    def _compute_absence(self):
        labels = {
            "office": self.env._("Out of office"),
            "leave": self.env._("On leave"),
            "hours": self.env._("Outside working hours"),
        }
        absences = self._get_absences()
        for member in self:
            kind = absences.get(member)
            if kind == "paused":
                member.absence = member.pause_reason or self.env._("On a break")
            else:
                member.absence = labels.get(kind)

    def _get_absences(self):
        """Return why members get no tickets now; those who do are missing.

        Working hours and leaves are read once for all members.

        :return: dictionary of member to "paused", "office", "leave" or "hours"
        """
        now = fields.Datetime.now()
        # sudo: res.users, resource.resource - whether somebody is there, and no more
        members = self.sudo()
        result = {}
        for member in members:
            if member.paused and not (member.pause_until and member.pause_until <= now):
                result[member] = "paused"
            elif member.user_id.is_out_of_office:
                result[member] = "office"
        asked = members.filtered(lambda member: member not in result)
        resources = (
            self.env["resource.resource"]
            .sudo()
            .search([("user_id", "in", asked.user_id.ids)])
        )
        if not resources:
            return {member.with_env(self.env): kind for member, kind in result.items()}
        by_user = resources.grouped("user_id")
        on_leave = self._get_resources_on_leave(resources, now)
        in_hours = asked.filtered("team_id.assign_in_hours")
        at_work = self._get_resources_at_work(
            resources.filtered(lambda one: one.user_id in in_hours.user_id), now
        )
        for member in asked:
            own = by_user.get(member.user_id, resources.browse())
            if own & on_leave:
                result[member] = "leave"
            elif own and member in in_hours and not own & at_work:
                result[member] = "hours"
        return {member.with_env(self.env): kind for member, kind in result.items()}

    @api.model
    def _get_resources_on_leave(self, resources, now):
        leaves = resources.env["resource.calendar.leaves"].search(
            [
                ("resource_id", "in", resources.ids),
                ("time_type", "=", "leave"),
                ("date_from", "<=", now),
                ("date_to", ">=", now),
            ]
        )
        return leaves.resource_id

    @api.model
    def _get_resources_at_work(self, resources, now):
        """Return the resources whose working hours it is; holidays do not count."""
        start = now.replace(tzinfo=pytz.UTC)
        end = start.replace(microsecond=999999)
        at_work = resources.filtered(lambda one: not one.calendar_id)
        by_calendar = defaultdict(resources.browse)
        for resource in resources - at_work:
            by_calendar[resource.calendar_id] += resource
        for calendar, same in by_calendar.items():
            domain = [("time_type", "=", "leave")]
            if calendar.company_id:
                # a superuser also finds the holidays of other companies
                domain.append(("company_id", "in", [False, calendar.company_id.id]))
            intervals = calendar._work_intervals_batch(start, end, same, domain=domain)
            at_work += same.filtered(lambda one, found=intervals: found[one.id])
        return at_work
