"""Moves the affected people and the room of merged tickets to the target.

If the merged ticket is shared with affected people, the target is shared with them too,
but only if the requesters of both tickets may read each other's messages. Otherwise,
the merge does not change the setting of the target.
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
