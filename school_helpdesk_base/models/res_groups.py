"""Updates ``helpdesk_desk_only`` of files when accounts become internal or portal."""

from odoo import models


class ResGroups(models.Model):
    _name = "res.groups"
    _inherit = ["res.groups"]

    def write(self, vals):
        # only members of groups that contain Internal User are internal users
        internal = self.env.ref("base.group_user", raise_if_not_found=False)
        if "user_ids" not in vals or not internal & (self | self.all_implied_ids):
            return super().write(vals)
        # sudo: res.groups - all members count, also those hidden from the user
        members = self.sudo().all_user_ids
        before = members._get_deciding_values()
        result = super().write(vals)
        new_members = self.sudo().all_user_ids - members
        # the former values of new members are not known: always update their files
        before |= dict.fromkeys(new_members.ids)
        (members | new_members).with_env(self.env)._update_desk_only_files(before)
        return result
