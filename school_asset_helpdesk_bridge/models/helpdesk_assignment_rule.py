"""Assignment rules may prefer the agent who usually repairs the device."""

from collections import defaultdict

from odoo import fields, models
from odoo.fields import Domain


class HelpdeskAssignmentRule(models.Model):
    _inherit = "helpdesk.assignment.rule"

    prefer = fields.Selection(
        selection_add=[("usual_technician", "Who usually repairs the device")],
        ondelete={"usual_technician": "set null"},
    )

    def _get_preferred_agents(self, tickets):
        if self.prefer == "usual_technician":
            return self._get_usual_technicians(tickets)
        return super()._get_preferred_agents(tickets)

    def _get_usual_technicians(self, tickets):
        """Return who solved tickets of the same device, most often or last first."""
        rows = tickets._read_group(
            Domain("asset_id", "in", tickets.asset_id.ids)
            & Domain("status_category", "in", ("resolved", "closed"))
            & Domain("user_id", "!=", False),
            ["asset_id", "user_id"],
            ["__count", "resolved_date:max"],
        )
        technicians = defaultdict(list)
        for asset, user, count, resolved in rows:
            if resolved:
                technicians[asset].append((count, resolved, user.id))
        return {
            ticket: [
                user_id
                for _count, _resolved, user_id in sorted(
                    technicians[ticket.asset_id], reverse=True
                )
            ]
            for ticket in tickets
        }
