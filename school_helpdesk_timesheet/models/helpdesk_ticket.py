"""Hours move with a merged ticket."""

from odoo import models


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _merge_concerns(self, target, shared):
        result = super()._merge_concerns(target, shared)
        self.timesheet_ids.write({"ticket_id": target.id})
        return result
