"""Merging: those with the same problem go along, and so does the room it is about.

They are counted on the target. What they may see of it is the agent's to say again,
unless he lets all who are concerned read each other.
"""

from odoo import models


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    def _merge_concerns(self, target, shared):
        result = super()._merge_concerns(target, shared)
        known = target.affected_ids.partner_id | target._get_requesters()
        moved = self.affected_ids.filtered(lambda one: one.partner_id not in known)
        (self.affected_ids - moved).unlink()
        moved.ticket_id = target
        if shared and self.share_with_affected:
            target.share_with_affected = True
        target.whole_room_id = target.whole_room_id or self.whole_room_id
        return result
