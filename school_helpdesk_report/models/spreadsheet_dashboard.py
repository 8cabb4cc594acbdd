"""Who sees which board.

The groups of a board are Odoo's own. Boards of the desk can also depend on a setting of
the school, or on a second group.
"""

from odoo import api, fields, models
from odoo.fields import Domain


class SpreadsheetDashboard(models.Model):
    _inherit = "spreadsheet.dashboard"

    compares_agents = fields.Boolean(
        help="Agents see this dashboard only if the school shows them each other's "
        "figures."
    )
    is_shown_to_agents = fields.Boolean(
        compute="_compute_is_shown_to_agents",
        search="_search_is_shown_to_agents",
        help="The dashboard compares agents, and the school shows it to them.",
    )
    also_group_id = fields.Many2one(
        comodel_name="res.groups",
        string="Also Needed Group",
        help="Users see this dashboard only if they are in this group, too.",
    )

    @api.depends("compares_agents")
    @api.depends_context("allowed_company_ids")
    def _compute_is_shown_to_agents(self):
        shown = self._shows_agents_their_figures()
        for board in self:
            board.is_shown_to_agents = shown and board.compares_agents

    def _search_is_shown_to_agents(self, operator, value):
        if operator != "in":
            return NotImplemented
        if not self._shows_agents_their_figures():
            return Domain(False in value)
        return Domain("compares_agents", "in", value)

    def _shows_agents_their_figures(self):
        # sudo: res.company - agents may not read the settings of the desk
        companies = self.env.companies.sudo()
        return all(company.helpdesk_agents_see_figures for company in companies)
