"""SLA clocks of a ticket: working hours, deadline and merging."""

from odoo import api, fields, models

from odoo.addons.school_helpdesk_base.models.helpdesk_ticket.ticket import DESK_ONLY


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    # requesters may not read policies
    sla_ids = fields.Many2many(groups=DESK_ONLY)

    def _compute_sla_fits(self):
        if self.env["helpdesk.sla"].has_access("read"):
            return super()._compute_sla_fits()
        # requesters may not compare policies, and get no button to refresh the clocks
        self.sla_fits = True
        return None

    def _get_sla(self):
        # OCA's clocks need the team's working hours and fail without them
        if not self.team_id.resource_calendar_id:
            return self.env["helpdesk.sla"]
        return super()._get_sla()

    def _get_deadline(self, target):
        """Return the earliest deadline of the ticket's SLA clocks.

        An OCA clock knows only the stage that ends it. A clock that ends at a resolved
        or closed stage counts for the resolution. No clock counts for the first
        response. Clocks that are met or on hold are ignored.

        :param str target: ``"first_response"`` or ``"resolution"``
        :return: naive UTC datetime, or False
        """
        deadline = super()._get_deadline(target)
        if target != "resolution":
            return deadline
        # sudo: helpdesk.ticket.sla - readers of the ticket get only a date
        clocks_sudo = self.sudo().ticket_sla_ids.filtered(
            lambda clock: clock.deadline
            and clock.state in ("in_progress", "expired")
            and clock.expected_stage_id.status_category in ("resolved", "closed")
        )
        deadlines = clocks_sudo.mapped("deadline")
        return min([deadline, *deadlines] if deadline else deadlines, default=False)

    @api.depends(
        "ticket_sla_ids.deadline",
        "ticket_sla_ids.state",
        "ticket_sla_ids.expected_stage_id.status_category",
    )
    def _compute_next_due(self):
        return super()._compute_next_due()

    def _merge_concerns(self, target, shared):
        result = super()._merge_concerns(target, shared)
        # the merged ticket is cancelled: its clocks are neither met nor missed
        self.ticket_sla_ids.unlink()
        return result
