"""The symptom that the requester has chosen, and what follows from it."""

from odoo import api, fields, models
from odoo.fields import Domain


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    symptom_id = fields.Many2one(
        comodel_name="helpdesk.symptom",
        domain=[("category_id.active", "=", True)],
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="The usual problem of the device that the requester has chosen.",
    )

    @api.onchange("symptom_id")
    def _onchange_symptom_id(self):
        if self.symptom_id:
            if not self._origin:
                self.priority = self.symptom_id.priority
            if not self._origin or not self.category_id:
                # the desk has already chosen the category of an existing ticket
                self.category_id = self.symptom_id.category_id

    @api.onchange("asset_id")
    def _onchange_asset_of_symptom(self):
        """Remove the symptom of another kind of device, and its values, if new."""
        # sudo: asset.asset - the category of the device, which agents see on the ticket
        category_id = self.asset_id.sudo().category_id.id
        if category_id and self.symptom_id and not self._origin:
            offered = Domain("asset_category_ids", "parent_of", category_id)
            symptom = self.symptom_id
            if not symptom.search_count(offered & Domain("id", "=", symptom.id)):
                self.symptom_id = False
                if self.category_id == symptom.category_id:
                    self.category_id = False
                if self.priority == symptom.priority:
                    self.priority = self.default_get(["priority"]).get("priority")

    @api.model
    def _get_symptom_title(self, symptom, asset):
        """Return a title such as "No picture - Epson EB-X06, Room 202"."""
        # sudo: asset.asset - users who report a device may see model and room
        asset_sudo = asset.sudo()
        device = (
            asset_sudo._get_desk_model()
            or asset_sudo.name
            or asset_sudo.category_id.name
        )
        place = ", ".join(filter(None, [device, asset_sudo.location_id.name]))
        return f"{symptom.name} - {place}" if place else symptom.name

    @api.model
    def _prepare_symptom_values(self, symptom_sudo, asset_sudo):
        """Return the values of a ticket that follow from the symptom of a device."""
        return {
            "name": self._get_symptom_title(symptom_sudo, asset_sudo),
            "symptom_id": symptom_sudo.id,
            "priority": symptom_sudo.priority,
        }
