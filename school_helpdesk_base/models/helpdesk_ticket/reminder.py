"""A ticket that waits for its requester reminds them, and later closes.

Nobody is reminded twice of the same wait. A wait with an end that an agent has set is
not touched: it wakes by itself. A ticket is closed only some working days after its
reminder, if reminders are on.
"""

from odoo import api, fields, models
from odoo.fields import Domain

from .ticket import DESK_ONLY


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    reminded_date = fields.Datetime(
        string="Reminded on",
        readonly=True,
        copy=False,
        groups=DESK_ONLY,
        help="When the requester was reminded of the current wait.",
    )
    reminder_date = fields.Datetime(
        string="Reminds on",
        compute="_compute_reminder_dates",
        store=True,
        index="btree_not_null",
        groups=DESK_ONLY,
        help="When the requester will be reminded that the ticket waits for them.",
    )
    unanswered_close_date = fields.Datetime(
        string="Closes unanswered on",
        compute="_compute_reminder_dates",
        store=True,
        index="btree_not_null",
        groups=DESK_ONLY,
        help="When the ticket closes because the requester has not answered.",
    )

    @api.depends(
        "status_category",
        "waiting_for",
        "waiting_since",
        "wait_until",
        "reminded_date",
        "team_id.resource_calendar_id",
    )
    def _compute_reminder_dates(self):
        reminders, ends = {}, {}
        for ticket in self:
            since = ticket.waiting_since
            if (
                not since
                or ticket.waiting_for != "requester"
                or ticket.wait_until
                or ticket.status_category != "waiting"
            ):
                continue
            company = ticket.company_id
            reminded = ticket.reminded_date
            if reminded and reminded < since:
                # of an earlier wait
                reminded = False
            if company.helpdesk_reminder_days and not reminded:
                reminders[ticket] = (since, company.helpdesk_reminder_days)
            elif company.helpdesk_unanswered_close_days:
                start = reminded or since
                ends[ticket] = (start, company.helpdesk_unanswered_close_days)
        reminders = self._add_working_days(reminders)
        ends = self._add_working_days(ends)
        for ticket in self:
            ticket.reminder_date = reminders.get(ticket, False)
            ticket.unanswered_close_date = ends.get(ticket, False)

    @api.model
    def _cron_remind(self):
        """Remind requesters who have not answered, and close what nobody answers."""
        now = fields.Datetime.now()
        self._sweep(
            Domain("reminder_date", "<=", now),
            lambda tickets: tickets._remind(),
            order="reminder_date, id",
        )
        stages = self.env["helpdesk.ticket.stage"].search(
            [("status_category", "=", "closed")]
        )
        self._sweep(
            Domain("unanswered_close_date", "<=", now)
            & Domain.OR(stage._get_ticket_domain() for stage in stages),
            lambda tickets: tickets._close_unanswered(),
            order="unanswered_close_date, id",
        )

    def _remind(self):
        self.write({"reminded_date": fields.Datetime.now()})
        self._notify("reminder")

    def _close_unanswered(self):
        self._set_status("closed")
        # the last event about the status is told, not that it is closed
        self._notify("auto_close")

    @api.model
    def _update_reminder_dates(self, companies):
        """Compute the dates again after a change of the settings of companies."""
        tickets = self.with_context(active_test=False).search(
            Domain("company_id", "in", companies.ids)
            & Domain("status_category", "=", "waiting")
        )
        for name in ("reminder_date", "unanswered_close_date"):
            self.env.add_to_compute(self._fields[name], tickets)
