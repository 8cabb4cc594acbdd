"""A page with the figures of now, for a television in the IT room.

Everybody who knows the link can open the page without an account. So the page names no
person and shows no words of a requester, and only a hash of the link's secret part is
stored: the link can be shown once. A manager can revoke it.

A rendered page is kept for some seconds: many televisions cost as little as one.
"""

import hashlib
import re
import secrets
import time
from datetime import datetime, timedelta
from datetime import time as day_time

import pytz
from babel.dates import format_time, format_timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import babel_locale_parse, get_lang, ormcache

from odoo.addons.school_helpdesk_base.models.helpdesk_ticket_stage import (
    ENDED_CATEGORIES,
)
from odoo.addons.school_helpdesk_workflow.tools.clock import SOLVED

WALL_PATH = "/helpdesk/wall"
TOKEN_BYTES = 32
TOKEN_PATTERN = re.compile(r"[A-Za-z0-9_-]{43}")
#: For so many seconds, a page is not rendered again.
CACHE_SECONDS = 15
#: How often the page asks for new figures, in seconds.
REFRESH_SECONDS = 60
#: "Last Seen" is written at most this often.
SEEN_INTERVAL = timedelta(minutes=5)
#: How many of the oldest tickets are listed.
OLDEST = 5


class HelpdeskWallScreen(models.Model):
    _name = "helpdesk.wall.screen"
    _inherit = ["helpdesk.literal.search.mixin"]
    _description = "Wall Screen"
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(
        required=True, help="The title of the page, for example the name of the room."
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
        ondelete="cascade",
    )
    team_ids = fields.Many2many(
        comodel_name="helpdesk.ticket.team",
        string="Teams",
        check_company=True,
        help="Empty: all teams of the school.",
        # a screen of archived teams must not become one of all teams
        context={"active_test": False},
    )
    lang = fields.Selection(
        selection=lambda self: self.env["res.lang"].get_installed(),
        string="Language",
        help="Empty: the language of the school.",
    )
    token_hash = fields.Char(readonly=True, copy=False, groups="base.group_system")
    has_link = fields.Boolean(
        string="Has a Link",
        compute="_compute_has_link",
        help="Whether the page can be opened with the link that was shown.",
    )
    link = fields.Char(compute="_compute_link")
    last_seen = fields.Datetime(
        readonly=True,
        copy=False,
        help="When a screen last showed the page, up to 5 minutes earlier.",
    )

    _token_hash_unique = models.UniqueIndex("(token_hash)")

    @api.depends("token_hash")
    def _compute_has_link(self):
        # sudo: helpdesk.wall.screen - managers see that there is a link, not its hash
        for screen in self.sudo():
            screen.has_link = bool(screen.token_hash)

    @api.depends_context("helpdesk_wall_token")
    def _compute_link(self):
        """Show the link in the dialog that creates it; it is not stored."""
        token = self.env.context.get("helpdesk_wall_token")
        for screen in self:
            screen.link = token and f"{screen.get_base_url()}{WALL_PATH}/{token}"

    # ------------------------------------------------------------------
    # The link
    # ------------------------------------------------------------------

    def action_create_link(self):
        """Create a link, show it once, and let the link before it stop working."""
        self.ensure_one()
        self.check_access("write")
        token = secrets.token_urlsafe(TOKEN_BYTES)
        # sudo: helpdesk.wall.screen - access is checked above; users give no hash
        self.sudo().write({"token_hash": self._hash_token(token), "last_seen": False})
        view = self.env.ref("school_helpdesk_report.helpdesk_wall_screen_view_link")
        return {
            "name": self.env._("Link of the Wall Screen"),
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(view.id, "form")],
            "target": "new",
            "context": {"helpdesk_wall_token": token},
        }

    def action_revoke_link(self):
        """Let the links of these screens stop working."""
        self.check_access("write")
        # sudo: helpdesk.wall.screen - access is checked above
        return self.sudo().write({"token_hash": False, "last_seen": False})

    @api.model
    def _hash_token(self, token):
        return hashlib.sha256(token.encode()).hexdigest()

    @api.model
    def _find_by_token(self, token):
        """Return the screen of a link (with sudo), or an empty recordset."""
        if not TOKEN_PATTERN.fullmatch(token):
            return self.browse()
        # sudo: helpdesk.wall.screen - the token gives the right to see this page
        return self.sudo().search_fetch(
            [("token_hash", "=", self._hash_token(token))], ["last_seen"], limit=1
        )

    def _note_seen(self):
        """Store that a screen shows the page now."""
        self.ensure_one()
        now = fields.Datetime.now()
        if not self.last_seen or self.last_seen <= now - SEEN_INTERVAL:
            # several screens may open the same page: one of them writes
            self.try_lock_for_update(allow_referencing=True).last_seen = now

    # ------------------------------------------------------------------
    # The page
    # ------------------------------------------------------------------

    def _get_page(self):
        """Return the page as HTML, at most ``CACHE_SECONDS`` old."""
        self.ensure_one()
        return self._render_page(int(time.time() // CACHE_SECONDS))

    @ormcache("self.id", "moment")
    def _render_page(self, moment):
        """Render the page.

        :param int moment: another number renders it again
        """
        lang = self.lang or self.company_id.partner_id.lang or self.env.lang
        screen = self.with_context(lang=lang)
        return str(
            screen.env["ir.qweb"]._render(
                "school_helpdesk_report.wall_page", screen._prepare_page_values()
            )
        )

    def _prepare_page_values(self):
        """Return the values of the page: numbers and texts, no records."""
        self.ensure_one()
        now = fields.Datetime.now()
        zone = pytz.timezone(self.company_id.helpdesk_time_zone)
        local = pytz.utc.localize(now).astimezone(zone)
        midnight = zone.localize(datetime.combine(local.date(), day_time.min))
        today = midnight.astimezone(pytz.utc).replace(tzinfo=None)
        locale = babel_locale_parse(get_lang(self.env).code)
        return {
            "lang": self.env.lang,
            "title": self.name,
            "school": self.company_id.name,
            "refresh_seconds": REFRESH_SECONDS,
            "moment": format_time(local.time(), "short", locale=locale),
            "counts": self._get_counts(now, today),
            "oldest": [
                {
                    "number": ticket.number,
                    "about": ticket.category_id.name or ticket.type_id.name or "",
                    "room": ticket.reported_room_id.name or "",
                    "age": format_timedelta(
                        now - ticket.create_date, threshold=1.1, locale=locale
                    ),
                    "is_missed": ticket.is_overdue,
                }
                for ticket in self._get_oldest()
            ],
        }

    def _get_ticket_domain(self):
        self.ensure_one()
        domain = Domain("company_id", "=", self.company_id.id)
        if self.team_ids:
            domain &= Domain("team_id", "in", self.team_ids.ids)
        return domain

    def _get_counts(self, now, today):
        """Return the numbers of tickets: dictionary of the figure to its number.

        :param datetime now: the moment of the figures (naive UTC)
        :param datetime today: when the day of the school began (naive UTC)
        """
        mine = self._get_ticket_domain()
        unended = mine & Domain("status_category", "not in", ENDED_CATEGORIES)
        domains = {
            "missed": unended & Domain("next_due", "<", now),
            "at_risk": unended
            & Domain("next_warn", "<=", now)
            & Domain("next_due", ">=", now),
            "unassigned": unended & Domain("user_id", "=", False),
            "open": unended,
            "waiting": mine & Domain("status_category", "=", "waiting"),
            "created": mine & Domain("create_date", ">=", today),
            # a ticket that is cancelled after its resolution keeps the date
            "resolved": mine
            & Domain("resolved_date", ">=", today)
            & Domain("status_category", "in", SOLVED),
        }
        # sudo: helpdesk.ticket - only numbers; the token gives the right to see them
        Ticket = self.env["helpdesk.ticket"].sudo()
        return {name: Ticket.search_count(domain) for name, domain in domains.items()}

    def _get_oldest(self):
        """Return the oldest tickets that the desk can work on (with sudo)."""
        # sudo: helpdesk.ticket - the page shows no names and no words of people
        return (
            self.env["helpdesk.ticket"]
            .sudo()
            .search(
                self._get_ticket_domain() & Domain("status_category", "=", "open"),
                order="create_date, id",
                limit=OLDEST,
            )
        )
