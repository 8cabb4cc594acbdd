"""The daily overview of a team: when it is due, who gets it, and its figures.

Not Odoo's ``digest``: it knows one address list for all companies, no hour, no working
days and no teams, renders each mail for itself, and slows down for people who have not
signed in.
"""

from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.fields import Domain

from ..helpdesk_ticket_stage import ENDED_CATEGORIES

#: A ticket waits long after these days; the filter ``waiting_long`` has them, too.
LONG_DAYS = 7
#: How many of the newest tickets are listed.
NEWEST = 5
AGENT = "helpdesk_mgmt.group_helpdesk_user_own"


class HelpdeskTicketTeam(models.Model):
    _name = "helpdesk.ticket.team"
    _inherit = ["helpdesk.ticket.team", "helpdesk.sweep.mixin"]

    has_digest = fields.Boolean(
        string="Daily overview",
        help="On working days the members of the team get a mail with the numbers of "
        "open, due and waiting tickets. Each of them can switch it off.",
    )
    digest_hour = fields.Integer(
        string="Hour of the overview",
        default=7,
        required=True,
        help="The hour of the day, 0 to 23, in the time zone of the school.",
    )
    digest_date = fields.Date(readonly=True, copy=False)
    digest_due = fields.Datetime(
        string="Next overview",
        compute="_compute_digest_due",
        store=True,
        copy=False,
        index="btree_not_null",
    )

    _digest_hour_valid = models.Constraint(
        "CHECK (digest_hour >= 0 AND digest_hour < 24)",
        "The hour of the overview is between 0 and 23.",
    )

    # ------------------------------------------------------------------
    # When
    # ------------------------------------------------------------------

    @api.depends("has_digest", "digest_hour", "digest_date", "active")
    def _compute_digest_due(self):
        for team in self:
            # another hour is refused, but only after this
            is_on = team.has_digest and team.active and team.digest_hour in range(24)
            team.digest_due = is_on and team._get_next_digest()

    def _get_digest_zone(self):
        self.ensure_one()
        company = self.company_id or self.env.company
        # sudo: res.company - only its time zone
        return pytz.timezone(company.sudo().helpdesk_time_zone)

    def _get_next_digest(self):
        """Return the next moment (naive UTC) at which an overview may be due.

        Whether it is a working day is decided when it is due: holidays change.
        """
        self.ensure_one()
        zone = self._get_digest_zone()
        now = pytz.utc.localize(fields.Datetime.now())
        day = now.astimezone(zone).date()
        if self.digest_date:
            day = max(day, self.digest_date + timedelta(days=1))
        while True:
            moment = zone.localize(datetime.combine(day, time(self.digest_hour)))
            if moment > now:
                return moment.astimezone(pytz.utc).replace(tzinfo=None)
            day += timedelta(days=1)

    def _is_digest_day(self):
        """Whether the overview that is due belongs to today, a working day."""
        self.ensure_one()
        zone = self._get_digest_zone()
        today = pytz.utc.localize(fields.Datetime.now()).astimezone(zone).date()
        due = pytz.utc.localize(self.digest_due).astimezone(zone).date()
        if due != today:
            return False  # the server did not run: an old overview helps nobody
        calendar = self.resource_calendar_id
        if not calendar:
            return True
        start = zone.localize(datetime.combine(today, time.min))
        end = zone.localize(datetime.combine(today, time.max))
        return bool(list(calendar._work_intervals_batch(start, end)[False]))

    @api.model
    def _cron_send_digests(self):
        """Note the overviews that are due; called by a scheduled action.

        A team is locked while this is done, and then due on another day: two scheduled
        actions at the same time send one overview.
        """
        self._sweep(
            Domain("digest_due", "<=", fields.Datetime.now()),
            lambda teams: teams._note_digests(),
            order="digest_due, id",
        )

    def _note_digests(self):
        jobs = []
        open_teams = self.env["helpdesk.ticket"]._read_group(
            Domain("team_id", "in", self.ids)
            & Domain("status_category", "not in", ENDED_CATEGORIES),
            ["team_id"],
        )
        open_teams = {team for (team,) in open_teams}
        for team in self:
            if team in open_teams and team._is_digest_day():
                jobs += [
                    {
                        "event": "digest",
                        "audience": "agents",
                        "digest_team_id": team.id,
                        "partner_id": partner.id,
                    }
                    for partner in team._get_digest_readers().partner_id
                ]
            due = pytz.utc.localize(team.digest_due).astimezone(team._get_digest_zone())
            team.digest_date = due.date()
        if jobs:
            self.env["helpdesk.notification"].create(jobs)._start_delivery()

    def _get_digest_readers(self):
        """Return the members who work on tickets and have not switched it off."""
        self.ensure_one()
        rule = self.env.ref("school_helpdesk_base.notification_rule_digest_agents")
        return self.user_ids.filtered(
            lambda user: user.active
            and not user.share
            and user.email
            and rule not in user.helpdesk_muted_rule_ids
            and user.has_group(AGENT)
        )

    # ------------------------------------------------------------------
    # What
    # ------------------------------------------------------------------

    @api.model
    def _get_digest_scope(self, partner):
        """Return whose access rights limit the figures; empty for a whole team."""
        user = partner.user_ids.filtered(lambda user: not user.share)[:1]
        if user.has_group("helpdesk_mgmt.group_helpdesk_user_team"):
            return user.browse()
        return user

    @api.model
    def _get_digest_lines(self):
        """Return the lines of the overview: label, action, domain, and its urgency.

        The action's path shows the same tickets.
        """
        now = fields.Datetime.now()
        tomorrow = datetime.combine(
            pytz.utc.localize(now).astimezone(self._get_digest_zone()).date()
            + timedelta(days=1),
            time.min,
        )
        tomorrow = (
            self._get_digest_zone()
            .localize(tomorrow)
            .astimezone(pytz.utc)
            .replace(tzinfo=None)
        )
        is_open = Domain("status_category", "not in", ENDED_CATEGORIES)
        long = Domain("waiting_since", "<=", now - timedelta(days=LONG_DAYS))
        return [
            (
                lambda env: env._("Overdue"),
                "helpdesk-team-overdue",
                is_open & Domain("next_due", "<", now),
                True,
            ),
            (
                lambda env: env._("Due today"),
                "helpdesk-team-due-today",
                is_open
                & Domain("next_due", ">=", now)
                & Domain("next_due", "<", tomorrow),
                False,
            ),
            (
                lambda env: env._("Unassigned"),
                "helpdesk-team-unassigned",
                is_open & Domain("user_id", "=", False),
                False,
            ),
            (
                lambda env: env._("Waiting for more than a week"),
                "helpdesk-team-waiting-long",
                Domain("status_category", "=", "waiting") & long,
                False,
            ),
            (
                lambda env: env._("All open"),
                "helpdesk-team-open",
                is_open,
                False,
            ),
        ]

    def _get_digest(self, reader):
        """Return the figures of each team.

        :param reader: the user whose access rights limit them; empty for none
        :return: team to a dictionary with ``counts`` and ``newest`` (tickets)
        """
        Ticket = self.env["helpdesk.ticket"]
        if reader:
            Ticket = Ticket.with_user(reader).with_context(
                allowed_company_ids=reader.company_ids.ids
            )
        digests = {}
        for team in self:
            mine = Domain("team_id", "=", team.id)
            lines = team._get_digest_lines()
            digests[team] = {
                "counts": [
                    {
                        "label": label,
                        "path": path,
                        "count": Ticket.search_count(mine & domain),
                        "is_urgent": is_urgent,
                    }
                    for label, path, domain, is_urgent in lines
                ],
                "newest": Ticket.search(
                    mine & Domain("status_category", "not in", ENDED_CATEGORIES),
                    order="create_date desc, id desc",
                    limit=NEWEST,
                ).sudo(),  # sudo: helpdesk.ticket - found with the reader's access
            }
        return digests
