"""Tells the requester when to expect an answer and the solution."""

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
        answer = self._get_deadline("first_response")
        solution = self._get_deadline("resolution")
        now = fields.Datetime.now()
        if any(deadline and deadline < now for deadline in (answer, solution)):
            return self.env._("It takes longer than planned. We are on it.")
        sentences = []
        if answer:
            time, day = self._portal_split_expected(answer)
            sentences.append(
                self.env._(
                    "We expect to answer by %(day)s, %(time)s.", day=day, time=time
                )
                if day
                else self.env._("We expect to answer today by %(time)s.", time=time)
            )
        if solution:
            time, day = self._portal_split_expected(solution)
            sentences.append(
                self.env._(
                    "We expect to solve it by %(day)s, %(time)s.", day=day, time=time
                )
                if day
                else self.env._("We expect to solve it today by %(time)s.", time=time)
            )
        return " ".join(sentences)

    def _portal_split_expected(self, deadline):
        """Return time and day of a deadline; the day is empty if it is today."""
        local = get_local(self.env, deadline)
        days = (local.date() - get_today(self.env)).days
        day = format_local(self.env, local, "weekday") if days else ""
        if days >= WEEK:
            day = f"{day} {format_local(self.env, local, 'day')}"
        return format_local(self.env, local, "time"), day
