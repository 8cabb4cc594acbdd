"""The weekly report: the figures of the desk by mail, for its managers.

It is a digest of Odoo with a few differences: it comes on Monday morning, it is never
sent less often, its recipients are the managers of the desk, and the page for printing
is attached. Its columns are whole weeks, and not the last 7 and 30 days.
"""

from datetime import datetime, time, timedelta

import pytz

from odoo import Command, api, fields, models
from odoo.fields import Domain

from ..tools.period import FIGURES
from .helpdesk_period_report import MANAGER

#: The hour of the day at which the report is sent, in the school's time zone.
HOUR = 6
#: Weeks of the two columns.
COLUMNS = (1, 4)
#: The figures of a digest depend on its period and on who reads them.
VALUE = {
    "compute": "_compute_kpi_helpdesk_values",
    "compute_sudo": False,
}


class DigestDigest(models.Model):
    _inherit = "digest.digest"

    is_helpdesk_report = fields.Boolean(
        string="Weekly Report of the Help Desk", readonly=True, copy=False
    )
    helpdesk_left_user_ids = fields.Many2many(
        comodel_name="res.users",
        relation="digest_helpdesk_left_users_rel",
        string="Managers without the report",
        groups="base.group_erp_manager",
        copy=False,
        help="Managers of the help desk who do not want the weekly report.",
    )
    kpi_helpdesk_created = fields.Boolean(string="Tickets Created")
    kpi_helpdesk_created_value = fields.Integer(**VALUE)
    kpi_helpdesk_resolved = fields.Boolean(string="Tickets Resolved")
    kpi_helpdesk_resolved_value = fields.Integer(**VALUE)
    kpi_helpdesk_backlog = fields.Boolean(string="Tickets Still Open")
    kpi_helpdesk_backlog_value = fields.Integer(**VALUE)
    kpi_helpdesk_first_response_median = fields.Boolean(
        string="First Response, Median (Working Hours)"
    )
    kpi_helpdesk_first_response_median_value = fields.Float(**VALUE)
    kpi_helpdesk_resolution_median = fields.Boolean(
        string="Resolution, Median (Working Hours)"
    )
    kpi_helpdesk_resolution_median_value = fields.Float(**VALUE)
    kpi_helpdesk_sla_first_response_rate = fields.Boolean(
        string="First Response in Time"
    )
    kpi_helpdesk_sla_first_response_rate_value = fields.Float(**VALUE)
    kpi_helpdesk_sla_resolution_rate = fields.Boolean(string="Resolution in Time")
    kpi_helpdesk_sla_resolution_rate_value = fields.Float(**VALUE)
    kpi_helpdesk_reopened_rate = fields.Boolean(string="Reopened")
    kpi_helpdesk_reopened_rate_value = fields.Float(**VALUE)
    kpi_helpdesk_first_contact_rate = fields.Boolean(string="Solved at First Contact")
    kpi_helpdesk_first_contact_rate_value = fields.Float(**VALUE)
    kpi_helpdesk_rating_average = fields.Boolean(string="Satisfaction (1 to 5)")
    kpi_helpdesk_rating_average_value = fields.Float(**VALUE)

    _helpdesk_report_is_weekly = models.Constraint(
        "CHECK (is_helpdesk_report IS NOT TRUE OR periodicity = 'weekly')",
        "The weekly report of the help desk can only be sent weekly.",
    )

    # ------------------------------------------------------------------
    # Figures
    # ------------------------------------------------------------------

    @api.depends_context(
        "start_datetime", "end_datetime", "uid", "company", "allowed_company_ids"
    )
    def _compute_kpi_helpdesk_values(self):
        self.env["helpdesk.period.report"]._check_manager()
        start, end, _companies = self._get_kpi_compute_parameters()
        figures = {}
        if start and end:
            figures = self._get_helpdesk_figures(start, end)
        for digest in self:
            for name, figure in FIGURES.items():
                value = figures.get(name) or 0
                if figure.kind == "rate":
                    value *= 100
                digest[f"kpi_helpdesk_{name}_value"] = value

    @api.model
    def _get_helpdesk_figures(self, start, end):
        return self.env["helpdesk.period.figures"].get_figures(
            *map(fields.Datetime.to_datetime, (start, end))
        )

    def _compute_kpis(self, company, user):
        """Write the figures as in the printed report, and say which trend is good."""
        # count the company of the reader only, and not those of the sender
        alone = self.with_context(allowed_company_ids=company.ids)
        kpis = super(DigestDigest, alone)._compute_kpis(company, user)
        own = {f"kpi_helpdesk_{name}": name for name in FIGURES}
        rows = [kpi for kpi in kpis if kpi["kpi_name"] in own]
        if not rows:
            return kpis
        reader = alone.with_user(user)
        Report = reader.env["helpdesk.period.report"]
        for number, (_name, periods) in enumerate(self._compute_timeframes(company)):
            now, then = (
                reader._get_helpdesk_figures(*map(_to_naive, period))
                for period in periods
            )
            for kpi in rows:
                name = own[kpi["kpi_name"]]
                column = kpi[f"kpi_col{number + 1}"]
                arrow, is_better = FIGURES[name].judge(now[name], then[name])
                column["value"] = Report._format_figure(name, now[name])
                # the trend is shown by our own part of the template
                column["margin"] = 0
                kpi.setdefault("helpdesk_trends", {})[column["col_subtitle"]] = {
                    "arrow": arrow,
                    "before": Report._format_figure(name, then[name]),
                    "is_better": is_better,
                }
        return kpis

    def _compute_timeframes(self, company):
        if not self.is_helpdesk_report:
            return super()._compute_timeframes(company)
        Figures = self._get_helpdesk_days(company)
        _first, last = Figures.get_last_week()
        frames = []
        for weeks, title in zip(
            COLUMNS,
            (self.env._("Last week"), self.env._("Last 4 weeks")),
            strict=True,
        ):
            days = timedelta(days=7 * weeks)
            first = last - days + timedelta(days=1)
            frames.append(
                (
                    title,
                    (
                        Figures.get_bounds(first, last),
                        Figures.get_bounds(first - days, last - days),
                    ),
                )
            )
        return frames

    def _compute_kpis_actions(self, company, user):
        actions = super()._compute_kpis_actions(company, user)
        menu = self.env.ref("helpdesk_mgmt.helpdesk_ticket_main_menu").id
        for name in FIGURES:
            action = {
                "backlog": "helpdesk_backlog_report_action",
                "rating_average": "helpdesk_ticket_action_satisfaction",
                "sla_first_response_rate": "helpdesk_clock_report_action",
                "sla_resolution_rate": "helpdesk_clock_report_action",
            }.get(name, "helpdesk_ticket_action_report")
            actions[f"kpi_helpdesk_{name}"] = (
                f"school_helpdesk_report.{action}?menu_id={menu}"
            )
        return actions

    def _compute_tips(self, company, user, tips_count=1, consumed=True):
        if self.is_helpdesk_report:
            return []  # they are about Odoo, and not about the desk
        return super()._compute_tips(company, user, tips_count, consumed)

    def _compute_preferences(self, company, user):
        preferences = super()._compute_preferences(company, user)
        if not self.is_helpdesk_report:
            return preferences
        text = self.env._(
            "The same figures are attached as a page for printing, with charts and the "
            "oldest open tickets."
        )
        return [text, *preferences]

    # ------------------------------------------------------------------
    # When it is sent
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        digests = super().create(vals_list)
        digests._update_helpdesk_recipients()
        digests._wake_helpdesk_report()
        return digests

    def write(self, vals):
        before = {digest: digest.user_ids for digest in self._get_helpdesk_reports()}
        result = super().write(vals)
        if "user_ids" in vals:
            for digest, users in before.items():
                digest._note_helpdesk_leavers(users)
        if vals.keys() & {"next_run_date", "state"}:
            self._wake_helpdesk_report()
        return result

    def _get_helpdesk_reports(self):
        return self.filtered("is_helpdesk_report")

    def _compute_kpi_mail_message_total_value(self):
        """Count messages without checking the access to each of them.

        Odoo reads all messages of the month to check them: more than a minute for each
        reader of its daily digest, if there are 100,000 tickets. Meanwhile, nobody
        sends the mails of the desk.
        """
        # sudo: mail.message - only their number
        return super(DigestDigest, self.sudo())._compute_kpi_mail_message_total_value()

    def _wake_helpdesk_report(self):
        """Start the scheduled action on the next Monday morning."""
        Cron = self.env["ir.cron"]
        for digest in self._get_helpdesk_reports():
            if digest.next_run_date and digest.state == "activated":
                moment = digest._get_helpdesk_moment(digest.next_run_date)
                Cron._start_soon("digest.ir_cron_digest_scheduler_action", moment)

    def _get_helpdesk_moment(self, day):
        """Return the first Monday morning from a day in UTC on, as naive UTC."""
        self.ensure_one()
        start = datetime.combine(day, time.min)
        local_start = self._get_helpdesk_local(start)
        zone = pytz.timezone(local_start.tzinfo.zone)
        # in the far east, Monday morning is a Sunday in UTC
        monday = local_start.date()
        while True:
            if monday.weekday() == 0:
                local = zone.localize(datetime.combine(monday, time(HOUR)))
                moment = local.astimezone(pytz.utc).replace(tzinfo=None)
                if moment >= start:
                    return moment
            monday += timedelta(days=1)

    def _get_helpdesk_local(self, moment):
        """Return a moment (naive UTC) in the time zone of the readers.

        Companies can have several: then it is the one in which Monday comes last, so
        that the week is over for all readers.
        """
        # sudo: digest.digest - only administrators see who has left
        left = self.sudo().helpdesk_left_user_ids
        companies = (self._get_helpdesk_managers() - left).company_id
        companies = companies or self.company_id or self.env.company
        zones = (self._get_helpdesk_days(company)._get_zone() for company in companies)
        moment = pytz.utc.localize(moment)
        return min(map(moment.astimezone, zones), key=datetime.utcoffset)

    def _get_next_run_date(self):
        if not self.is_helpdesk_report:
            return super()._get_next_run_date()
        now = fields.Datetime.now()
        moment = self._get_helpdesk_moment(now.date())
        if moment <= now:
            moment = self._get_helpdesk_moment(now.date() + timedelta(days=1))
        return moment.date()

    def action_send(self):
        now = fields.Datetime.now()
        early = self._get_helpdesk_reports().filtered(
            lambda digest: digest.next_run_date
            and digest._get_helpdesk_moment(digest.next_run_date) > now
        )
        # for a new manager in a time zone further west, it is too early: wait longer
        early._wake_helpdesk_report()
        return super(DigestDigest, self - early).action_send()

    def _check_daily_logs(self):
        # managers who only read the mail still get it
        others = self - self._get_helpdesk_reports()
        return super(DigestDigest, others)._check_daily_logs()

    # ------------------------------------------------------------------
    # Who gets it
    # ------------------------------------------------------------------

    def _get_helpdesk_managers(self):
        """Return the managers of the desk whose company sends the report."""
        # sudo: res.users - the scheduled action may run as any user
        return (
            self.env["res.users"]
            .sudo()
            .search(
                Domain("all_group_ids", "in", self.env.ref(MANAGER).ids)
                & Domain("share", "=", False)
                & Domain("company_id.helpdesk_weekly_report", "=", True)
            )
        )

    def _update_helpdesk_recipients(self):
        """Add the new managers, remove users who are none any more."""
        for digest in self._get_helpdesk_reports():
            managers = digest._get_helpdesk_managers()
            # sudo: digest.digest - only administrators see who has left
            wanted = managers - digest.sudo().helpdesk_left_user_ids
            if wanted != digest.user_ids:
                digest.user_ids = wanted

    def _note_helpdesk_leavers(self, before):
        """Remember which managers were removed from the recipients, or came back."""
        self.ensure_one()
        removed = (before - self.user_ids) & self._get_helpdesk_managers()
        # sudo: digest.digest - users may leave, but not write digests
        digest_sudo = self.sudo()
        digest_sudo.helpdesk_left_user_ids = (
            digest_sudo.helpdesk_left_user_ids | removed
        ) - self.user_ids

    # ------------------------------------------------------------------
    # The mail
    # ------------------------------------------------------------------

    def _action_send(self, update_periodicity=True):
        self._update_helpdesk_recipients()
        pages = self._get_helpdesk_reports()._render_helpdesk_pages()
        return super(
            DigestDigest, self.with_context(helpdesk_report_pages=pages)
        )._action_send(update_periodicity)

    def _render_helpdesk_pages(self):
        """Return the page for printing, once for each company and language.

        :return: dictionary of company and language to a PDF (bytes)
        """
        pages = {}
        for user in self.user_ids:
            key = (user.company_id.id, user.lang)
            if key not in pages:
                report = self.env["helpdesk.period.report"].with_user(user)
                pages[key] = report.with_context(lang=user.lang)._render_week(
                    user.company_id
                )
        return pages

    def _action_send_to_user(self, user, tips_count=1, consume_tips=True):
        if not self.is_helpdesk_report:
            return super()._action_send_to_user(user, tips_count, consume_tips)
        pages = self.env.context.get("helpdesk_report_pages") or {}
        page = pages.get((user.company_id.id, user.lang))
        if not page:
            return False  # no manager
        # sudo: ir.attachment - belongs to the mail, whose creation is not restricted
        attachment = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": self._get_helpdesk_file_name(user.company_id),
                    "raw": page,
                    "mimetype": "application/pdf",
                    "res_model": "mail.message",
                }
            )
        )
        # sudo: digest.digest - as the scheduled action sends it; Odoo would leave out
        # the page for an administrator who sends it by hand
        sending_sudo = self.sudo().with_context(
            default_attachment_ids=[Command.link(attachment.id)]
        )
        result = super(DigestDigest, sending_sudo)._action_send_to_user(
            user, tips_count, consume_tips
        )
        # the mail deletes its files after it is sent, if they belong to its message
        # sudo: mail.message - the one that was created above
        attachment.res_id = (
            self.env["mail.message"]
            .sudo()
            .search([("attachment_ids", "in", attachment.ids)], limit=1)
            .id
        )
        return result

    @api.model
    def _get_helpdesk_days(self, company):
        """Return the model of the figures, for the days of a company only."""
        # sudo: res.company - the sender may have no access to the company of the reader
        return self.env["helpdesk.period.figures"].sudo().with_company(company)

    @api.model
    def _get_helpdesk_file_name(self, company):
        first, _last = self._get_helpdesk_days(company).get_last_week()
        return f"weekly-report-{first}.pdf"

    def _get_helpdesk_period(self, company):
        """Return the days of the last week as a text, for the head of the mail.

        :param company: that of the reader
        :return: an empty text for other digests
        """
        if not self.is_helpdesk_report:
            return ""
        report = self.env["helpdesk.period.report"]
        return report._format_days(*self._get_helpdesk_days(company).get_last_week())


def _to_naive(moment):
    """Return the moment that Odoo's digest means, as naive UTC.

    It gives the hours of UTC the time zone of the company, and does not convert them.
    """
    return moment.replace(tzinfo=None)
