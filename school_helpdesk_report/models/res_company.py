"""Whether the weekly report is sent; the weights of tickets are figures as well."""

from odoo import fields, models
from odoo.fields import Domain

from odoo.addons.school_helpdesk_base.models.helpdesk_ticket_stage import (
    ENDED_CATEGORIES,
)
from odoo.addons.school_helpdesk_workflow.models.helpdesk_team_member import (
    PRIORITY_WEIGHTS,
)


class ResCompany(models.Model):
    _inherit = "res.company"

    helpdesk_weekly_report = fields.Boolean(
        string="Weekly report by mail",
        default=True,
        help="On Monday morning, the managers of the help desk get the figures of the "
        "last week by mail, with a page for printing.",
    )

    def write(self, vals):
        result = super().write(vals)
        if not vals.keys().isdisjoint(PRIORITY_WEIGHTS.values()):
            # sudo: helpdesk.ticket - settings apply to tickets the user cannot see
            self.env["helpdesk.ticket"].sudo().search(
                Domain("company_id", "in", self.ids)
                & Domain("status_category", "not in", ENDED_CATEGORIES)
            )._expire_figures()
        return result
