"""The weights of tickets are figures of the open tickets."""

from odoo import models
from odoo.fields import Domain

from odoo.addons.school_helpdesk_base.models.helpdesk_ticket_stage import (
    ENDED_CATEGORIES,
)
from odoo.addons.school_helpdesk_workflow.models.helpdesk_team_member import (
    PRIORITY_WEIGHTS,
)


class ResCompany(models.Model):
    _inherit = "res.company"

    def write(self, vals):
        result = super().write(vals)
        if not vals.keys().isdisjoint(PRIORITY_WEIGHTS.values()):
            # sudo: helpdesk.ticket - settings apply to tickets the user cannot see
            self.env["helpdesk.ticket"].sudo().search(
                Domain("company_id", "in", self.ids)
                & Domain("status_category", "not in", ENDED_CATEGORIES)
            )._expire_figures()
        return result
