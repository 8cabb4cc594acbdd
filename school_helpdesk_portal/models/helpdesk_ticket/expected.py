"""Tells the requester when the ticket is expected to be solved."""

from odoo import fields, models

from odoo.addons.school_helpdesk_base.tools.moment import (
    format_local,
    get_local,
    get_today,
)

#: If the date is less than this number of days away, only its weekday is shown.
WEEK = 7


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    def _portal_expected(self):
        """Return a sentence about the expected time, or an empty text.

        The caller must check that the user may read the ticket.
        """
        self.ensure_one()
        if self.status_category != "open":
            return ""
        deadline = self._get_deadline("resolution")
        if not deadline:
            return ""
        if deadline < fields.Datetime.now():
            return self.env._("It takes longer than planned. We are on it.")
        local = get_local(self.env, deadline)
        today = get_today(self.env)
        time = format_local(self.env, local, "time")
        if local.date() == today:
            return self.env._("We expect to solve it today by %(time)s.", time=time)
        day = format_local(self.env, local, "weekday")
        if (local.date() - today).days >= WEEK:
            day = f"{day} {format_local(self.env, local, 'day')}"
        return self.env._(
            "We expect to solve it by %(day)s, %(time)s.", day=day, time=time
        )
