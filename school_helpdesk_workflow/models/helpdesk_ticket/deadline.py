"""When a ticket is due, by the SLA clocks that run."""

from odoo import api, fields, models

from odoo.addons.school_helpdesk_base.models.helpdesk_ticket.ticket import DESK_ONLY


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    ticket_sla_ids = fields.One2many(string="SLA Clocks")
    next_warn = fields.Datetime(
        string="At Risk From",
        compute="_compute_next_warn",
        store=True,
        index="btree_not_null",
        groups=DESK_ONLY,
        help="From this moment on, little time is left until the ticket is due.",
    )
    is_at_risk = fields.Boolean(
        string="At Risk", compute="_compute_is_at_risk", groups=DESK_ONLY
    )

    def _get_running_clock(self, target=None):
        """Return the running clock of a target, or the one that is due first."""
        self.ensure_one()
        # sudo: helpdesk.ticket.sla - readers of the ticket get only a date
        clocks_sudo = self.sudo().ticket_sla_ids.filtered(
            lambda clock: clock.is_running
            and clock.deadline
            and target in (None, clock.target)
        )
        return clocks_sudo.sorted("deadline")[:1]

    def _get_deadline(self, target):
        """Return the deadline of the running clock.

        A clock that is paused or has ended has no deadline here.
        """
        return self._get_running_clock(target).deadline or super()._get_deadline(target)

    @api.depends("ticket_sla_ids.deadline", "ticket_sla_ids.is_running")
    def _compute_next_due(self):
        return super()._compute_next_due()

    @api.depends(
        "ticket_sla_ids.deadline",
        "ticket_sla_ids.is_running",
        "ticket_sla_ids.warn_date",
    )
    def _compute_next_warn(self):
        for ticket in self:
            ticket.next_warn = ticket._get_running_clock().warn_date

    @api.depends("next_due", "next_warn")
    def _compute_is_at_risk(self):
        now = fields.Datetime.now()
        for ticket in self:
            ticket.is_at_risk = (
                ticket.next_due
                and ticket.next_warn
                and ticket.next_warn <= now <= ticket.next_due
            )
