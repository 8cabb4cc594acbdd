"""Accounts: files, deletion, and what an agent does not want to be told.

A user with assigned tickets cannot be deleted.
"""

from odoo import fields, models
from odoo.tools import SQL

#: The fields of an account that ``helpdesk_desk_only`` of its files depends on.
DECIDING_FIELDS = ("partner_id", "share")


class ResUsers(models.Model):
    _name = "res.users"
    _inherit = ["res.users", "helpdesk.used.mixin"]

    helpdesk_muted_rule_ids = fields.Many2many(
        comodel_name="helpdesk.notification.rule",
        relation="helpdesk_muted_rule_rel",
        string="Help desk: do not tell me",
        domain=[("audience", "in", ("assignee", "leader", "watchers", "agents"))],
        # portal users have an account, but may not read the rules
        bypass_search_access=True,
        help="The events of the help desk that you do not want to be told about.",
    )

    @property
    def SELF_READABLE_FIELDS(self):
        return super().SELF_READABLE_FIELDS + ["helpdesk_muted_rule_ids"]

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return super().SELF_WRITEABLE_FIELDS + ["helpdesk_muted_rule_ids"]

    def write(self, vals):
        if vals.keys().isdisjoint(("group_ids", "partner_id")):
            return super().write(vals)
        before = self._get_deciding_values()
        result = super().write(vals)
        self._update_desk_only_files(before)
        return result

    def _get_deciding_values(self):
        """Return the values that decide about the files of these accounts, by id."""
        # sudo: res.users - the user may change an account without reading all of it
        return {
            user.id: [user[name] for name in DECIDING_FIELDS] for user in self.sudo()
        }

    def _update_desk_only_files(self, before):
        """Compute again which files of changed accounts are for the desk only.

        :param dict before: the result of ``_get_deciding_values`` before the change
        """
        after = self._get_deciding_values()
        changed = tuple(id_ for id_ in before if before[id_] != after[id_])
        if changed:
            self.env["ir.attachment"]._update_desk_only_where(
                SQL(
                    "file.res_model = 'helpdesk.ticket' AND file.create_uid IN %s",
                    changed,
                )
            )
