"""Escalation rules: what happens when a ticket is not taken care of.

A rule has criteria (``helpdesk_rule_mixin.py``), one trigger and any number of actions.
The trigger gives the moment at which the rule fires for a ticket: see ``_get_moments``.
``helpdesk_ticket_escalation.py`` keeps these moments, and carries out the actions.
"""

from datetime import datetime, time
from typing import NamedTuple

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from odoo.addons.rating.models.rating_data import RATING_LIMIT_MIN, RATING_LIMIT_OK
from odoo.addons.school_helpdesk_base.models.helpdesk_ticket_stage import (
    ENDED_CATEGORIES,
)
from odoo.addons.school_helpdesk_base.tools.moment import parse_local

from ..tools.duration import format_hours

#: The triggers; the first two are the targets of SLA clocks.
TRIGGERS = [
    ("first_response", "No first response"),
    ("resolution", "Not resolved"),
    ("unassigned", "Nobody is assigned"),
    ("no_movement", "Nothing happens"),
    ("reopened", "Reopened"),
    ("rated_bad", "Rated badly"),
]
CLOCK_TRIGGERS = ("first_response", "resolution")
HOUR_TRIGGERS = ("unassigned", "no_movement")
#: A rule that is valid from an earlier year, such as 0206, is valid for all tickets.
EARLIEST_YEAR = 1970
#: A rule that is valid from a later year does nothing: reading the calendar up to then
#: would take too long, or go beyond the last possible day.
MOST_YEARS_AHEAD = 10
#: More hours than four years have, after which no calendar is read.
MOST_HOURS = 4 * 366 * 24
#: The number of the setup for which the moments of tickets were computed.
VERSION_KEY = "school_helpdesk_workflow.escalations_version"


class Moment(NamedTuple):
    """When a rule fires for a ticket: some working hours after a start.

    ``round`` names what the rule fires for at most once. ``hours`` and ``count`` are
    for the reason that people read.
    """

    round: str
    start: datetime
    wait: float
    hours: float = 0.0
    count: int = 0


class HelpdeskEscalationRule(models.Model):
    _name = "helpdesk.escalation.rule"
    _inherit = ["helpdesk.rule.mixin"]
    _description = "Escalation Rule"

    trigger = fields.Selection(
        selection=TRIGGERS,
        string="When",
        required=True,
        default="resolution",
        help="What must not happen. The rule fires once for each ticket, and once more "
        "after the ticket is reopened.",
    )
    percent = fields.Integer(
        string="Share of the Time",
        default=100,
        help="In percent of the time that the SLA policy gives. 100 is the deadline, "
        "and more is after it.",
    )
    hours = fields.Float(
        string="Working Hours", default=4, help="Counted by the team's working hours."
    )
    count = fields.Integer(string="Times Reopened", default=2)
    active_since = fields.Datetime(
        readonly=True,
        copy=False,
        help="When the rule was switched on. Bad ratings from before do not count.",
    )
    # Actions
    raise_priority = fields.Selection(
        selection=[
            ("step", "One step"),
            ("1", "At least Normal"),
            ("2", "At least High"),
            ("3", "To Urgent"),
        ],
        help="The priority is never lowered.",
    )
    hand_to = fields.Selection(
        selection=[
            ("team", "Another team"),
            ("leader", "The leader of the team"),
            ("user", "A person"),
        ],
        string="Hand Over To",
    )
    hand_team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team",
        string="To Team",
        ondelete="restrict",
        check_company=True,
    )
    hand_user_id = fields.Many2one(
        comodel_name="res.users",
        string="To Person",
        ondelete="restrict",
        domain=[("share", "=", False)],
    )
    notify_assignee = fields.Boolean(string="Assignee")
    notify_leader = fields.Boolean(string="Leader of the team")
    notify_user_ids = fields.Many2many(
        comodel_name="res.users",
        relation="helpdesk_escalation_rule_notify_user_rel",
        string="Other People",
        domain=[("share", "=", False)],
    )
    add_tag_ids = fields.Many2many(
        comodel_name="helpdesk.ticket.tag",
        relation="helpdesk_escalation_rule_add_tag_rel",
        string="Add Tags",
    )
    activity_type_id = fields.Many2one(
        comodel_name="mail.activity.type",
        string="Plan an Activity",
        ondelete="restrict",
        domain="[('res_model', 'in', (False, 'helpdesk.ticket'))]",
    )
    activity_summary = fields.Char(string="What to Do", translate=True)
    activity_for = fields.Selection(
        selection=[("assignee", "Assignee"), ("leader", "Leader of the team")],
        default="leader",
        help="If there is nobody, the other one of the two gets the activity.",
    )
    # administrators alone may read server actions: see _get_server_actions
    server_action_id = fields.Many2one(
        comodel_name="ir.actions.server",
        ondelete="restrict",
        groups="base.group_system",
    )
    server_action = fields.Selection(
        selection="_get_server_actions",
        string="Run Action",
        compute="_compute_server_action",
        inverse="_inverse_server_action",
        compute_sudo=True,
        help="A server action for helpdesk tickets, which an administrator has made.",
    )
    trigger_text = fields.Char(string="Fires", compute="_compute_trigger_text")
    action_text = fields.Char(string="Does", compute="_compute_action_text")

    _percent_positive = models.Constraint(
        "CHECK (percent > 0 AND percent <= 1000)",
        "The share of the time must be between 1 % and 1000 %.",
    )
    _hours_positive = models.Constraint(
        # NaN is larger than every number
        f"CHECK (hours > 0 AND hours <= {MOST_HOURS})",
        f"The working hours must be more than 0 and not more than {MOST_HOURS}.",
    )
    _count_positive = models.Constraint(
        "CHECK (count > 0)", "A ticket must be reopened at least once."
    )

    # ------------------------------------------------------------------
    # Setup
    # ------------------------------------------------------------------

    @api.constrains("hand_to", "hand_team_id", "hand_user_id")
    def _check_hand_to(self):
        for rule in self:
            if (rule.hand_to == "team" and not rule.hand_team_id) or (
                rule.hand_to == "user" and not rule.hand_user_id
            ):
                raise ValidationError(
                    self.env._(
                        "Say to whom %(rule)s hands the ticket.", rule=rule.display_name
                    )
                )

    @api.model
    def _get_server_actions(self):
        """Return the server actions that the user may choose for a rule.

        Managers of the help desk may not read server actions, which contain code. They
        choose one of those that an administrator has made for tickets.
        """
        # sudo: ir.actions.server - only the names of actions for tickets
        actions = self.env["ir.actions.server"].sudo()
        actions = actions.search(
            Domain("model_name", "=", "helpdesk.ticket")
            & Domain("usage", "=", "ir_actions_server")
            & Domain("parent_id", "=", False)
        )
        groups = self.env.user.all_group_ids
        return [
            (str(action.id), action.name)
            for action in actions
            # an action for some groups cannot be used to get round these groups
            if self.env.su or not action.group_ids or action.group_ids & groups
        ]

    @api.depends("server_action_id")
    def _compute_server_action(self):
        for rule in self:
            action = rule.server_action_id
            rule.server_action = str(action.id) if action else False

    def _inverse_server_action(self):
        offered = dict(self._get_server_actions())
        for rule in self:
            if rule.server_action and rule.server_action not in offered:
                raise ValidationError(
                    self.env._("You may not use this action in a rule.")
                )
            # sudo: helpdesk.escalation.rule - one of the actions that are offered
            rule.sudo().server_action_id = int(rule.server_action or 0)

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules.filtered("active").active_since = fields.Datetime.now()
        return rules

    def write(self, vals):
        if vals.get("active"):
            switched_on = self.filtered(lambda rule: not rule.active)
            switched_on.active_since = fields.Datetime.now()
        return super().write(vals)

    def unlink(self):
        # the moments of a deleted rule never come; its past escalations are kept
        # sudo: helpdesk.ticket.escalation - they follow from the rules
        self.env["helpdesk.ticket.escalation"].sudo().search(
            [("rule_id", "in", self.ids), ("state", "=", "planned")]
        ).unlink()
        return super().unlink()

    @api.model
    def _get_planned_rules(self):
        """Return the rules that are valid today or later."""
        today = self._get_today()
        return self.browse(
            rule_id
            for rule_id, _first, last in self._get_rule_list()
            if not last or today <= last
        )

    @api.model
    @tools.ormcache()
    def _get_used_fields(self):
        """Return the names of the fields of tickets by which the rules choose."""
        # sudo: helpdesk.escalation.rule - only names of fields, for every user
        rules = self.sudo().browse(rule_id for rule_id, *_days in self._get_rule_list())
        return {
            condition.field_expr.split(".")[0]
            for rule in rules
            for condition in rule._get_kept_domain().iter_conditions()
        } - {"team_id"}  # a change of the team is an event of its own

    def _on_setup_changed(self):
        result = super()._on_setup_changed()
        self._plan_again_later()
        return result

    @api.model
    def _get_version(self):
        """Return the number of the present setup; it is one or more."""
        # sudo: ir.config_parameter - only a number
        parameters = self.env["ir.config_parameter"].sudo()
        return int(parameters.get_param(VERSION_KEY, 1))

    @api.model
    def _plan_again_later(self):
        """Let the scheduled action compute the moments of all open tickets again."""
        # sudo: ir.config_parameter - users who may change the setup may not write it
        parameters = self.env["ir.config_parameter"].sudo()
        if not self._get_rule_list():
            # the scheduled action removes what a rule had planned
            return
        parameters.set_param(VERSION_KEY, self._get_version() + 1)
        self.env["ir.cron"]._start_soon("school_helpdesk_workflow.ir_cron_escalate")

    # ------------------------------------------------------------------
    # When a rule fires
    # ------------------------------------------------------------------

    def _get_moments(self, tickets):
        """Return when this rule fires for tickets that have its criteria.

        Tickets for which it does not fire, as they are now, are left out.

        :return: dictionary of ticket to ``Moment``
        """
        self.ensure_one()
        get = getattr(self, f"_get_{self.trigger}_moments", self._get_clock_moments)
        moments = get(tickets.filtered(self._is_possible))
        if not self.date_from or self.date_from.year < EARLIEST_YEAR:
            return moments
        if self.date_from.year > self._get_today().year + MOST_YEARS_AHEAD:
            return {}
        midnight = datetime.combine(self.date_from, time.min).isoformat()
        first = parse_local(self.env, midnight)
        return {
            ticket: moment._replace(start=max(moment.start, first))
            for ticket, moment in moments.items()
        }

    def _is_possible(self, ticket):
        """Whether this rule can fire for a ticket with this status.

        Rules are for tickets that have not ended. A bad rating is the exception:
        requesters rate a ticket when it is resolved.
        """
        if self.trigger == "rated_bad":
            return ticket.active and ticket.status_category != "cancelled"
        return ticket.active and ticket.status_category not in ENDED_CATEGORIES

    def _get_clock_moments(self, tickets):
        moments = {}
        for ticket in tickets:
            clock = ticket._get_running_clock(self.trigger)
            if not clock:
                continue
            moments[ticket] = Moment(
                str(ticket.reopen_count),
                # the clock runs since then, and had used some of its time before
                clock.last_state_date,
                clock.hours * self.percent / 100 - clock.consumed_time,
                hours=clock.hours,
                count=self.percent,
            )
        return moments

    def _get_unassigned_moments(self, tickets):
        return {
            ticket: self._after_hours(ticket.unassigned_since or ticket.create_date)
            for ticket in tickets
            if not ticket.user_id
        }

    def _get_no_movement_moments(self, tickets):
        # while the requester must act, nothing happens on purpose; a wait with an end
        # wakes the ticket itself
        tickets = tickets.filtered(
            lambda ticket: ticket.status_category != "waiting"
            or (
                ticket.waiting_for not in (False, "requester") and not ticket.wait_until
            )
        )
        return {
            ticket: self._after_hours(moved)
            for ticket, moved in tickets._get_last_movements().items()
        }

    def _after_hours(self, start):
        # each start begins another round
        return Moment(fields.Datetime.to_string(start), start, self.hours, self.hours)

    def _get_reopened_moments(self, tickets):
        return {
            ticket: Moment(
                str(ticket.reopen_count),
                ticket.last_stage_update or ticket.create_date,
                0,
                count=ticket.reopen_count,
            )
            for ticket in tickets
            if ticket.reopen_count >= self.count
        }

    def _get_rated_bad_moments(self, tickets):
        # sudo: rating.rating - only when tickets were rated
        rated = self.env["rating.rating"].sudo()
        rated = rated._read_group(
            Domain("res_model", "=", "helpdesk.ticket")
            & Domain("res_id", "in", tickets.ids)
            & Domain("consumed", "=", True)
            & Domain("rating", ">=", RATING_LIMIT_MIN)
            & Domain("rating", "<", RATING_LIMIT_OK)
            & Domain("write_date", ">=", self.active_since or self.create_date),
            ["res_id"],
            ["write_date:min"],
        )
        dates = dict(rated)
        return {
            ticket: Moment(str(ticket.reopen_count), dates[ticket.id], 0)
            for ticket in tickets
            if ticket.id in dates
        }

    # ------------------------------------------------------------------
    # What a rule does
    # ------------------------------------------------------------------

    def _prepare_ticket_values(self, ticket):
        """Return the values that this rule gives to a ticket."""
        self.ensure_one()
        values = {}
        if self.raise_priority:
            old = int(ticket.priority or 0)
            step = self.raise_priority == "step"
            new = min(old + 1, 3) if step else int(self.raise_priority)
            if new > old:
                values["priority"] = str(new)
        if self.hand_to and not self._get_obstacle(ticket):
            name = "team_id" if self.hand_to == "team" else "user_id"
            receiver = self._get_receiver(ticket)
            if ticket[name] != receiver:
                values[name] = receiver.id
        if tags := self.add_tag_ids - ticket.tag_ids:
            values["tag_ids"] = [(4, tag.id) for tag in tags]
        return values

    def _get_receiver(self, ticket):
        """Return the team or the user to whom this rule hands a ticket."""
        if self.hand_to == "team":
            return self.hand_team_id
        return ticket.team_id.user_id if self.hand_to == "leader" else self.hand_user_id

    def _get_obstacle(self, ticket):
        """Return why this rule cannot hand a ticket over, or an empty text if it can.

        :return: a sentence in the language of the rule's environment
        """
        self.ensure_one()
        receiver = self._get_receiver(ticket)
        company = ticket.company_id
        name = receiver.display_name
        if self.hand_to == "leader" and not receiver:
            return self.env._(
                "%(teams)s has no leader.", teams=ticket.team_id.display_name or ""
            )
        if self.hand_to == "team":
            if not receiver.active:
                return self.env._(
                    "The team %(team)s is archived and gets no tickets.", team=name
                )
            if receiver.company_id and receiver.company_id != company:
                return self.env._(
                    "The team %(team)s belongs to another company.", team=name
                )
        else:
            if not receiver.active:
                return self.env._(
                    "%(agent)s does not work here any more.", agent=receiver.name
                )
            if company and company not in receiver.company_ids:
                return self.env._(
                    "%(agent)s belongs to another company.", agent=receiver.name
                )
        return ""

    def _get_notified_users(self, ticket):
        """Return the users whom this rule tells about an escalation."""
        self.ensure_one()
        users = self.notify_user_ids
        if self.notify_assignee:
            users |= ticket.user_id
        if self.notify_leader:
            users |= ticket.team_id.user_id
        return users.filtered("active")

    def _plan_activity(self, ticket):
        self.ensure_one()
        people = [
            user.filtered("active") for user in (ticket.user_id, ticket.team_id.user_id)
        ]
        if self.activity_for == "leader":
            people.reverse()
        ticket.activity_schedule(
            activity_type_id=self.activity_type_id.id,
            summary=self.activity_summary,
            user_id=(people[0] or people[1] or self.env.user).id,
        )

    def _run_server_action(self, ticket):
        self.ensure_one()
        self.server_action_id.with_context(
            active_model=ticket._name, active_id=ticket.id, active_ids=ticket.ids
        ).run()

    # ------------------------------------------------------------------
    # Texts
    # ------------------------------------------------------------------

    @api.model
    def _get_reason_text(self, trigger, percent, hours, count):
        """Return why a rule fires, in the language of the user.

        :param int percent: for a clock, the share of its time
        :param float hours: the clock's working hours, 0 if they are not known; or the
            rule's working hours
        :param int count: how often the ticket was reopened
        """
        if trigger in CLOCK_TRIGGERS:
            return self._get_clock_text(trigger, percent, hours)
        time_text = format_hours(self.env, hours)
        if trigger == "unassigned":
            return self.env._("unassigned for %(time)s of working time", time=time_text)
        if trigger == "no_movement":
            return self.env._(
                "nothing happened for %(time)s of working time", time=time_text
            )
        if trigger == "reopened":
            return self.env._("reopened %(count)s times", count=count)
        return self.env._("rated badly")

    @api.model
    def _get_clock_text(self, trigger, percent, hours):
        is_answer = trigger == "first_response"
        if not hours:
            if is_answer:
                return self.env._(
                    "no first response after %(percent)s %% of the time",
                    percent=percent,
                )
            return self.env._(
                "not resolved after %(percent)s %% of the time", percent=percent
            )
        time_text = format_hours(self.env, hours)
        if percent == 100:
            if is_answer:
                return self.env._("no first response within %(time)s", time=time_text)
            return self.env._("not resolved within %(time)s", time=time_text)
        if is_answer:
            return self.env._(
                "no first response after %(percent)s %% of %(time)s",
                percent=percent,
                time=time_text,
            )
        return self.env._(
            "not resolved after %(percent)s %% of %(time)s",
            percent=percent,
            time=time_text,
        )

    @api.depends("count", "hours", "percent", "trigger")
    @api.depends_context("lang")
    def _compute_trigger_text(self):
        for rule in self:
            hours = 0 if rule.trigger in CLOCK_TRIGGERS else rule.hours
            text = self._get_reason_text(rule.trigger, rule.percent, hours, rule.count)
            rule.trigger_text = text[:1].upper() + text[1:]

    @api.depends(
        "activity_summary",
        "activity_type_id",
        "add_tag_ids",
        "hand_team_id",
        "hand_to",
        "hand_user_id",
        "notify_assignee",
        "notify_leader",
        "notify_user_ids",
        "raise_priority",
        "server_action_id",
    )
    @api.depends_context("lang")
    def _compute_action_text(self):
        """Write the actions in one line: "Priority: To Urgent · Notify: Leader"."""
        names = ["hand_to", "raise_priority", "activity_type_id", "add_tag_ids"]
        names += ["notify_assignee", "notify_leader", "server_action"]
        described = self.fields_get(names, ["selection", "string"])
        for rule in self:
            # sudo: ir.actions.server - only the name of the action
            action_sudo = rule.sudo().server_action_id
            hand_to = rule.hand_team_id if rule.hand_to == "team" else rule.hand_user_id
            parts = [
                (
                    described["raise_priority"]["string"],
                    dict(described["raise_priority"]["selection"]).get(
                        rule.raise_priority
                    ),
                ),
                (
                    described["hand_to"]["string"],
                    rule.hand_to
                    and (
                        rule.hand_to == "leader"
                        and dict(described["hand_to"]["selection"])["leader"]
                        or hand_to.display_name
                    ),
                ),
                (self.env._("Notify"), ", ".join(rule._get_notified_names(described))),
                (
                    described["add_tag_ids"]["string"],
                    ", ".join(rule.add_tag_ids.mapped("display_name")),
                ),
                (
                    described["activity_type_id"]["string"],
                    rule.activity_type_id
                    and (rule.activity_summary or rule.activity_type_id.display_name),
                ),
                (described["server_action"]["string"], action_sudo.name),
            ]
            rule.action_text = " · ".join(
                f"{label}: {text}" for label, text in parts if text
            )

    def _get_notified_names(self, described):
        self.ensure_one()
        names = [
            described[name]["string"]
            for name in ("notify_assignee", "notify_leader")
            if self[name]
        ]
        # sudo: res.users - names, which every reader of the rule may know
        return names + self.sudo().notify_user_ids.mapped("name")
