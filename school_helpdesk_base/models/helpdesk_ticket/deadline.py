"""Deadlines of a ticket, independent of the addon that measures them."""

from babel.dates import format_timedelta

from odoo import api, fields, models
from odoo.tools import babel_locale_parse, format_date, format_time, get_lang

from ...tools.moment import get_local
from .ticket import DESK_ONLY


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    due_text = fields.Char(
        string="Time Left",
        compute="_compute_due_text",
        compute_sudo=False,
        groups=DESK_ONLY,
        help="When the ticket must be answered or solved, in the reader's time zone.",
    )

    def _get_deadline(self, target):
        """Return when the first response or the resolution of this ticket is due.

        An addon that measures deadlines overrides this method. Without such an addon
        there is no deadline.

        :param str target: ``"first_response"`` or ``"resolution"``
        :return: naive UTC datetime, or False if there is no deadline
        """
        self.ensure_one()
        return False

    @api.depends("next_due")
    @api.depends_context("lang", "uid", "company")
    def _compute_due_text(self):
        now = fields.Datetime.now()
        for ticket in self:
            deadline = ticket._origin.next_due
            ticket.due_text = deadline and ticket._format_due(deadline, now)

    @api.model
    def _format_due(self, deadline, now):
        """Return a deadline with the time that is left: "due 10:30, in 2 hours".

        :param datetime deadline, now: naive UTC
        """
        moment = self._format_moment(deadline, now)
        locale = babel_locale_parse(get_lang(self.env).code)
        left = format_timedelta(
            deadline - now, add_direction=True, threshold=1.1, locale=locale
        )
        return self.env._("due %(moment)s, %(left)s", moment=moment, left=left)

    @api.model
    def _format_moment(self, moment, now):
        """Return a time, with its day unless it is today: "10:30", "Fri 6 Mar 10:30".

        :param datetime moment, now: naive UTC
        """
        local = get_local(self.env, moment)
        text = format_time(self.env, local.time(), time_format="short")
        if local.date() == get_local(self.env, now).date():
            return text
        day = format_date(self.env, local.date(), date_format="EEE d MMM")
        return f"{day} {text}"
