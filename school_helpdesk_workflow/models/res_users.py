"""Users who become or are no longer members of teams."""

from odoo import api, models


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model_create_multi
    def create(self, vals_list):
        users = super().create(vals_list)
        if any(vals.get("helpdesk_team_ids") for vals in vals_list):
            users._sync_memberships(users.helpdesk_team_ids)
        return users

    def write(self, vals):
        if "helpdesk_team_ids" not in vals:
            return super().write(vals)
        before = self.helpdesk_team_ids
        result = super().write(vals)
        self._sync_memberships(before | self.helpdesk_team_ids)
        return result

    @api.model
    def _sync_memberships(self, teams):
        self.env["helpdesk.team.member"]._sync_members(teams)
