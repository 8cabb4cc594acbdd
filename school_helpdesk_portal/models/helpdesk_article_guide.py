"""The guides: the articles that explain the help desk, one for each role."""

from odoo import api, models
from odoo.fields import Domain

#: The group that each guide is for, the most powerful group first.
GUIDES = {
    "guide_manager": "helpdesk_mgmt.group_helpdesk_manager",
    "guide_technician": "helpdesk_mgmt.group_helpdesk_user_own",
    "guide_teacher": None,
}


class HelpdeskArticle(models.Model):
    _name = "helpdesk.article"
    _inherit = ["helpdesk.article"]

    @api.model
    def _get_guide_ids(self, names):
        """Return the ids of the guides with these names; a school may delete guides."""
        find = self.env["ir.model.data"]._xmlid_to_res_id
        ids = [find(f"school_helpdesk_portal.{name}") for name in names]
        return [guide_id for guide_id in ids if guide_id]

    @api.model
    def _get_guide(self):
        """Return the guide of the current user's role.

        If the school has deleted or withdrawn it, this is the guide of the next role
        that the user has, or an empty recordset.
        """
        user = self.env.user
        ids = self._get_guide_ids(
            name for name, group in GUIDES.items() if not group or user.has_group(group)
        )
        guides = self.search(self._get_live_domain() & Domain("id", "in", ids))
        return guides.sorted(lambda guide: ids.index(guide.id))[:1]

    @api.model
    def _get_suggestions(self, text, limit=5):
        """Do not suggest guides to people who describe a problem."""
        guides = self.browse(self._get_guide_ids(GUIDES))
        found = super()._get_suggestions(text, limit=limit + len(guides))
        return (found - guides)[:limit]
