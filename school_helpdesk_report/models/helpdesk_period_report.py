"""The printed reports: one page about a week or a term, with the period before it.

All numbers come from ``helpdesk.period.figures``. This model chooses them and writes
the texts in the reader's language; ``tools/period_sheet.py`` draws the page.
"""

import base64
from datetime import timedelta

from babel.dates import format_interval

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date, formatLang, get_lang
from odoo.tools.misc import babel_locale_parse

from odoo.addons.school_asset_helpdesk_bridge.models.asset_asset.qr import (
    FONT_PARAMETER,
)
from odoo.addons.school_helpdesk_base.tools import pdf_text
from odoo.addons.school_helpdesk_base.tools.mail_design import get_design

from ..tools import period_sheet
from ..tools.period import FIGURES
from ..tools.period_sheet import Chart, Sheet, Table, Tile, Words

MANAGER = "helpdesk_mgmt.group_helpdesk_manager"
#: A figure that is not available.
NOTHING = "–"
#: The backlog of so many weeks is drawn in a report about a week.
BACKLOG_WEEKS = 8
#: From so many days on, charts have a bar for each week.
MANY_DAYS = 15


class HelpdeskPeriodReport(models.AbstractModel):
    _name = "helpdesk.period.report"
    _description = "Printed Report of a Period"

    @api.model
    def _check_manager(self):
        """Refuse users who are no managers of the desk.

        :raise AccessError: the current user is none
        """
        if not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Only managers of the help desk can read its reports.")
            )

    @api.model
    def action_print_week(self):
        """Show the printed report of the last week in the browser."""
        self._check_manager()
        return {
            "type": "ir.actions.act_url",
            "url": f"/helpdesk/report/week/{self.env.company.id}",
            "target": "new",
        }

    @api.model
    def _render_week(self, company):
        """Return the report of the last week that is over, as a PDF (bytes).

        :param company: the tickets of this company count
        :raise AccessError: the current user is no manager of the desk
        """
        report = self._with_only(company)
        first, last = report.env["helpdesk.period.figures"].get_last_week()
        week = timedelta(days=7)
        return report._render(
            self.env._("Weekly Report of the Help Desk"),
            (first, last),
            (first - week, last - week),
        )

    @api.model
    def _render_term(self, term):
        """Return the report of a school term, as a PDF (bytes).

        A term that is not over is compared with the same number of days of the term
        before.

        :param term: a record of ``helpdesk.school.term``
        :raise AccessError: the current user is no manager of the desk
        :raise UserError: the term has not begun
        """
        report = self._with_only(term.company_id or self.env.company)
        today = report.env["helpdesk.period.figures"].get_today()
        if term.date_from > today:
            raise UserError(
                self.env._("%(term)s has not begun yet.", term=term.display_name)
            )
        last = min(term.date_to, today)
        previous = report._find_term_before(term)
        before = previous and (previous.date_from, previous.date_to)
        if before and last < term.date_to:
            same_day = previous.date_from + (last - term.date_from)
            before = (previous.date_from, min(previous.date_to, same_day))
        return report._render(
            self.env._("Term Report of the Help Desk: %(term)s", term=term.name),
            (term.date_from, last),
            before,
        )

    @api.model
    def _with_only(self, company):
        """Count only the tickets of a company; refuse users who are no managers."""
        self._check_manager()
        return self.with_context(allowed_company_ids=company.ids)

    @api.model
    def _find_term_before(self, term):
        return term.with_env(self.env).search(
            Domain("date_to", "<", term.date_from)
            & Domain("company_id", "in", [False, self.env.company.id]),
            order="date_to DESC",
            limit=1,
        )

    # ------------------------------------------------------------------
    # The content of the page
    # ------------------------------------------------------------------

    @api.model
    def _render(self, title, period, before=None):
        """Return a report as a PDF (bytes).

        :param period: first and last day
        :param before: first and last day of the period to compare with
        """
        return period_sheet.render(self._prepare_sheet(title, period, before))

    @api.model
    def _prepare_sheet(self, title, period, before):
        company = self.env.company
        # sudo: ir.config_parameter - users may use the font that the administrator set
        font = self.env["ir.config_parameter"].sudo().get_param(FONT_PARAMETER)
        logo = not company.uses_default_logo and company.partner_id.image_512
        return Sheet(
            school=company.name,
            logo=base64.b64decode(logo) if logo else None,
            color=get_design(company)["color"],
            fonts=pdf_text.find_fonts(font),
            title=title,
            period=self._format_days(*period),
            compared=self.env._(
                "Compared with %(period)s", period=self._format_days(*before)
            )
            if before
            else "",
            tiles=self._prepare_tiles(period, before),
            charts=self._prepare_charts(*period),
            top=self._prepare_top(*period),
            oldest=self._prepare_oldest(period[1]),
            words=self._prepare_words(*period),
            notes=(
                self.env._(
                    "Times are working hours, without nights and holidays. The median "
                    "is the time within which half of the tickets were done."
                ),
                self.env._(
                    "Times and rates are about what was answered, resolved, met, "
                    "missed or rated in this period, no matter when the ticket was "
                    "created."
                ),
            ),
        )

    @api.model
    def _prepare_tiles(self, period, before):
        Figures = self.env["helpdesk.period.figures"]
        now = Figures.get_figures(*Figures.get_bounds(*period))
        then = before and Figures.get_figures(*Figures.get_bounds(*before))
        labels = self._get_labels()
        tiles = []
        for name, figure in FIGURES.items():
            arrow, is_better = (
                figure.judge(now[name], then[name]) if then else (0, None)
            )
            tiles.append(
                Tile(
                    label=labels[name],
                    value=self._format_figure(name, now[name]),
                    detail=self._format_basis(figure, now),
                    before=then
                    and self.env._(
                        "before: %(value)s",
                        value=self._format_figure(name, then[name]),
                    )
                    or "",
                    arrow=arrow,
                    is_better=is_better,
                )
            )
        return tuple(tiles)

    @api.model
    def _prepare_charts(self, first, last):
        Figures = self.env["helpdesk.period.figures"]
        days = (last - first).days + 1
        is_long = days >= MANY_DAYS
        volume = Figures.get_volume(first, last, "week" if is_long else "day")
        if is_long:
            backlog_days = [last - timedelta(days=n) for n in range(0, days, 7)]
        else:
            backlog_days = [last - timedelta(days=n) for n in range(7 * BACKLOG_WEEKS)]
        backlog = Figures.get_backlog(backlog_days[::-1])
        categories, others = Figures.get_top(
            "category_id", *Figures.get_bounds(first, last)
        )
        if others:
            categories.append((self.env._("Others"), others))
        empty = self.env._("No tickets")
        labels = self._get_labels()
        return (
            Chart(
                title=self.env._("Tickets by week")
                if is_long
                else self.env._("Tickets by day"),
                kind="bars",
                labels=tuple(
                    self._format_day(day, "d MMM" if is_long else "EEE")
                    for day, *_counts in volume
                ),
                series=(
                    (labels["created"], tuple(row[1] for row in volume)),
                    (labels["resolved"], tuple(row[2] for row in volume)),
                ),
                empty=empty,
            ),
            Chart(
                title=self.env._("Open at the end of the day"),
                kind="line",
                labels=tuple(self._format_day(day, "d MMM") for day, _n in backlog),
                series=(("", tuple(count for _day, count in backlog)),),
            ),
            Chart(
                title=self.env._("Created, by category"),
                kind="rows",
                labels=tuple(name for name, _count in categories),
                series=(("", tuple(count for _name, count in categories)),),
                empty=empty,
            ),
        )

    @api.model
    def _prepare_top(self, first, last):
        Figures = self.env["helpdesk.period.figures"]
        bounds = Figures.get_bounds(first, last)
        empty = self.env._("No tickets")
        titles = {
            "asset_id": self.env._("Devices with the most tickets"),
            "reported_room_id": self.env._("Rooms with the most tickets"),
        }
        return tuple(
            Table(
                title=title,
                rows=tuple(Figures.get_top(name, *bounds)[0]),
                widths=(0.85, 0.15),
                empty=empty,
            )
            for name, title in titles.items()
        )

    @api.model
    def _prepare_oldest(self, day):
        oldest = self.env["helpdesk.period.figures"].get_oldest(day)
        return Table(
            title=self.env._("The oldest open tickets"),
            heads=(
                self.env._("Number"),
                self.env._("Title"),
                self.env._("Team"),
                self.env._("Assignee"),
                self.env._("Age (days)"),
            ),
            rows=tuple(
                (
                    row["number"],
                    row["name"],
                    row["team"],
                    row["user"],
                    row["age_days"],
                )
                for row in oldest
            ),
            widths=(0.12, 0.41, 0.17, 0.18, 0.12),
            empty=self.env._("No ticket is open."),
        )

    @api.model
    def _prepare_words(self, first, last):
        Figures = self.env["helpdesk.period.figures"]
        return Words(
            title=self.env._("The last words with a rating"),
            quotes=tuple(
                (
                    self.env._(
                        "%(rating)s of 5, %(number)s",
                        rating=round(row["rating"]),
                        number=row["number"],
                    ),
                    row["words"],
                )
                for row in Figures.get_words(*Figures.get_bounds(first, last))
            ),
            empty=self.env._("Nobody wrote anything with a rating."),
        )

    # ------------------------------------------------------------------
    # Texts
    # ------------------------------------------------------------------

    @api.model
    def _get_labels(self):
        """Return the labels of the figures, which are those of the weekly mail."""
        fields = self.env["digest.digest"].fields_get(
            [f"kpi_helpdesk_{name}" for name in FIGURES], ["string"]
        )
        return {name: fields[f"kpi_helpdesk_{name}"]["string"] for name in FIGURES}

    @api.model
    def _format_figure(self, name, value):
        """Return a figure as a text in the user's language; ``None`` as a dash."""
        if value is None:
            return NOTHING
        match FIGURES[name].kind:
            case "count":
                return formatLang(self.env, value, digits=0)
            case "rate":
                return f"{formatLang(self.env, value * 100, digits=0)}%"
            case _:
                return formatLang(self.env, value, digits=1)

    @api.model
    def _format_basis(self, figure, figures):
        """Return how many tickets or ratings a rate is about, as a text."""
        if not figure.of or not figures[figure.of]:
            return ""
        count = formatLang(self.env, figures[figure.of], digits=0)
        if figure.kind == "rating":
            return self.env._("%(count)s ratings", count=count)
        return self.env._("of %(count)s", count=count)

    @api.model
    def _format_day(self, day, pattern):
        return format_date(self.env, day, date_format=pattern)

    @api.model
    def _format_days(self, first, last):
        """Return a period as a text, such as "16 – 22 Nov 2026"."""
        locale = babel_locale_parse(get_lang(self.env).code)
        return format_interval(first, last, "yMMMd", locale=locale)
