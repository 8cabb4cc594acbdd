"""The settings of the reports; the weights of tickets are figures of open tickets."""

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
    helpdesk_agents_see_figures = fields.Boolean(
        string="Agents See Each Other's Figures"
    )
    helpdesk_share_boards = fields.Boolean(string="Publish Copies of Dashboards")
    helpdesk_share_days = fields.Integer(
        string="Days Until a Copy Ends", default=30, required=True
    )

    _helpdesk_share_days_check = models.Constraint(
        "CHECK (helpdesk_share_days BETWEEN 1 AND 366)",
        "A copy of a dashboard is shared for 1 to 366 days.",
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
