"""One page that shows how tickets find their way: teams, people, rules, hours.

The page only shows; each part opens the record or the list where it is changed.
"""

from collections import defaultdict
from datetime import timedelta

import pytz
from babel.dates import format_date, get_day_names

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import babel_locale_parse, get_lang

#: How many of the next holidays are shown.
NEXT_HOLIDAYS = 6


class HelpdeskSetupPage(models.TransientModel):
    _name = "helpdesk.setup.page"
    _description = "How Tickets Find Their Way"

    team_ids = fields.Many2many(
        comodel_name="helpdesk.ticket.team", string="Teams", compute="_compute_setup"
    )
    member_ids = fields.Many2many(
        comodel_name="helpdesk.team.member", string="Members", compute="_compute_setup"
    )
    assignment_rule_ids = fields.Many2many(
        comodel_name="helpdesk.assignment.rule", compute="_compute_setup"
    )
    escalation_rule_ids = fields.Many2many(
        comodel_name="helpdesk.escalation.rule", compute="_compute_setup"
    )
    policy_ids = fields.Many2many(comodel_name="helpdesk.sla", compute="_compute_setup")
    calendar_ids = fields.Many2many(
        comodel_name="resource.calendar", compute="_compute_setup"
    )
    assignment_off_count = fields.Integer(compute="_compute_setup")
    escalation_off_count = fields.Integer(compute="_compute_setup")
    hours_text = fields.Text(string="Working Hours", compute="_compute_hours_text")
    holidays_text = fields.Text(
        string="Next Holidays", compute="_compute_holidays_text"
    )

    @api.model
    def action_open(self):
        """Return the action that shows the page."""
        page = self.create({})
        return {
            "type": "ir.actions.act_window",
            "name": page.display_name,
            "res_model": self._name,
            "res_id": page.id,
            "view_mode": "form",
        }

    def _compute_display_name(self):
        self.display_name = self.env._("How tickets find their way")

    def _compute_setup(self):
        """Show what the user may read."""
        Team = self.env["helpdesk.ticket.team"]
        teams = Team.search([("active", "=", True)])
        # sudo: helpdesk.ticket.team - which working hours are shown
        calendars = teams.sudo().resource_calendar_id
        assignment = self._get_rules("helpdesk.assignment.rule")
        escalation = self._get_rules("helpdesk.escalation.rule")
        for page in self:
            page.team_ids = teams
            page.member_ids = self.env["helpdesk.team.member"].search(
                [("team_id", "in", teams.ids), ("user_id.active", "=", True)]
            )
            page.assignment_rule_ids = assignment.filtered("active")
            page.assignment_off_count = len(assignment) - len(page.assignment_rule_ids)
            page.escalation_rule_ids = escalation.filtered("active")
            page.escalation_off_count = len(escalation) - len(page.escalation_rule_ids)
            page.policy_ids = self.env["helpdesk.sla"].search([("active", "=", True)])
            page.calendar_ids = calendars.with_env(self.env)

    @api.model
    def _get_rules(self, model):
        return self.env[model].search([("active", "in", (True, False))])

    @api.depends("calendar_ids")
    @api.depends_context("lang")
    def _compute_hours_text(self):
        for page in self:
            # sudo: resource.calendar - the working hours of the teams
            page.hours_text = "\n\n".join(
                f"{calendar.name}\n{self._get_hours_text(calendar)}"
                for calendar in page.calendar_ids.sudo()
            )

    @api.model
    def _get_hours_text(self, calendar):
        """Write working hours: "Monday – Friday: 08:00 – 12:00, 13:00 – 16:30"."""
        locale = babel_locale_parse(get_lang(self.env).code)
        names = get_day_names("wide", locale=locale)
        hours = defaultdict(list)
        for line in calendar.attendance_ids.sorted(
            lambda line: (line.dayofweek, line.hour_from)
        ):
            if line.day_period == "lunch":
                continue
            span = f"{_to_time(line.hour_from)} – {_to_time(line.hour_to)}"
            if span not in hours[int(line.dayofweek)]:
                hours[int(line.dayofweek)].append(span)
        groups = []
        for day in sorted(hours):
            if groups and groups[-1][1] == day - 1 and groups[-1][2] == hours[day]:
                groups[-1][1] = day
            else:
                groups.append([day, day, hours[day]])
        if not groups:
            return self.env._("No working hours")
        return "\n".join(
            f"{names[first]}{f' – {names[last]}' if last > first else ''}: "
            f"{', '.join(spans)}"
            for first, last, spans in groups
        )

    @api.depends("calendar_ids")
    @api.depends_context("lang")
    def _compute_holidays_text(self):
        for page in self:
            page.holidays_text = "\n".join(self._get_holidays(page.calendar_ids))

    @api.model
    def _get_holidays(self, calendars):
        """Return the next holidays of working hours, each one once."""
        now = fields.Datetime.now()
        # sudo: resource.calendar.leaves - holidays for everybody, not absences
        leaves = self.env["resource.calendar.leaves"].sudo()
        leaves = leaves.search(
            Domain("resource_id", "=", False)
            & Domain("time_type", "=", "leave")
            & Domain("date_to", ">=", now)
            & Domain("calendar_id", "in", [False, *calendars.ids])
            & Domain("company_id", "in", [False, *self.env.companies.ids]),
            order="date_from, id",
            limit=NEXT_HOLIDAYS * max(len(calendars), 1),
        )
        locale = babel_locale_parse(get_lang(self.env).code)
        # sudo: res.company - only the time zone, for every agent
        zone = pytz.timezone(self.env.company.sudo().helpdesk_time_zone)

        def to_day(moment):
            local = pytz.utc.localize(moment).astimezone(zone)
            return format_date(local.date(), format="medium", locale=locale)

        lines = []
        for leave in leaves:
            days = dict.fromkeys(
                (
                    to_day(leave.date_from),
                    to_day(leave.date_to - timedelta(seconds=1)),
                )
            )
            name = leave.name or self.env._("Holiday")
            lines.append(f"{' – '.join(days)}: {name}")
        return list(dict.fromkeys(lines))[:NEXT_HOLIDAYS]


def _to_time(hour):
    minutes = round(hour * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
