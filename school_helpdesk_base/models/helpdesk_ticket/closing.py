"""A resolved ticket closes automatically after some working days."""

from odoo import api, fields, models


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    auto_close_date = fields.Datetime(
        string="Closes on",
        compute="_compute_auto_close_date",
        store=True,
        index="btree_not_null",
        help="When the resolved ticket closes automatically.",
    )

    @api.depends("status_category", "resolved_date", "team_id.resource_calendar_id")
    def _compute_auto_close_date(self):
        requests = {
            ticket: (
                ticket.resolved_date
                or ticket.last_stage_update
                or fields.Datetime.now(),
                ticket.company_id.helpdesk_auto_close_days,
            )
            for ticket in self
            if ticket.status_category == "resolved"
            and ticket.company_id.helpdesk_auto_close_days
        }
        moments = self._add_working_days(requests)
        for ticket in self:
            ticket.auto_close_date = moments.get(ticket, False)

    @api.model
    def _cron_close_resolved(self):
        """Close the resolved tickets whose closing date has come."""
        self._move_due("resolved", "auto_close_date", "closed")
